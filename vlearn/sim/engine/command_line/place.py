"""Where a docker command is typed: a directory of the model's machine, its files, and the variables of the shell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from posixpath import join, normpath

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.host import Host
from vlearn.sim.engine.command_line.errors import ClientError
from vlearn.sim.files.entries import filesystem_of
from vlearn.sim.files.plain import Plain

STRERROR = {"ENOENT": "no such file or directory", "EISDIR": "is a directory", "ENOTDIR": "not a directory"}


@dataclass(frozen=True, slots=True)
class Place:
    """A process of the host, `pid`, that the command line works for; `given` is what comes from standard input."""

    host: Host
    pid: int
    environment: Mapping[str, str] = field(default_factory=dict)
    given: str = ""

    @property
    def directory(self) -> str:
        """The working directory."""
        return self.host.readlink(self.pid, "/proc/self/cwd")

    def absolute(self, path: str) -> str:
        """A path from the root."""
        return normpath(join(self.directory, path))

    def read(self, path: str) -> bytes:
        """A file. Raises ClientError in Go's words."""
        try:
            return self.host.read_file(self.pid, self.absolute(path))
        except SystemCallFailed as failed:
            why = STRERROR.get(failed.name, (failed.strerror or "").lower())
            raise ClientError(f"open {path}: {why}") from None

    def kind(self, path: str) -> str:
        """`file`, `dir`, `symlink` and so on; nothing if there is none."""
        try:
            return self.host.stat(self.pid, self.absolute(path)).kind
        except SystemCallFailed:
            return ""

    def write(self, path: str, content: bytes, mode: int = 0o644) -> None:
        """Write a file. Raises ClientError in Go's words."""
        try:
            self.host.write_file(self.pid, self.absolute(path), content, mode=mode)
        except SystemCallFailed as failed:
            why = STRERROR.get(failed.name, (failed.strerror or "").lower())
            raise ClientError(f"open {path}: {why}") from None

    def size(self, path: str) -> int:
        """Bytes of all files in a directory and below it."""
        return sum(len(inode.content) for inode in self.folder(path).inodes.values() if inode.kind == "file")

    def folder(self, path: str) -> Plain:
        """A directory with all that is in it, as a build context. Symlinks are taken as they are."""
        top = self.absolute(path)
        found: list[dict[str, object]] = []
        todo = [""]
        while todo:
            inside = todo.pop()
            for name in self.host.list(self.pid, join(top, inside) if inside else top):
                one = f"{inside}/{name}" if inside else name
                status = self.host.stat(self.pid, join(top, one), follow=False)
                entry: dict[str, object] = {"path": one, "type": status.kind, "mode": status.mode}
                if status.kind == "dir":
                    todo.append(one)
                elif status.kind == "symlink":
                    entry["target"] = self.host.readlink(self.pid, join(top, one))
                elif status.kind == "file":
                    entry["content"] = self.host.read_file(self.pid, join(top, one))
                else:
                    continue
                found.append(entry)
        return filesystem_of(sorted(found, key=lambda one: str(one["path"]).split("/")))
