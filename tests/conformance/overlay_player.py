"""Plays operations by path on the union filesystem, as a program in the directory that it is mounted on would."""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.files import Failure, Overlay, Path, Plain, Stat, resolve

MOUNTED = ("merged",)


class Place:
    """The overlay on its mount point in a plain filesystem: `..` of its root leads out of it."""

    def __init__(self, overlay: Overlay):
        self.overlay = overlay
        self.outside = Plain().mkdir(MOUNTED)

    def kind(self, path: Path):
        return self.of(path).kind(inner(path))

    def readlink(self, path: Path):
        return self.of(path).readlink(inner(path))

    def of(self, path: Path) -> Overlay | Plain:
        """The filesystem that a path leads to."""
        return self.overlay if path[:1] == MOUNTED else self.outside

    def put(self, filesystem: object):
        """Let a filesystem take the place of its older self."""
        if isinstance(filesystem, Overlay):
            self.overlay = filesystem
        elif isinstance(filesystem, Plain):
            self.outside = filesystem


def inner(path: Path) -> Path:
    """A path within the filesystem that it leads to."""
    return path[1:] if path[:1] == MOUNTED else path


class Player:
    """Runs operations in the form of the recorded cases; keeps the descriptors, mappings and inodes that they name."""

    def __init__(self, overlay: Overlay):
        self.place = Place(overlay)
        self.handles: dict[str, tuple[Path, int]] = {}
        self.mapped: dict[str, int] = {}
        self.inodes: dict[str, tuple[Path, int]] = {}

    def play(self, op: Mapping[str, Any]) -> dict[str, Any]:
        """Run one operation; what it gave, as the recorder wrote it down."""
        try:
            value = getattr(self, op["op"])(op)
        except Failure as failure:
            self.place.put(failure.filesystem)
            return {"errno": failure.errno}
        return {"ok": True} if value is None else {"ok": True, "value": value}

    def _at(self, text: str, follow: bool) -> Path:
        return resolve(self.place, text, MOUNTED, follow)

    def _ask(self, question: str, op, *arguments, follow=True):
        path = self._at(op["path"], follow)
        return getattr(self.place.of(path), question)(inner(path), *arguments)

    def _change(self, change: str, op, *arguments, follow=True):
        path = self._at(op["path"], follow)
        self.place.put(getattr(self.place.of(path), change)(inner(path), *arguments))

    def _two_names(self, change: str, op, *arguments):
        old = self._at(op["src"], False)
        if change == "link" and self.place.kind(old) is None:  # looked up before the other name is
            raise Failure("ENOENT")
        new = self._at(op["dst"], False)
        if self.place.of(old) is not self.place.of(new):
            raise Failure("EXDEV")
        self.place.put(getattr(self.place.of(old), change)(inner(old), inner(new), *arguments))

    def lstat(self, op):
        return shown_stat(self._ask("stat", op, follow=False))

    def owner(self, op):
        stat = self._ask("stat", op, follow=False)
        return [stat.uid, stat.gid]

    def links(self, op):
        return self._ask("stat", op, follow=False).links

    def mtime(self, op):
        return self._ask("stat", op, follow=False).mtime

    def read(self, op):
        return self._ask("read", op).decode()

    def readdir(self, op):
        filesystem, names = self._ask("readdir", op)
        self.place.put(filesystem)
        return list(names)

    def readlink(self, op):
        return self._ask("readlink", op, follow=False)

    def write(self, op):
        self._change("write", op, op["content"].encode())

    def append(self, op):
        self._change("append", op, op["content"].encode())

    def create(self, op):
        self._change("create", op, op["content"].encode(), follow=False)

    def open_creat(self, op):
        if self.place.kind(self._at(op["path"], True)) is None:
            self._change("create", op, op["content"].encode())
        else:
            self._change("write", op, op["content"].encode(), 0)

    def truncate(self, op):
        self._change("truncate", op, op["size"])

    def mkdir(self, op):
        self._change("mkdir", op, follow=False)

    def symlink(self, op):
        self._change("symlink", op, op["target"], follow=False)

    def link(self, op):
        self._two_names("link", op)

    def unlink(self, op):
        self._change("unlink", op, follow=False)

    def rmdir(self, op):
        self._change("rmdir", op, follow=False)

    def rename(self, op):
        self._two_names("rename", op)

    def exchange(self, op):
        self._two_names("rename", op, "exchange")

    def noreplace(self, op):
        self._two_names("rename", op, "noreplace")

    def setxattr(self, op):
        self._change("setxattr", op, op["name"], op["value"].encode(), follow=False)

    def getxattr(self, op):
        return self._ask("getxattr", op, op["name"], follow=False).decode()

    def removexattr(self, op):
        self._change("removexattr", op, op["name"], follow=False)

    def listxattr(self, op):
        return list(self._ask("listxattr", op, follow=False))

    def mknod(self, op):
        self._change("mknod", op, op["kind"], tuple(op.get("device", (0, 0))), follow=False)

    def chmod(self, op):
        self._change("chmod", op, int(op["mode"], 8))

    def chown(self, op):
        self._change("chown", op, op["uid"], op["gid"], follow=False)

    def utime(self, op):
        self._change("utime", op, op.get("mtime", 1))

    def ino(self, op):
        path = self._at(op["path"], False)
        self.inodes[op["key"]] = path[:1], self.place.of(path).stat(inner(path)).ino

    def ino_same(self, op):
        return self.inodes.get(op["a"]) == self.inodes.get(op["b"])

    def open(self, op):
        path = self._at(op["path"], True)
        filesystem, handle = self.place.of(path).open(inner(path), write="w" in op["flags"])
        self.place.put(filesystem)
        self.handles[op["fd"]] = path, handle

    def fdread(self, op):
        path, handle = self._handle(op["fd"])
        return self.place.of(path).pread(handle).decode()

    def fdwrite(self, op):
        path, handle = self._handle(op["fd"])
        self.place.put(self.place.of(path).pwrite(handle, op["content"].encode(), op["off"]))

    def fdclose(self, op):
        path, handle = self._handle(op["fd"])
        self.place.put(self.place.of(path).close(handle))
        del self.handles[op["fd"]]

    def fdtruncate(self, op):
        path, handle = self._handle(op["fd"])
        self.place.put(self.place.of(path).ftruncate(handle, op["size"]))

    def _handle(self, name: str) -> tuple[Path, int]:
        if name not in self.handles:
            raise Failure("EBADF")
        return self.handles[name]

    def mmap(self, op):
        path, handle = self._handle(op["fd"])
        if not self.place.of(path).fstat(handle).size:
            raise Failure("EINVAL")
        self.mapped[op["map"]] = op["n"]
        filesystem, mapping = self.place.of(path).mmap(handle)
        self.place.put(filesystem)
        self.handles["map " + op["map"]] = path, mapping

    def mapread(self, op):
        path, mapping = self._handle("map " + op["map"])
        return self.place.of(path).pread(mapping, self.mapped[op["map"]]).decode()

    def merged(self) -> dict[str, dict[str, Any]]:
        """The merged view, read as a program reads it: directory by directory, with what the reading changes."""
        found: dict[str, dict[str, Any]] = {}
        todo: list[Path] = [()]
        while todo:
            at = todo.pop()
            self.place.overlay, names = self.place.overlay.readdir(at)
            for name in names:
                path = (*at, name)
                found["/".join(path)] = entry = shown_entry(self.place.overlay, path)
                if entry["type"] == "dir":
                    todo.append(path)
        return found


def shown_stat(stat: Stat) -> dict[str, Any]:
    """The answer to lstat; the recording has size and links of regular files alone."""
    regular = stat.kind == "file"
    links, size = (stat.links, stat.size) if regular else (None, None)
    return {"type": stat.kind, "mode": oct(stat.mode), "nlink": links, "size": size}


def shown_entry(filesystem: Overlay | Plain, path: Path) -> dict[str, Any]:
    """One file as the recording has it. A whiteout in a layer that merges with none is listed and is not there."""
    try:
        stat = filesystem.stat(path)
    except Failure as failure:
        return {"type": "error", "errno": failure.errno}
    if stat.kind == "symlink":
        return {"type": "symlink", "target": filesystem.readlink(path)}
    if stat.kind == "dir":
        return {"mode": oct(stat.mode), "type": "dir"}
    content = filesystem.read(path).decode() if stat.kind == "file" else ""
    return {"mode": oct(stat.mode), "type": stat.kind, "nlink": stat.links, "content": content}
