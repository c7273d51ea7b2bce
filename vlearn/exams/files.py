"""Several files written as one: all of them appear, or none does and the folder is as it was before."""

import os
import shutil
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from vlearn.errors import ExportError


def write_together(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Write the named files into the folder, made if need be; files of these names are replaced, others untouched.

    All that needs room, copies of what will be replaced included, goes into a temporary folder in it first; a move that
    fails after that is undone. Raises ExportError, having changed nothing.
    """
    try:
        with ExitStack() as undo:
            for missing in reversed([place for place in (folder, *folder.parents) if not place.exists()]):
                missing.mkdir()
                undo.callback(missing.rmdir)
            with TemporaryDirectory(prefix=".vlearn-", dir=folder, ignore_cleanup_errors=True) as staging:
                written = _move_in(folder, files, Path(staging))
            undo.pop_all()
    except OSError as error:
        raise ExportError(
            f"{folder}: the exam cannot be written here ({error.strerror or error}), and nothing was changed; "
            f"name a folder that can be written to and has room"
        ) from error
    return written


def _move_in(folder: Path, files: Mapping[str, bytes], staging: Path) -> tuple[Path, ...]:
    fresh, former = staging / "fresh", staging / "former"
    fresh.mkdir()
    former.mkdir()
    for name, content in files.items():
        (fresh / name).write_bytes(content)
        if os.path.lexists(folder / name):
            shutil.copy2(folder / name, former / name, follow_symlinks=False)
    with ExitStack() as undo:
        for name in files:
            undo.callback(_move_back, fresh / name, folder / name, former / name)
            (fresh / name).replace(folder / name)
        undo.pop_all()
    return tuple(folder / name for name in files)


def _move_back(fresh: Path, target: Path, former: Path) -> None:
    """Undo one move, if it took place at all."""
    if not fresh.exists():
        if os.path.lexists(former):
            former.replace(target)
        else:
            target.unlink()
