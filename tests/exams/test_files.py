"""Files are written together or not at all, and a folder is never left worse than it was."""

import errno
import os
from pathlib import Path

import pytest

from vlearn.errors import ExportError
from vlearn.exams.files import write_together

FILES = {"a.pdf": b"new a", "b.pdf": b"new b", "c.html": b"new c"}


def tree(folder):
    """Everything below a folder: the content of files, None for folders."""
    return {str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None for path in folder.rglob("*")}


@pytest.fixture
def fails_at(monkeypatch):
    """Lets the nth move of a file fail as on a full disk; 0 is the first."""

    def arrange(nth, error=errno.ENOSPC):
        real, moves = os.replace, iter(range(100))

        def replace(source, target):
            if next(moves) == nth:
                raise OSError(error, os.strerror(error))
            real(source, target)

        monkeypatch.setattr(os, "replace", replace)

    return arrange


def test_files_are_written_into_a_folder_that_is_made_for_them(tmp_path):
    folder = tmp_path / "out" / "deep"
    assert write_together(folder, FILES) == tuple(folder / name for name in FILES)
    assert tree(folder) == FILES


def test_files_of_the_same_names_are_replaced_and_others_stay(tmp_path):
    (tmp_path / "a.pdf").write_bytes(b"old a")
    (tmp_path / "notes.txt").write_bytes(b"mine")
    write_together(tmp_path, FILES)
    assert tree(tmp_path) == {**FILES, "notes.txt": b"mine"}


def test_files_can_be_read_by_whom_the_system_lets_new_files_be_read(tmp_path):
    (tmp_path / "plain").write_bytes(b"")
    write_together(tmp_path, FILES)
    assert (tmp_path / "a.pdf").stat().st_mode == (tmp_path / "plain").stat().st_mode


@pytest.mark.parametrize("nth", range(3))
def test_a_full_disk_leaves_the_folder_as_it_was(tmp_path, fails_at, nth):
    (tmp_path / "b.pdf").write_bytes(b"old b")
    (tmp_path / "notes.txt").write_bytes(b"mine")
    fails_at(nth)
    with pytest.raises(ExportError) as error:
        write_together(tmp_path, FILES)
    assert str(error.value) == (
        f"{tmp_path}: the exam cannot be written here (No space left on device), and nothing was changed; "
        "name a folder that can be written to and has room"
    )
    assert tree(tmp_path) == {"b.pdf": b"old b", "notes.txt": b"mine"}


def test_a_folder_made_for_files_that_fail_is_gone_again(tmp_path, fails_at):
    fails_at(1)
    with pytest.raises(ExportError):
        write_together(tmp_path / "out" / "deep", FILES)
    assert tree(tmp_path) == {}


def test_no_room_for_the_files_themselves_is_found_out_before_any_is_replaced(tmp_path, monkeypatch):
    (tmp_path / "a.pdf").write_bytes(b"old a")
    real = Path.write_bytes

    def write_bytes(path, content):
        if path.name == "b.pdf":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return real(path, content)

    monkeypatch.setattr(Path, "write_bytes", write_bytes)
    with pytest.raises(ExportError, match="No space left on device"):
        write_together(tmp_path, FILES)
    assert tree(tmp_path) == {"a.pdf": b"old a"}


def test_an_interruption_leaves_the_folder_as_it_was(tmp_path, monkeypatch):
    (tmp_path / "a.pdf").write_bytes(b"old a")
    real = os.replace

    def replace(source, target):
        real(source, target)
        if Path(target).name == "b.pdf":
            raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", replace)
    with pytest.raises(KeyboardInterrupt):
        write_together(tmp_path, FILES)
    assert tree(tmp_path) == {"a.pdf": b"old a"}


def test_a_file_in_place_of_the_folder_is_an_error_of_one_paragraph(tmp_path):
    (tmp_path / "out").write_bytes(b"mine")
    for folder in (tmp_path / "out", tmp_path / "out" / "deep"):
        with pytest.raises(ExportError, match=r"Not a directory.*nothing was changed; [^\n]+$"):
            write_together(folder, FILES)
    assert tree(tmp_path) == {"out": b"mine"}


def test_a_folder_in_place_of_a_file_is_an_error_and_stays(tmp_path):
    (tmp_path / "b.pdf").mkdir()
    (tmp_path / "a.pdf").write_bytes(b"old a")
    with pytest.raises(ExportError, match="Is a directory"):
        write_together(tmp_path, FILES)
    assert tree(tmp_path) == {"a.pdf": b"old a", "b.pdf": None}


def test_a_folder_where_nothing_can_be_made_is_an_error():
    with pytest.raises(ExportError, match=r"^/proc/vlearn-exam: the exam cannot be written here"):
        write_together(Path("/proc/vlearn-exam"), FILES)


def test_a_link_in_place_of_a_file_is_replaced_and_what_it_points_to_stays(tmp_path, fails_at):
    folder = tmp_path / "out"
    folder.mkdir()
    (tmp_path / "mine").write_bytes(b"mine")
    (folder / "a.pdf").symlink_to(tmp_path / "mine")
    fails_at(2)
    with pytest.raises(ExportError):
        write_together(folder, FILES)
    assert (folder / "a.pdf").is_symlink()
    write_together(folder, FILES)
    assert (tmp_path / "mine").read_bytes() == b"mine"
    assert tree(folder) == FILES
