"""What the kernel says of written pages, live where it says it, and what is read out of a pagemap entry."""

from contextlib import ExitStack

import numpy as np
import pytest

from vlearn.lab import dirty_pages
from vlearn.lab.dirty_pages import PAGE, soft_dirty, tracked

WAYS = ("PAGEMAP_SCAN", "soft-dirty")


def live(way, pages=64):
    """A tracker entered by hand, so that a kernel without this way skips the test and does not fail it."""
    manager = tracked(pages, (way,))
    try:
        return manager, manager.__enter__()
    except OSError as error:
        pytest.skip(f"no dirty pages by {way} here: {error}")


@pytest.mark.parametrize("way", WAYS)
def test_the_pages_written_since_the_last_look_are_dirty_and_no_others(way):
    manager, real = live(way)
    try:
        assert not real.look().any()
        for written in ([3], [0, 1, 2, 40], [63], []):
            real.memory[np.array(written, np.int64) * PAGE + 7] += 1
            assert np.flatnonzero(real.look()).tolist() == written
        assert int(real.memory.sum()) == 6
    finally:
        manager.__exit__(None, None, None)


@pytest.mark.parametrize("way", WAYS)
def test_reading_makes_no_page_dirty(way):
    manager, real = live(way)
    try:
        assert real.memory.max() == 0
        assert not real.look().any()
    finally:
        manager.__exit__(None, None, None)


def test_the_soft_dirty_bit_is_bit_55():
    entries = np.array([0, 1 << 55, 1 << 54, 1 << 63 | 1 << 55, (1 << 64) - 1 - (1 << 55)], np.uint64)
    assert soft_dirty(entries).tolist() == [False, True, False, True, False]


def test_where_no_way_works_the_error_says_why_for_each(monkeypatch):
    def refused(memory, files):
        raise OSError("not for you")

    monkeypatch.setattr(dirty_pages, "_WAYS", dict.fromkeys(WAYS, refused))
    with pytest.raises(OSError, match="PAGEMAP_SCAN: not for you") as caught, tracked(4):
        pass
    assert "soft-dirty: not for you" in str(caught.value)


def test_a_kernel_that_answers_but_sees_no_write_is_not_believed(monkeypatch):
    blind = {way: lambda memory, files: lambda: np.zeros(4, bool) for way in WAYS}
    monkeypatch.setattr(dirty_pages, "_WAYS", blind)
    with pytest.raises(OSError, match="a write was not seen") as caught, tracked(4):
        pass
    assert "soft-dirty" in str(caught.value)


@pytest.mark.parametrize("system", ["Darwin", "Windows", "Emscripten", "FreeBSD"])
def test_another_system_is_not_asked_at_all(monkeypatch, system):
    asked = []
    monkeypatch.setattr(dirty_pages.platform, "system", lambda: system)
    monkeypatch.setattr(dirty_pages, "_WAYS", {way: lambda *given: asked.append(given) for way in WAYS})
    with pytest.raises(OSError, match="on Linux"), tracked(4):
        pass
    assert not asked


def test_a_kernel_whose_pagemap_is_short_is_not_believed(monkeypatch):
    monkeypatch.setattr(dirty_pages, "_opened", lambda path, files: 0)
    monkeypatch.setattr(dirty_pages.os, "pread", lambda *given: b"\0" * 12, raising=False)
    look = dirty_pages._soft_dirty(np.zeros(4 * PAGE, np.uint8), ExitStack())
    with pytest.raises(OSError, match="12 of 32 bytes"):
        look()
