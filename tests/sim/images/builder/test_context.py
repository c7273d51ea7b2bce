"""A folder on disk as a build context."""

import os
from pathlib import Path

import pytest

from vlearn.sim.files.entries import filesystem_of
from vlearn.sim.images.builder.context import context_of, sent
from vlearn.sim.images.errors import IgnoreError, ImageError
from vlearn.sim.images.ignore import read_ignore


def test_a_folder_is_read_with_modes_times_and_links_that_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s", encoding="utf-8")
    folder = tmp_path / "context"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "a.py").write_text("1", encoding="utf-8")
    (folder / "src" / "a.py").chmod(0o750)
    os.utime(folder / "src" / "a.py", (5, 7))
    (folder / "link").symlink_to(tmp_path)
    (folder / ".dockerignore").write_text("*.log\n!keep.log\n", encoding="utf-8")
    context, ignore = context_of(folder)
    status = context.stat(("src", "a.py"))
    assert (status.mode, status.mtime, status.uid, context.read(("src", "a.py"))) == (0o750, 7, 0, b"1")
    assert context.readlink(("link",)) == str(tmp_path)
    assert ignore.kept(("a.log", "keep.log", "src/a.py")) == ("keep.log", "src/a.py")


def test_what_a_context_cannot_have_is_an_error(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(ImageError, match="neither a file nor a directory nor a symlink"):
        context_of(tmp_path)
    (tmp_path / "pipe").unlink()
    (tmp_path / ".dockerignore").write_bytes(b"\n[\xff")
    with pytest.raises(IgnoreError, match="line 2: syntax error in pattern"):
        context_of(tmp_path)


def test_a_file_that_is_brought_back_brings_its_directories() -> None:
    context = filesystem_of(
        [
            {"path": "d/x", "type": "file"},
            {"path": "d/y", "type": "file"},
            {"path": "z", "type": "hardlink", "target": "d/y"},
        ]
    )
    left = sent(context, read_ignore("d\n!d/x"))
    assert (left.entries(()), left.entries(("d",))) == (("d", "z"), ("x",))
    assert left.stat(("z",)).links == 1
