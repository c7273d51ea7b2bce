"""The build context: the files that COPY and ADD see, from a folder on disk or as a filesystem of the model."""

import os
import stat
from pathlib import Path

from vlearn.sim.files.entries import entries_of, filesystem_of
from vlearn.sim.files.plain import Plain
from vlearn.sim.images.errors import ImageError
from vlearn.sim.images.ignore import Ignore, read_ignore


def sent(context: Plain, ignore: Ignore) -> Plain:
    """The files of a context that .dockerignore lets through; a file that `!` brings back brings its directories."""
    if not ignore.patterns:
        return context
    return filesystem_of(
        # the other name of a hard link may stay behind, so each name is a file of its own, as in Docker's transfer
        entry | {"type": "file", "content": context.read(tuple(entry["path"].split("/")))}
        if entry["type"] == "hardlink"
        else entry
        for entry in entries_of(context)
        if not ignore.ignores(entry["path"])
    )


def context_of(folder: Path) -> tuple[Plain, Ignore]:
    """A folder as the context, owned by root, with its .dockerignore. Raises ImageError for devices and the like.

    Symlinks are taken as they are and never followed, so nothing outside the folder is read.
    """
    entries = []
    try:
        for where, folders, files in os.walk(folder):
            for name in sorted(folders + files):
                path = Path(where, name)
                status = path.lstat()
                entry = {
                    "path": path.relative_to(folder).as_posix(),
                    "mode": stat.S_IMODE(status.st_mode),
                    "mtime": int(status.st_mtime),
                }
                if path.is_symlink():
                    entry |= {"type": "symlink", "target": os.readlink(path)}  # noqa: PTH115 - the text, not a path
                elif stat.S_ISDIR(status.st_mode):
                    entry |= {"type": "dir"}
                elif stat.S_ISREG(status.st_mode):
                    entry |= {"type": "file", "content": path.read_bytes()}
                else:
                    raise ImageError(f"{path} is neither a file nor a directory nor a symlink; a context has no others")
                entries.append(entry)
    except OSError as error:
        raise ImageError(f"{error.filename} cannot be read: {error.strerror}") from None
    context = filesystem_of(entries)
    patterns = context.read((".dockerignore",)) if context.kind((".dockerignore",)) == "file" else b""
    return context, read_ignore(patterns.decode("utf-8", "replace"))
