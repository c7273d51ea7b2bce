"""The student's record: where it is, what it survives, and that two notebooks do not lose each other's answers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from vlearn.lab.record import Attempt, Record, record_path

HOME = Path("home")
PLACES = [
    ({}, "linux", HOME / ".local/share/vlearn/progress.json"),
    ({"XDG_DATA_HOME": "xdg"}, "linux", Path("xdg/vlearn/progress.json")),
    ({"XDG_DATA_HOME": ""}, "linux", HOME / ".local/share/vlearn/progress.json"),
    ({}, "darwin", HOME / "Library/Application Support/vlearn/progress.json"),
    ({"APPDATA": "roaming"}, "win32", Path("roaming/vlearn/progress.json")),
    ({}, "win32", HOME / "AppData/Roaming/vlearn/progress.json"),
    ({"VLEARN_PROGRESS": "mine.json", "XDG_DATA_HOME": "xdg"}, "linux", Path("mine.json")),
]

DAMAGED = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"{}",
    b"\xff\xfe\x00",
    b'{"version": "one", "attempts": []}',
    b'{"version": 1, "attempts": [{"id": 3}]}',
    b'{"version": 1}',
    b'{"version": 1, "attempts": [',
]


def attempt(number: int, score: float | None = 1.0) -> Attempt:
    return Attempt("check", f"ch06-{number}", "ch06-walk", str(number), score, when=f"2026-01-01T00:00:{number:02}")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "vlearn" / "progress.json"


@pytest.mark.parametrize(("env", "platform", "place"), PLACES)
def test_the_record_is_kept_where_the_platform_keeps_data(env, platform, place):
    assert record_path(env, platform, HOME) == place


def test_an_attempt_is_on_disk_at_once_and_read_back_by_another_notebook(path):
    made = attempt(1)
    Record(path).add(made)
    assert Record(path).attempts() == (made,)
    assert json.loads(path.read_text(encoding="utf-8"))["version"] == 2


def test_nothing_is_left_beside_the_file_but_its_lock(path):
    Record(path).add(attempt(1))
    assert sorted(p.name for p in path.parent.iterdir()) == ["progress.json", "progress.lock"]


def test_two_notebooks_merge_what_they_write(path):
    one, two = Record(path), Record(path)
    one.add(attempt(1))
    two.add(attempt(2))
    one.add(attempt(3))
    ids = ["ch06-1", "ch06-2", "ch06-3"]
    assert [a.id for a in one.attempts()] == [a.id for a in two.attempts()] == ids


def test_a_lost_write_is_made_good_by_the_next(path):
    one = Record(path)
    one.add(attempt(1))
    path.unlink()
    one.add(attempt(2))
    assert [a.id for a in Record(path).attempts()] == ["ch06-1", "ch06-2"]


def test_processes_that_write_at_once_lose_nothing(path):
    code = (
        "import sys; from pathlib import Path; from vlearn.lab.record import Attempt, Record\n"
        "for n in range(12): Record(Path(sys.argv[1])).add(Attempt('check', sys.argv[2] + str(n), 'ch06-a', '', 1.0))"
    )
    writers = [subprocess.Popen([sys.executable, "-c", code, str(path), name]) for name in "abc"]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    assert len(Record(path).attempts()) == 36


@pytest.mark.parametrize("content", DAMAGED)
def test_a_damaged_file_is_set_aside_and_said(path, content):
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    record = Record(path)
    record.add(attempt(1))
    (notice,) = record.take_notices()
    assert "progress.damaged-1.json" in notice
    assert record.take_notices() == ()
    assert path.with_name("progress.damaged-1.json").read_bytes() == content
    assert [a.id for a in Record(path).attempts()] == ["ch06-1"]


def test_a_second_damaged_file_does_not_replace_the_first(path):
    path.parent.mkdir(parents=True)
    for content in ("first", "second"):
        path.write_text(content, encoding="utf-8")
        assert Record(path).attempts() == ()
    assert path.with_name("progress.damaged-1.json").read_text(encoding="utf-8") == "first"
    assert path.with_name("progress.damaged-2.json").read_text(encoding="utf-8") == "second"


def test_a_file_of_the_first_version_is_read_and_becomes_one_of_the_second(path):
    Record(path).add(attempt(1))
    first = json.loads(path.read_text(encoding="utf-8")) | {"version": 1}
    path.write_text(json.dumps(first), encoding="utf-8")
    record = Record(path)
    assert record.attempts() == tuple(Record(path).attempts())
    record.add(Attempt("practice", "practice", "", "1 question", 1.0, when="2026-01-02T00:00:00+00:00"))
    assert [a.activity for a in Record(path).attempts()] == ["check", "practice"]
    assert json.loads(path.read_text(encoding="utf-8"))["version"] == 2
    assert record.take_notices() == ()


def test_a_file_of_a_newer_vlearn_is_left_alone(path):
    path.parent.mkdir(parents=True)
    newer = b'{"version": 3, "attempts": {"new": "shape"}}'
    path.write_bytes(newer)
    record = Record(path)
    record.add(attempt(1))
    assert [a.id for a in record.attempts()] == ["ch06-1"]
    (notice,) = record.take_notices()
    assert "newer vlearn" in notice
    assert path.read_bytes() == newer


def test_a_folder_that_cannot_be_made_keeps_the_record_in_memory_and_says_so_once(tmp_path):
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    record = Record(tmp_path / "file" / "vlearn" / "progress.json")
    record.add(attempt(1))
    record.add(attempt(2))
    assert [a.id for a in record.attempts()] == ["ch06-1", "ch06-2"]
    (notice,) = record.take_notices()
    assert "in memory" in notice
    assert "VLEARN_PROGRESS" in notice


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root writes anywhere, Windows has no modes")
def test_a_read_only_folder_still_shows_what_it_holds(path):
    Record(path).add(attempt(1))
    path.parent.chmod(0o500)
    try:
        record = Record(path)
        record.add(attempt(2))
        assert [a.id for a in record.attempts()] == ["ch06-1", "ch06-2"]
        assert "in memory" in record.take_notices()[0]
    finally:
        path.parent.chmod(0o700)


def test_a_write_that_fails_leaves_the_old_file_whole(path, monkeypatch):
    record = Record(path)
    record.add(attempt(1))
    before = path.read_bytes()

    def full(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    record.add(attempt(2))
    assert path.read_bytes() == before
    assert not list(path.parent.glob(".progress-*"))
    assert "No space left" in record.take_notices()[0]
    monkeypatch.undo()
    record.add(attempt(3))
    assert len(Record(path).attempts()) == 3


def test_a_reset_keeps_a_backup(path):
    record = Record(path)
    assert record.reset() is None
    record.add(attempt(1))
    before = path.read_bytes()
    backup = record.reset()
    assert backup == path.with_name("progress.backup-1.json")
    assert backup.read_bytes() == before
    assert record.attempts() == ()
