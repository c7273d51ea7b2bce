"""A child process that mounts a real overlay, runs operations on it, and says what came of them, as JSON.

    python -m vlearn.lab.overlay_mount FOLDER < case

It makes a mount namespace of its own, as an ordinary user within a user namespace of its own, and mounts a tmpfs over
FOLDER there. Nothing of this is visible outside, and all of it goes with the process. It ends with an OSError where
the kernel does not allow it.
"""

import ctypes
import errno
import json
import mmap
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

NEW_MOUNTS, NEW_USERS = 0x00020000, 0x10000000
PRIVATE = 0x44000  # MS_REC | MS_PRIVATE: nothing leaves this namespace
LAYERS = ("upper", "work", "merged")


def system(function: str, *arguments: object) -> None:
    """A call of the C library; its errno as OSError."""
    library = ctypes.CDLL(None, use_errno=True)
    words = [argument.encode() if isinstance(argument, str) else argument for argument in arguments]
    if getattr(library, function)(*words) != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{function}: {os.strerror(number)}")


def enter() -> str:
    """Into a mount namespace of our own; the options with which an overlay may be mounted there."""
    user, group = os.getuid(), os.getgid()
    try:
        system("unshare", NEW_MOUNTS)
        options = "redirect_dir=off,index=off,metacopy=off"
    except PermissionError:
        system("unshare", NEW_MOUNTS | NEW_USERS)
        for name, text in (("setgroups", "deny"), ("uid_map", f"0 {user} 1"), ("gid_map", f"0 {group} 1")):
            Path("/proc/self", name).write_text(text, encoding="utf-8")
        options = "userxattr"
    system("mount", "none", "/", None, PRIVATE, None)
    return options


def build(entries: list[dict[str, Any]], layer: Path) -> None:
    """The files of a layer."""
    layer.mkdir()
    for entry in entries:
        path = layer / entry["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        if entry["type"] == "hardlink":
            os.link(layer / entry["target"], path)
        elif entry["type"] == "dir":
            path.mkdir(exist_ok=True)
        else:
            path.write_text(entry["content"], encoding="utf-8")


class Program:
    """What makes the calls. Handles are numbered as the model numbers them: in the order of opening."""

    def __init__(self) -> None:
        self._handles: list[int | mmap.mmap] = []

    def call(self, name: str, arguments: list[Any]) -> object:
        """The answer, `ok`, or the errno's name."""
        paths = [f".{word}" if isinstance(word, str) and word.startswith("/") else word for word in arguments]
        own: Callable[..., object] | None = getattr(self, f"_{name}", None)
        try:
            answer = own(*paths) if own else getattr(os, name)(*paths)
        except OSError as error:
            return errno.errorcode[error.errno or 0]
        return "ok" if answer is None else answer

    def _readdir(self, path: str) -> list[str]:
        return sorted(entry.name for entry in Path(path).iterdir())

    def _read(self, path: str) -> str:
        return Path(path).read_text(encoding="utf-8")

    def _append(self, path: str, content: str) -> None:
        self._put(path, os.O_WRONLY | os.O_APPEND, content)

    def _create(self, path: str, content: str = "") -> None:
        self._put(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, content)

    def _put(self, path: str, flags: int, content: str) -> None:
        descriptor = os.open(path, flags, 0o644)
        try:
            os.write(descriptor, content.encode())
        finally:
            os.close(descriptor)

    def _open(self, path: str) -> int:
        self._handles.append(os.open(path, os.O_RDONLY))
        return len(self._handles) - 1

    def _mmap(self, handle: int) -> int:
        descriptor = self._handles[handle]
        assert isinstance(descriptor, int)
        self._handles.append(mmap.mmap(descriptor, 0, prot=mmap.PROT_READ))
        return len(self._handles) - 1

    def _pread(self, handle: int) -> str:
        opened = self._handles[handle]
        return (os.pread(opened, 1 << 16, 0) if isinstance(opened, int) else opened[:]).decode()


def tree(root: Path, prefix: str = "") -> dict[str, str]:
    """What is below a directory: contents of files, `dir`, `whiteout`; with a prefix of marks, `opaque dir`."""
    found = {}
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        name = str(path.relative_to(root))
        if stat.S_ISCHR(status.st_mode) and status.st_rdev == 0:
            found[name] = "whiteout"
        elif stat.S_ISDIR(status.st_mode):
            marks = os.listxattr(path) if prefix else []
            opaque = f"{prefix}opaque" in marks and os.getxattr(path, f"{prefix}opaque") == b"y"
            found[name] = "opaque dir" if opaque else "dir"
        else:
            found[name] = f"file {path.read_text(encoding='utf-8')!r}"
    return found


def answer(case: dict[str, Any], base: Path) -> dict[str, Any]:
    """Mount the layers of a case below a directory, run its operations, and look."""
    options = enter()
    system("mount", "tmpfs", str(base), "tmpfs", 0, None)
    os.umask(0o022)
    os.chdir(base)
    names = [f"lower{number}" for number in range(len(case["lowers"]))]
    for name, entries in zip(names, case["lowers"], strict=True):
        build(entries, Path(name))
    for name in LAYERS:
        Path(name).mkdir()
    prefix = "user.overlay." if options == "userxattr" else "trusted.overlay."
    os.setxattr("upper", f"{prefix}probe", b"y")  # without such marks an overlay works otherwise: OSError
    os.removexattr("upper", f"{prefix}probe")
    system(
        "mount", "overlay", "merged", "overlay", 0, f"lowerdir={':'.join(names)},upperdir=upper,workdir=work,{options}"
    )
    os.chdir("merged")
    program = Program()
    results = [program.call(name, arguments) for name, *arguments in case["operations"]]
    os.chdir(base)
    return {
        "kernel": f"Linux {os.uname().release.partition('-')[0]}",
        "results": results,
        "merged": tree(Path("merged")),
        "upper": tree(Path("upper"), prefix),
    }


if __name__ == "__main__":
    json.dump(answer(json.load(sys.stdin), Path(sys.argv[1])), sys.stdout)
