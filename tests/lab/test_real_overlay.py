"""The table of model and kernel, the recording in place of the kernel, and that nothing of the mount is left behind."""

import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from vlearn.lab import real_overlay
from vlearn.lab.real_overlay import OPERATIONS, beside_overlayfs, live_answers, model_answers, recorded_answers

PARTS = ("results", "merged", "upper")


def parts(answers):
    return {part: answers[part] for part in PARTS}


@pytest.fixture
def live():
    answers = live_answers()
    if answers is None:
        pytest.skip("this machine lets us mount no overlay, not even in a user namespace")
    return answers


def test_the_model_says_what_was_recorded():
    assert parts(model_answers()) == parts(recorded_answers())
    assert len(recorded_answers()["results"]) == len(OPERATIONS)


def test_the_model_says_what_this_kernel_says(live):
    assert parts(model_answers()) == parts(live)


def test_the_operations_meet_what_surprises_programs():
    answers = recorded_answers()
    assert {"EXDEV", "ENOTEMPTY", "ENOENT", "EISDIR", "ENOTDIR"} <= {
        r for r in answers["results"] if isinstance(r, str)
    }
    assert {"whiteout", "opaque dir"} <= set(answers["upper"].values())


def test_a_mount_leaves_nothing_behind(monkeypatch, tmp_path):
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        pytest.skip("this system does not list its mounts")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = mounts.read_text(encoding="utf-8")
    live_answers.cache_clear()
    live_answers()
    assert mounts.read_text(encoding="utf-8") == before
    assert os.listdir(tmp_path) == []  # noqa: PTH208


def refuse(*_, **__):
    raise subprocess.CalledProcessError(1, "overlay_mount")


@pytest.fixture
def refused(monkeypatch):
    monkeypatch.setattr(real_overlay.subprocess, "run", refuse)
    live_answers.cache_clear()
    yield
    live_answers.cache_clear()


@pytest.mark.usefixtures("refused")
def test_where_no_overlay_may_be_mounted_the_page_says_that_it_is_recorded():
    shown = str(beside_overlayfs())
    assert "recorded earlier" in shown
    assert "NO" not in shown.split()
    assert shown.count("yes") == len(OPERATIONS) + len(recorded_answers()["merged"]) + len(recorded_answers()["upper"])


@pytest.mark.usefixtures("refused")
def test_a_difference_is_named(monkeypatch):
    wrong = {**model_answers(), "results": ["EPERM"] * len(OPERATIONS), "upper": {}}
    monkeypatch.setattr(real_overlay, "model_answers", lambda: wrong)
    assert str(beside_overlayfs()).split().count("NO") == len(OPERATIONS) + len(recorded_answers()["upper"])
