"""The table of model and kernel, the recording in place of the kernel, and the migration of what was measured."""

import numpy as np
import pytest

from vlearn.lab import real_working_set
from vlearn.lab.real_working_set import (
    LINKS,
    LOOKS,
    MEMORY,
    RECORDED,
    beside_the_kernel,
    dirty_by_time,
    measured,
    model_rounds,
    recorded,
    server,
    to_record,
)
from vlearn.sim.migration import PAGE


def asked():
    try:
        return measured()
    except OSError as error:
        pytest.skip(str(error))


def refused():
    raise OSError("no dirty pages here")


def test_the_model_dirties_what_the_recorded_kernel_saw():
    assert model_rounds() == recorded().dirtied


def test_the_model_dirties_what_this_kernel_sees():
    found = asked()
    assert found.dirtied == model_rounds()
    assert len(found.looks) == LOOKS
    assert all(look.any() for look in found.looks)


def test_a_recording_is_read_as_it_was_written(monkeypatch, tmp_path):
    before = recorded()
    monkeypatch.setattr(real_working_set, "RECORDED", tmp_path / "again.json")
    (tmp_path / "again.json").write_text(to_record(before, "the same"), encoding="utf-8")
    after = recorded()
    assert (after.dirtied, after.times) == (before.dirtied, before.times)
    assert np.array_equal(after.looks, before.looks)
    assert RECORDED.name == "recorded_dirty_pages.json"


def test_without_a_kernel_that_tells_the_page_says_that_it_is_recorded(monkeypatch):
    monkeypatch.setattr(real_working_set, "measured", refused)
    shown = str(beside_the_kernel())
    assert "recorded earlier" in shown
    assert shown.count("yes") == len(model_rounds())
    assert "NO" not in shown


def test_a_difference_is_named(monkeypatch):
    monkeypatch.setattr(real_working_set, "measured", refused)
    monkeypatch.setattr(real_working_set, "model_rounds", lambda: (1,) * len(recorded().dirtied))
    assert str(beside_the_kernel()).count("NO") == len(recorded().dirtied)


def test_dirty_memory_grows_more_slowly_than_time():
    real, straight = dirty_by_time(recorded()).series
    assert list(real.y) == sorted(real.y)
    assert all(a < b for a, b in zip(real.y[1:], straight.y[1:], strict=True))
    assert real.y[-1] <= MEMORY / 1e6


def test_the_server_of_the_model_writes_what_was_recorded_and_begins_again():
    found = recorded()
    pattern, whole = server(found).processors[0], found.times[-1]
    once = set(pattern.written(0, whole * 1.0001).tolist())
    assert once == set(np.flatnonzero(np.any(found.looks, axis=0)).tolist())
    assert set(pattern.written(whole * 1.0001, whole * 2.0001).tolist()) == once
    assert pattern.beyond * PAGE <= MEMORY


def test_a_faster_link_shortens_the_pause(monkeypatch):
    monkeypatch.setattr(real_working_set, "measured", refused)
    lines = str(beside_the_kernel()).splitlines()
    rows = [
        line.split() for line in lines if line.split()[:1] and line.split()[0] in {f"{link / 1e6:g}" for link in LINKS}
    ]
    left = [float(row[2]) for row in rows if len(row) == 5]
    assert len(left) == len(LINKS)
    assert left[0] > left[1] > left[2]
