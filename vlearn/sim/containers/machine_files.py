"""A machine's files and mounts: the calls on paths, and the few sequences of calls that every tool repeats."""

from vlearn.errors import ModelError
from vlearn.sim.containers import calls
from vlearn.sim.containers.answers import Answer, Refusal
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.machine import Machine
from vlearn.sim.containers.mount_table import Mount as MountPoint
from vlearn.sim.containers.mount_table import Superblock
from vlearn.sim.containers.mount_tree import new_mount, topmost
from vlearn.sim.containers.mount_types import add
from vlearn.sim.containers.operate import operate
from vlearn.sim.containers.proc_mounts import reachable
from vlearn.sim.containers.propagation import lay
from vlearn.sim.containers.walk import walk_to_directory
from vlearn.sim.files.filesystem import Filesystem, Stat
from vlearn.trace import Event, Step


class MachineFiles(Machine):
    """The methods for files and mounts. Paths are the process's own: from its root or its working directory."""

    def open(self, pid: int, path: str, *flags: str, mode: int = 0o666) -> int:
        """A descriptor; flags are names of open(2) without O_."""
        descriptor: int = self.ask(calls.Open(pid, path, flags or ("RDONLY",), mode))
        return descriptor

    def close(self, pid: int, descriptor: int) -> None:
        """close(2)."""
        self.ask(calls.Close(pid, descriptor))

    def read_file(self, pid: int, path: str) -> bytes:
        """Open, read to the end, close."""
        descriptor = self.open(pid, path)
        try:
            content: bytes = self.ask(calls.Read(pid, descriptor))
        finally:
            self.close(pid, descriptor)
        return content

    def write_file(self, pid: int, path: str, content: bytes | str, *, append: bool = False, mode: int = 0o666) -> None:
        """Open as a shell's > or >> does, write, close."""
        content = content.encode() if isinstance(content, str) else content
        descriptor = self.open(pid, path, "WRONLY", "CREAT", "APPEND" if append else "TRUNC", mode=mode)
        try:
            while content:
                content = content[self.ask(calls.Write(pid, descriptor, content)) :]
        finally:
            self.close(pid, descriptor)

    def list(self, pid: int, path: str = ".") -> tuple[str, ...]:
        """The names in a directory."""
        found: tuple[str, ...] = self.ask(calls.List(pid, path))
        return found

    def stat(self, pid: int, path: str, *, follow: bool = True) -> Stat:
        """stat(2), lstat(2)."""
        found: Stat = self.ask(calls.Stat(pid, path, follow))
        return found

    def readlink(self, pid: int, path: str) -> str:
        """readlink(2)."""
        text: str = self.ask(calls.Readlink(pid, path))
        return text

    def rmdir(self, pid: int, path: str) -> None:
        """rmdir(2)."""
        self.ask(calls.Rmdir(pid, path))

    def unlink(self, pid: int, path: str) -> None:
        """unlink(2)."""
        self.ask(calls.Unlink(pid, path))

    def symlink(self, pid: int, target: str, path: str) -> None:
        """symlink(2)."""
        self.ask(calls.Symlink(pid, target, path))

    def rename(self, pid: int, source: str, target: str) -> None:
        """rename(2)."""
        self.ask(calls.Rename(pid, source, target))

    def chmod(self, pid: int, path: str, mode: int) -> None:
        """chmod(2)."""
        self.ask(calls.Chmod(pid, path, mode))

    def chown(self, pid: int, path: str, uid: int, gid: int = -1) -> None:
        """chown(2)."""
        self.ask(calls.Chown(pid, path, uid, gid))

    def mkdir(self, pid: int, path: str, mode: int = 0o777) -> None:
        """mkdir(2)."""
        self.ask(calls.Mkdir(pid, path, mode))

    def chdir(self, pid: int, path: str) -> None:
        """chdir(2)."""
        self.ask(calls.Chdir(pid, path))

    def chroot(self, pid: int, path: str) -> None:
        """chroot(2)."""
        self.ask(calls.Chroot(pid, path))

    def pivot_root(self, pid: int, new: str, old: str) -> None:
        """pivot_root(2)."""
        self.ask(calls.PivotRoot(pid, new, old))

    # --- mounts ---

    def mount(self, pid: int, source: str, target: str, type: str = "", *flags: str, data: str = "") -> None:
        """mount(2)."""
        self.ask(calls.Mount(pid, source, target, type, flags, data))

    def umount(self, pid: int, target: str, *, detach: bool = False) -> None:
        """umount2(2)."""
        self.ask(calls.Umount(pid, target, detach))

    def mount_files(self, pid: int, files: Filesystem, target: str, *, type: str = "overlay", source: str = "") -> int:
        """Mount a file system that exists as a value, as an engine does with an image: its superblock's number."""
        try:
            place = topmost(self.kernel, walk_to_directory(self.kernel, self.process(pid), target))
        except Refusal as refusal:
            raise SystemCallFailed(refusal.errno, refusal.why) from refusal
        like = Superblock(0, type, self.process(pid).credentials.user, files)
        kernel, superblock = add(self.kernel, like)
        kernel, made = new_mount(kernel, MountPoint(0, 0, 0, (), superblock, source=source or type))
        kernel, steps = lay(kernel, made.number, place)
        event = Event("mount", f"{source or type} is mounted at {target}", (f"mount[{made.number}]",))
        self._take((*steps, Step(event, kernel)))
        return superblock

    def files(self, superblock: int) -> Filesystem:
        """The newest value of a file system. Raises ModelError if it is not mounted any more."""
        found = self.kernel.superblocks.get(superblock)
        if found is None or found.files is None:
            raise ModelError(f"there is no superblock {superblock} with files of its own")
        return found.files

    def mounts(self, pid: int) -> tuple[tuple[MountPoint, str], ...]:
        """Every mount that a process can reach, with the path of its mount point."""
        return tuple(reachable(self.kernel, self.process(pid)))

    def _status(self, pid: int, path: str) -> Stat:
        answer = tuple(operate(self.kernel, calls.Stat(pid, path)))[-1].event
        assert isinstance(answer, Answer)
        if answer.errno:
            raise SystemCallFailed(answer.errno, answer.text)
        found: Stat = answer.value
        return found
