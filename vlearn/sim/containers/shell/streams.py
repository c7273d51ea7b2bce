"""Where programs read and write: files of the kernel, pipes, the terminal, the devices /dev/null, zero, full and tty.

Standard streams are the user space's own numbers 0, 1, 2...: /proc/PID/fd shows the files behind them under others.
"""

from collections.abc import Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from vlearn.sim.containers.calls import Read, Write
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.errors import BrokenPipe, NotModelled
from vlearn.sim.containers.shell.waits import Wait

if TYPE_CHECKING:
    from vlearn.sim.containers.shell.task import Task

Reading: TypeAlias = Generator[Wait, None, bytes]


class Stream:
    """An open file of the user space; several tasks may hold it."""

    __slots__ = ()

    def read(self, task: "Task", count: int) -> Reading:
        """At most so many bytes (-1: all there will be), as soon as there are any; none at the end."""
        yield from ()
        raise SystemCallFailed("EBADF", "this stream is only written")

    def write(self, task: "Task", content: bytes) -> None:
        """Write all of it. Raises SystemCallFailed."""
        raise SystemCallFailed("EBADF", "this stream is only read")

    def hold(self) -> None:
        """One more task has it."""

    def release(self, task: "Task | None") -> None:
        """One task fewer; None if its process has ended, which closed the kernel's files."""


@dataclass(frozen=True, slots=True)
class Said:
    """What was printed: when, on standard output (1) or error (2), and what."""

    time: float
    descriptor: int
    content: bytes


@dataclass(slots=True)
class Terminal:
    """Keeps everything that is printed, in order and with the time. What is to be read from it is given beforehand."""

    log: list[Said] = field(default_factory=list)
    given: bytes = b""

    def content(self, *descriptors: int) -> bytes:
        """What was printed to these descriptors."""
        return b"".join(said.content for said in self.log if said.descriptor in descriptors)

    def text(self, *descriptors: int) -> str:
        """What was printed to these descriptors, or to all, in order."""
        return self.content(*(descriptors or (1, 2))).decode("utf-8", "replace")

    def side(self, descriptor: int) -> "Side":
        """The stream that prints to it."""
        return Side(self, descriptor)


@dataclass(frozen=True, slots=True)
class Side(Stream):
    """One descriptor of a terminal."""

    terminal: Terminal
    descriptor: int

    def read(self, task: "Task", count: int) -> Reading:
        """What was given beforehand, then the end: nobody types."""
        yield from ()
        given, size = self.terminal.given, len(self.terminal.given) if count < 0 else count
        self.terminal.given = given[size:]
        return given[:size]

    def write(self, task: "Task", content: bytes) -> None:
        """Keep it, with the time."""
        if content:
            self.terminal.log.append(Said(task.host.kernel.now, self.descriptor, content))


@dataclass(slots=True)
class Pipe:
    """What was written and not read yet. It has no limit, but a writer that goes on for ever takes turns."""

    content: bytearray = field(default_factory=bytearray)
    readers: int = 0
    writers: int = 0


@dataclass(frozen=True, slots=True)
class ReadEnd(Stream):
    """The end of a pipe to read from."""

    pipe: Pipe

    def read(self, task: "Task", count: int) -> Reading:
        """Wait for content; the end comes when nobody holds the other end."""
        pipe = self.pipe
        yield Wait(lambda: not pipe.writers or (bool(pipe.content) and count >= 0), what="input")
        return taken(pipe.content, count)

    def hold(self) -> None:
        """One more reader."""
        self.pipe.readers += 1

    def release(self, task: "Task | None") -> None:
        """One reader fewer: writers without any get SIGPIPE."""
        self.pipe.readers -= 1


@dataclass(frozen=True, slots=True)
class WriteEnd(Stream):
    """The end of a pipe to write to."""

    pipe: Pipe

    def write(self, task: "Task", content: bytes) -> None:
        """Raises BrokenPipe where nobody reads."""
        if not self.pipe.readers:
            raise BrokenPipe
        self.pipe.content += content

    def hold(self) -> None:
        """One more writer."""
        self.pipe.writers += 1

    def release(self, task: "Task | None") -> None:
        """One writer fewer: readers without any come to the end."""
        self.pipe.writers -= 1


@dataclass(frozen=True, slots=True)
class File(Stream):
    """A descriptor of the kernel, valid in the process that opened it and in those that it forks."""

    descriptor: int

    def read(self, task: "Task", count: int) -> Reading:
        """read(2), by the process that asks."""
        yield from ()
        content: bytes = task.host.ask(Read(task.pid, self.descriptor, count))
        return content

    def write(self, task: "Task", content: bytes) -> None:
        """write(2), as often as it takes."""
        while content:
            content = content[task.host.ask(Write(task.pid, self.descriptor, content)) :]

    def release(self, task: "Task | None") -> None:
        """close(2)."""
        if task is not None and self.descriptor in task.process.descriptors:
            task.host.close(task.pid, self.descriptor)


@dataclass(frozen=True, slots=True)
class Text(Stream):
    """A here-document: read from here on by all who hold it."""

    left: bytearray

    def read(self, task: "Task", count: int) -> Reading:
        """What nobody has read yet."""
        yield from ()
        return taken(self.left, count)


@dataclass(frozen=True, slots=True)
class Device(Stream):
    """A device of memory: null, zero or full."""

    name: str

    def read(self, task: "Task", count: int) -> Reading:
        """Nothing from null, zeros from the others, which have no end."""
        yield from ()
        if self.name == "null":
            return b""
        if count < 0:
            raise NotModelled(f"reading /dev/{self.name} to its end")
        return bytes(count)

    def write(self, task: "Task", content: bytes) -> None:
        """ENOSPC from full; the others swallow everything."""
        if self.name == "full" and content:
            raise SystemCallFailed("ENOSPC", "/dev/full is full")


DEVICES = {(1, 3): "null", (1, 5): "zero", (1, 7): "full"}
TERMINAL = (5, 0)


def taken(content: bytearray, count: int) -> bytes:
    """Take the first bytes off a buffer, all of them where `count` is -1."""
    size = len(content) if count < 0 else count
    found = bytes(content[:size])
    del content[:size]
    return found


def open_stream(task: "Task", path: str, *flags: str, mode: int = 0o666) -> Stream:
    """Open a file as a process does. Devices that the kernel leaves to drivers are served here; a FIFO is refused."""
    try:
        return File(task.host.open(task.pid, path, *flags, mode=mode))
    except SystemCallFailed as failed:
        if failed.name != "ENXIO":
            raise
        status = task.host.stat(task.pid, path)
        if status.kind == "char" and status.device in DEVICES:
            return Device(DEVICES[status.device])
        if status.kind == "char" and status.device == TERMINAL:
            return task.terminal.side(1)
        if status.kind == "socket":
            raise
        raise NotModelled(f"opening {path}, a {status.kind}") from None


def write_out(task: "Task", path: str, content: bytes, *, append: bool = False, mode: int = 0o666) -> None:
    """Open a file or a device by its name, write, and close it again. Raises SystemCallFailed."""
    stream = open_stream(task, path, "WRONLY", "CREAT", "APPEND" if append else "TRUNC", mode=mode)
    try:
        stream.write(task, content)
    finally:
        stream.release(task)
