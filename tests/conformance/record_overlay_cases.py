"""Records what the machine's own overlayfs does: a case a line comes in, the case with its results goes out, as JSON.

    unshare --mount python record_overlay_cases.py < cases > recorded

It runs as root in a mount namespace of its own, mounts a tmpfs over a directory that it makes, and leaves nothing.
A line that cannot be mounted comes back with `mount`, the errno.
"""

# System calls are recorded, not what pathlib does around them.
# ruff: noqa: PTH101, PTH102, PTH104, PTH106, PTH108, PTH115, PTH208, PTH211

import ctypes
import errno
import json
import mmap
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path

PREFIX = "trusted.overlay."
OMITTED = ("origin", "uuid", "nlink", "impure")
KINDS = {stat.S_IFREG: "file", stat.S_IFDIR: "dir", stat.S_IFLNK: "symlink", stat.S_IFCHR: "char", stat.S_IFIFO: "fifo"}
LIBC = ctypes.CDLL(None, use_errno=True)
NOREPLACE, EXCHANGE, AT_FDCWD = 1, 2, -100


def libc(function, *arguments):
    words = (a.encode() if isinstance(a, str) else a for a in arguments)
    if getattr(LIBC, function)(*words) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def build(layer, entries):
    for entry in entries:
        path = layer / entry["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        match entry["type"]:
            case "dir":
                path.mkdir(exist_ok=True)
                if entry.get("opaque"):
                    os.setxattr(path, PREFIX + "opaque", b"y")
            case "file":
                path.write_text(entry["content"], encoding="utf-8")
            case "symlink":
                path.symlink_to(entry["target"])
            case "hardlink":
                os.link(layer / entry["target"], path)
            case "whiteout":
                os.mknod(path, stat.S_IFCHR)
        for name, value in entry.get("xattrs", {}).items():
            os.setxattr(path, name, value.encode())
        if "mode" in entry:
            path.chmod(int(entry["mode"], 8))


class Real:
    """The operations, on the real mount that is the working directory."""

    def __init__(self):
        self.fds, self.maps, self.inodes = {}, {}, {}

    def play(self, op):
        try:
            value = getattr(self, op["op"])(op)
        except OSError as error:
            return {"errno": errno.errorcode[error.errno].replace("ENOTSUP", "EOPNOTSUPP")}
        return {"ok": True} if value is None else {"ok": True, "value": value}

    def close(self):
        for mapping, _ in self.maps.values():
            mapping.close()
        for fd in self.fds.values():
            os.close(fd)

    def _written(self, op, flags):
        fd = os.open(op["path"], flags, 0o644)
        try:
            os.write(fd, op["content"].encode())
        finally:
            os.close(fd)

    def lstat(self, op):
        found = os.lstat(op["path"])
        kind = KINDS[stat.S_IFMT(found.st_mode)]
        links, size = (found.st_nlink, found.st_size) if kind == "file" else (None, None)
        return {"type": kind, "mode": oct(stat.S_IMODE(found.st_mode)), "nlink": links, "size": size}

    def owner(self, op):
        found = os.lstat(op["path"])
        return [found.st_uid, found.st_gid]

    def links(self, op):
        return os.lstat(op["path"]).st_nlink

    def read(self, op):
        fd = os.open(op["path"], os.O_RDONLY)
        try:
            return os.read(fd, 1 << 20).decode()
        finally:
            os.close(fd)

    def readdir(self, op):
        return sorted(os.listdir(op["path"]))

    def readlink(self, op):
        return os.readlink(op["path"])

    def write(self, op):
        self._written(op, os.O_WRONLY | os.O_TRUNC)

    def append(self, op):
        self._written(op, os.O_WRONLY | os.O_APPEND)

    def create(self, op):
        self._written(op, os.O_WRONLY | os.O_CREAT | os.O_EXCL)

    def open_creat(self, op):
        self._written(op, os.O_RDWR | os.O_CREAT)

    def truncate(self, op):
        os.truncate(op["path"], op["size"])

    def mkdir(self, op):
        os.mkdir(op["path"], 0o755)

    def symlink(self, op):
        os.symlink(op["target"], op["path"])

    def mknod(self, op):
        kind = {"fifo": stat.S_IFIFO, "char": stat.S_IFCHR}[op["kind"]]
        os.mknod(op["path"], kind | 0o644, os.makedev(*op.get("device", (0, 0))))

    def link(self, op):
        os.link(op["src"], op["dst"])

    def unlink(self, op):
        os.unlink(op["path"])

    def rmdir(self, op):
        os.rmdir(op["path"])

    def rename(self, op):
        os.rename(op["src"], op["dst"])

    def exchange(self, op):
        libc("renameat2", AT_FDCWD, op["src"], AT_FDCWD, op["dst"], EXCHANGE)

    def noreplace(self, op):
        libc("renameat2", AT_FDCWD, op["src"], AT_FDCWD, op["dst"], NOREPLACE)

    def chmod(self, op):
        os.chmod(op["path"], int(op["mode"], 8))

    def chown(self, op):
        os.lchown(op["path"], op["uid"], op["gid"])

    def utime(self, op):
        os.utime(op["path"], (op.get("mtime", 1), op.get("mtime", 1)))

    def mtime(self, op):
        return int(os.lstat(op["path"]).st_mtime)

    def setxattr(self, op):
        os.setxattr(op["path"], op["name"], op["value"].encode(), follow_symlinks=False)

    def getxattr(self, op):
        return os.getxattr(op["path"], op["name"], follow_symlinks=False).decode()

    def removexattr(self, op):
        os.removexattr(op["path"], op["name"], follow_symlinks=False)

    def listxattr(self, op):
        return sorted(os.listxattr(op["path"], follow_symlinks=False))

    def ino(self, op):
        self.inodes[op["key"]] = os.lstat(op["path"]).st_ino

    def ino_same(self, op):
        return self.inodes.get(op["a"]) == self.inodes.get(op["b"])

    def open(self, op):
        fd = os.open(op["path"], os.O_RDWR if "w" in op["flags"] else os.O_RDONLY)
        if op["fd"] in self.fds:
            os.close(self.fds[op["fd"]])
        self.fds[op["fd"]] = fd

    def fdread(self, op):
        return os.pread(self._fd(op), 1 << 20, 0).decode()

    def fdwrite(self, op):
        os.pwrite(self._fd(op), op["content"].encode(), op["off"])

    def fdtruncate(self, op):
        os.ftruncate(self._fd(op), op["size"])

    def fdclose(self, op):
        os.close(self._fd(op))
        del self.fds[op["fd"]]

    def _fd(self, op):
        return self.fds.get(op["fd"], 1000)  # no such descriptor: EBADF

    def mmap(self, op):
        fd = self._fd(op)
        if not os.fstat(fd).st_size:
            raise OSError(errno.EINVAL, "an empty file cannot be mapped")
        self.maps[op["map"]] = mmap.mmap(fd, 0, prot=mmap.PROT_READ), op["n"]

    def mapread(self, op):
        if op["map"] not in self.maps:
            raise OSError(errno.EBADF, "no such mapping")
        mapping, size = self.maps[op["map"]]
        return mapping[:size].decode()


def merged():
    found = {}
    todo = ["."]
    while todo:
        at = todo.pop()
        for name in sorted(os.listdir(at)):
            path = name if at == "." else f"{at}/{name}"
            try:
                found[path] = entry = shown(path)
            except OSError as error:
                found[path] = {"type": "error", "errno": errno.errorcode[error.errno]}
                continue
            if entry["type"] == "dir":
                todo.append(path)
    return found


def shown(path):
    found = os.lstat(path)
    kind = KINDS[stat.S_IFMT(found.st_mode)]
    if kind == "symlink":
        return {"type": kind, "target": os.readlink(path)}
    if kind == "dir":
        return {"mode": oct(stat.S_IMODE(found.st_mode)), "type": kind}
    content = Path(path).read_text(encoding="utf-8") if kind == "file" else ""
    return {"mode": oct(stat.S_IMODE(found.st_mode)), "type": kind, "nlink": found.st_nlink, "content": content}


def upper(layer):
    found = {}
    for file in layer.rglob("*"):
        status = file.lstat()
        name = str(file.relative_to(layer))
        if stat.S_ISCHR(status.st_mode) and status.st_rdev == 0:
            found[name] = {"type": "whiteout"}
            continue
        found[name] = shown(file)
        marks = {n: os.getxattr(file, n, follow_symlinks=False) for n in os.listxattr(file, follow_symlinks=False)}
        kept = {n: v.decode() for n, v in marks.items() if n.startswith(PREFIX) and n[len(PREFIX) :] not in OMITTED}
        if kept:
            found[name]["xattr"] = kept
        if PREFIX + "impure" in marks:
            found[name]["impure"] = True
    return found


def record(case, base):
    """Mount the layers of a case in a directory, run its operations, and put what came of them into it."""
    names = [f"l{n}" for n in range(len(case["lower"]))]
    for name, entries in zip(names, case["lower"], strict=True):
        (base / name).mkdir()
        build(base / name, entries)
    for name in ("upper", "work", "merged"):
        (base / name).mkdir()
    build(base / "upper", case.get("upper", ()))
    os.chdir(base)
    options = f"lowerdir={':'.join(names)}"
    if not case.get("readonly"):
        options += ",upperdir=upper,workdir=work"
    if case.get("opts"):
        options += "," + case["opts"]
    try:
        libc("mount", "overlay", "merged", "overlay", 0, options)
    except OSError as error:
        return case | {"mount": errno.errorcode[error.errno]}
    real = Real()
    try:
        os.chdir("merged")
        before = merged()
        results = [real.play(op) for op in case["ops"]]
        after = merged()
    finally:
        real.close()
        os.chdir(base)
        libc("umount", "merged")
    found = {} if case.get("readonly") else {"final_upper": upper(base / "upper")}
    return case | {"initial_merged": before, "results": results, "final_merged": after, **found}


def main():
    os.umask(0o022)
    base = tempfile.mkdtemp(prefix="vlearn-overlay-")
    libc("mount", "none", "/", None, 0x44000, None)  # MS_REC | MS_PRIVATE: nothing leaves this namespace
    libc("mount", "tmpfs", base, "tmpfs", 0, None)
    try:
        for number, line in enumerate(sys.stdin):
            place = Path(base) / str(number)
            place.mkdir()
            print(json.dumps(record(json.loads(line), place)), flush=True)
            os.chdir("/")
            shutil.rmtree(place)
    finally:
        os.chdir("/")
        libc("umount2", base, 2)  # MNT_DETACH: even if something in it is still open
        Path(base).rmdir()


if __name__ == "__main__":
    main()
