"""Where COPY and ADD put their files: on top of what is there, through symlinks of the image, making directories."""

import re
from dataclasses import dataclass

from vlearn.sim.files.errno import Failure
from vlearn.sim.files.filesystem import Path
from vlearn.sim.files.overlay.overlay import Overlay
from vlearn.sim.files.walk import resolve
from vlearn.sim.images.builder.copy import Copied
from vlearn.sim.images.errors import DockerfileError

NUMBER = re.compile(r"\d{1,9}", re.ASCII)
OCTAL = re.compile(r"0?[0-7]{1,4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who the copies belong to, and their mode where --chmod says so."""

    uid: int = 0
    gid: int = 0
    mode: int | None = None


def owner(files: Overlay, chown: str, chmod: str) -> Owner:
    """The owner that --chown and --chmod name; names are looked up in the image. Raises DockerfileError."""
    if chmod and not OCTAL.fullmatch(chmod):
        raise DockerfileError(f"invalid chmod parameter: '{chmod}'. it should be octal string and between 0 and 07777")
    user, _, group = chown.partition(":")
    uid, primary = _number(files, user, "passwd", "user") if user else (0, 0)
    gid = _number(files, group, "group", "group")[0] if group else primary
    return Owner(uid, gid, int(chmod, 8) if chmod else None)


def _number(files: Overlay, name: str, table: str, what: str) -> tuple[int, int]:
    """The number of a user or group, and a user's group."""
    if NUMBER.fullmatch(name):
        return int(name), int(name)
    content = files.read(("etc", table)) if files.kind(("etc", table)) == "file" else b""
    for line in content.decode("utf-8", "replace").split("\n"):
        fields = line.split(":")
        if fields[0] == name and len(fields) > 3 and NUMBER.fullmatch(fields[2]):
            return int(fields[2]), int(fields[3]) if NUMBER.fullmatch(fields[3]) else 0
    raise DockerfileError(f"unable to convert uid/gid chown string to host mapping: can't find uid for {what} {name}")


def paste(files: Overlay, copied: tuple[Copied, ...], destination: str, by: Owner) -> Overlay:
    """The union with the copies in it; `destination` is absolute. Raises DockerfileError where one cannot be made."""
    folder = destination.endswith("/") or destination == "/" or _is_folder(files, destination)
    try:
        for one in copied:
            files, at = _parents(files, destination if folder or not one.whole else destination.rpartition("/")[0])
            name = one.name if folder or not one.whole else (destination.rpartition("/")[2],)
            files = _put(files, (*at, *name), one, by)
    except Failure as failure:
        raise DockerfileError(f"failed to copy files: {destination}: {failure.text.lower()}") from None
    return files


def _is_folder(files: Overlay, text: str) -> bool:
    try:
        return files.kind(resolve(files, text)) == "dir"
    except Failure:
        return False


def _parents(files: Overlay, text: str) -> tuple[Overlay, Path]:
    """The directory of this name, made with all above it where it is missing."""
    at: Path = ()
    for part in text.split("/"):
        if part:
            at = resolve(files, f"/{'/'.join((*at, part))}")
            if files.kind(at) is None:
                files = files.mkdir(at)
    return files, at


def _put(files: Overlay, path: Path, one: Copied, by: Owner) -> Overlay:
    entry, there = one.entry, files.kind(path)
    if entry.kind == "dir":
        if there is None:
            return files.mkdir(path, entry.mode if by.mode is None else by.mode, by.uid, by.gid)
        if there != "dir":
            raise DockerfileError(f"cannot copy to non-directory: /{'/'.join(path)}")
        return files
    if there == "dir":
        raise DockerfileError(f"cannot replace to directory /{'/'.join(path)} with file")
    for depth in range(1, len(path)):
        if files.kind(path[:depth]) is None:
            files = files.mkdir(path[:depth])
    files = files.unlink(path) if there else files
    if entry.kind == "symlink":
        return files.symlink(path, entry.target, by.uid, by.gid)
    files = files.create(path, entry.content, entry.mode if by.mode is None else by.mode, by.uid, by.gid)
    return files.utime(path, entry.mtime) if entry.mtime else files


def make_workdir(files: Overlay, path: str) -> Overlay:
    """The union with the working directory of a command in it."""
    try:
        return _parents(files, path)[0]
    except Failure as failure:
        raise DockerfileError(f'mkdir "{path}": {failure.text.lower()}') from None
