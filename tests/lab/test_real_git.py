"""The tables of model and Git, the recording in place of Git, and that nobody's settings have a say."""

import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from vlearn.lab import git_repository, real_git
from vlearn.lab.real_git import PAIRS, SEARCHES, beside_git, live_answers, model_pair, model_searches, recorded_answers
from vlearn.sim.delivery import merge_queue


@pytest.fixture
def afresh():
    live_answers.cache_clear()
    yield
    live_answers.cache_clear()


@pytest.fixture
def live():
    if shutil.which("git") is None:
        pytest.skip("there is no git on the PATH")
    answers = live_answers()
    assert answers is not None
    return answers


def assert_agrees(answers):
    assert model_searches() == answers["searches"]
    (clean, text) = answers["pairs"]
    assert clean == [*model_pair(*PAIRS[0])[:2], [], model_pair(*PAIRS[0])[2]]
    assert text[2:] == [["bill.py", "shop.py"], None]


def test_the_model_tries_and_finds_what_was_recorded():
    assert_agrees(recorded_answers())
    assert [found for _, found in recorded_answers()["searches"]] == [bad for _, bad in SEARCHES]


def test_the_model_tries_and_finds_what_this_git_does(live):
    assert_agrees(live)


def test_two_branches_clash_without_a_conflict_of_lines():
    assert model_pair(*PAIRS[0]) == [True, True, False]
    assert recorded_answers()["pairs"][0] == [True, True, [], False]


@pytest.mark.usefixtures("live", "afresh")
def test_no_settings_of_anybody_are_read_or_written(monkeypatch, tmp_path):
    for name in (".gitconfig", "git/config"):
        file = tmp_path / "home" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("[this is no configuration", encoding="utf-8")
    before = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    for name in ("HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / "home"))
    for name in ("GIT_CONFIG_GLOBAL", "GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"):
        monkeypatch.setenv(name, str(tmp_path / "home" / ".gitconfig"))
    (tmp_path / "work").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "work"))
    assert_agrees(live_answers())
    assert {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()} == before


@pytest.mark.usefixtures("afresh")
@pytest.mark.parametrize("error", [FileNotFoundError("git"), subprocess.TimeoutExpired("git", 20)])
def test_without_git_the_page_says_that_it_is_recorded(monkeypatch, error):
    def refuse(*_, **__):
        raise error

    monkeypatch.setattr(git_repository.subprocess, "run", refuse)
    shown = str(beside_git())
    assert "recorded earlier" in shown
    assert shown.split().count("yes") == len(SEARCHES) + 1
    assert "NO" not in shown.split()


@pytest.mark.usefixtures("afresh")
def test_a_command_that_fails_is_no_answer(monkeypatch):
    monkeypatch.setattr(git_repository, "COMMITS", 0)
    assert live_answers() is None


@pytest.mark.usefixtures("afresh")
def test_a_difference_is_named(monkeypatch):
    monkeypatch.setattr(real_git, "made", lambda _: git_repository.git(Path("/"), "no-such-command"))
    monkeypatch.setattr(real_git, "tried", lambda found: merge_queue.tried(found)[::-1])
    monkeypatch.setattr(real_git, "CLASHES", {})
    several = sum(len(looked) > 1 for looked, _ in recorded_answers()["searches"])
    assert str(beside_git()).split().count("NO") == several + 1
