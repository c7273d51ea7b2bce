"""A task: a process of the kernel with the program that it runs, its environment and its standard streams."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from vlearn.sim.containers.calls import Exec
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.host import Host
from vlearn.sim.containers.operate import operate
from vlearn.sim.containers.processes import Process
from vlearn.sim.containers.references import put_process
from vlearn.sim.containers.shell.executables import Image, image_at
from vlearn.sim.containers.shell.streams import Side, Stream, Terminal
from vlearn.sim.containers.shell.waits import TURN, Running, Wait
from vlearn.sim.containers.signals import Ended

if TYPE_CHECKING:
    from vlearn.sim.containers.shell.userspace import Userspace

PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
ENCODING, ERRORS = "utf-8", "surrogateescape"
Body = Callable[["Task"], Running]
Server = Callable[[bytes], bytes]
"""What a server answers to what comes to its port."""


class Task:
    """What a program is handed: its arguments, and methods to print, read, wait, fork and become another program."""

    def __init__(self, space: "Userspace", pid: int, streams: dict[int, Stream], environment: dict[str, str]) -> None:
        self.space, self.pid = space, pid
        self.streams, self.environment = streams, environment
        sides = (stream.terminal for stream in streams.values() if isinstance(stream, Side))
        self.terminal: Terminal = next(sides, space.console)  # where it prints, if its streams lead to one
        self.arguments: tuple[str, ...] = self.process.arguments
        self.running: Running | None = None
        self.waiting: Wait = TURN
        self.background = False
        self.servers: dict[int, Server] = {}
        self.held: list[Stream] = []
        for stream in {id(stream): stream for stream in streams.values()}.values():
            self.hold(stream)

    # --- who it is ---

    @property
    def host(self) -> Host:
        """The machine that it runs on."""
        return self.space.host

    @property
    def process(self) -> Process:
        """What the kernel knows of it."""
        return self.space.host.process(self.pid)

    @property
    def name(self) -> str:
        """The name that its messages begin with."""
        return self.arguments[0].rpartition("/")[2] if self.arguments else ""

    # --- printing and reading ---

    def write(self, content: bytes | str, descriptor: int = 1) -> None:
        """Write to a standard stream. Raises SystemCallFailed; EBADF where it is closed."""
        if descriptor not in self.streams:
            raise SystemCallFailed("EBADF", f"process {self.pid} has closed its stream {descriptor}")
        data = content.encode(ENCODING, ERRORS) if isinstance(content, str) else content
        self.streams[descriptor].write(self, data)

    def say(self, *lines: str) -> None:
        """Print lines."""
        if lines:
            self.write("".join(f"{line}\n" for line in lines))

    def complain(self, text: str, code: int = 1) -> int:
        """Print `name: text` on standard error; the exit code."""
        self.write(f"{self.name}: {text}\n", 2)
        return code

    def read(self, count: int = -1, descriptor: int = 0) -> Generator[Wait, None, bytes]:
        """What comes from a standard stream: all of it, or at most so many bytes as soon as there are some."""
        if descriptor not in self.streams:
            raise SystemCallFailed("EBADF", f"process {self.pid} has closed its stream {descriptor}")
        return (yield from self.streams[descriptor].read(self, count))

    # --- waiting ---

    def sleep(self, seconds: float) -> Generator[Wait, None, None]:
        """Wait until so much time has passed."""
        yield Wait(at=self.host.kernel.now + seconds, what=f"{seconds:g} s to pass")

    def signals(self) -> tuple[str, ...]:
        """The signals that came for its handlers since the last call."""
        process = self.process
        if process.pending:
            after = put_process(self.host.kernel, replace(process, pending=()))
            text = f"process {self.pid} runs its handlers of {', '.join(process.pending)}"
            self.host.apply(after, "handlers", text, (f"process[{self.pid}]",))
        return process.pending

    def child_ended(self, child: int) -> bool:
        """Whether a child is a zombie, or gone."""
        found = self.host.kernel.processes.get(child)
        return found is None or found.is_zombie

    def wait(self, child: int) -> Generator[Wait, None, Ended]:
        """Wait for a child of this host pid, and reap it."""
        yield Wait(lambda: self.child_ended(child), what=f"process {child}")
        return self.reap(child)

    def reap(self, child: int) -> Ended:
        """Reap a child that has ended; exit code 127 if somebody else has."""
        if child not in self.host.kernel.processes:
            return Ended(127)
        found = self.host.wait(self.pid, child)
        return found[1] if found else Ended(127)

    # --- processes ---

    def fork(self, body: Body, streams: dict[int, Stream] | None = None, flags: Iterable[str] = ()) -> "Task":
        """A child that runs `body` with these streams, or its parent's. Raises SystemCallFailed."""
        flags = tuple(flags)
        child = self.host.clone(self.pid, *flags) if flags else self.host.fork(self.pid)
        task = Task(self.space, child, dict(self.streams if streams is None else streams), dict(self.environment))
        task.terminal = self.terminal
        task.arguments, task.background = self.arguments, self.background
        return self.space.start(task, body)

    def run(self, arguments: Iterable[str], streams: dict[int, Stream] | None = None) -> Generator[Wait, None, Ended]:
        """Fork a child that becomes a program, and wait for it; 127 or 126 and a message if it cannot."""
        words = tuple(arguments)
        child = self.fork(lambda task: task.attempt(words, f"{self.name}: "), streams)
        return (yield from self.wait(child.pid))

    def attempt(self, arguments: Iterable[str], prefix: str) -> Running:
        """Become a program; if that fails print why and end with 127 (not there) or 126 (not to be run)."""
        words = tuple(arguments)
        try:
            running = self.become(words)
        except SystemCallFailed as failed:
            self.write(f"{prefix}{words[0]}: {failed.strerror}\n", 2)
            return 127 if failed.name == "ENOENT" else 126
        return (yield from running)

    def become(self, arguments: Iterable[str], path: str = "") -> Running:
        """execvp(3): find the program, replace this one, and give it back running. Raises SystemCallFailed."""
        words = tuple(arguments)
        path = path or self.found(words[0])
        image = self._image(words, path)
        self.host.ask(Exec(self.pid, image.arguments, image.path))
        self.keep_only_its_own()
        self.arguments = image.arguments
        return self.space.program(image.program)(self)

    def found(self, name: str) -> str:
        """The path of a program in $PATH; a name with a slash is its own. Raises SystemCallFailed."""
        if "/" in name or not name:
            return name
        refused: SystemCallFailed | None = None
        for folder in self.environment.get("PATH", PATH).split(":"):
            path = f"{folder or '.'}/{name}"
            answer = tuple(operate(self.host.kernel, Exec(self.pid, (name,), path)))[-1].event
            errno = getattr(answer, "errno", "")
            if not errno:
                return path
            if errno == "EACCES":
                refused = SystemCallFailed(errno, answer.text)
        raise refused or SystemCallFailed("ENOENT", f"{name} is in no directory of $PATH")

    def _image(self, arguments: tuple[str, ...], path: str) -> Image:
        answer = tuple(operate(self.host.kernel, Exec(self.pid, arguments, path)))[-1].event
        if errno := getattr(answer, "errno", ""):
            raise SystemCallFailed(errno, answer.text)
        return image_at(self.host.kernel, self.process, path, arguments)

    # --- its streams ---

    def hold(self, stream: Stream) -> None:
        """Keep a stream open until it is released, or this task ends."""
        stream.hold()
        self.held.append(stream)

    def release(self, stream: Stream, alive: bool = True) -> None:
        """Let a stream go."""
        self.held = [one for one in self.held if one is not stream]
        stream.release(self if alive else None)

    def keep_only_its_own(self) -> None:
        """Let go of what redirections that stay have put aside."""
        for stream in self.held:
            if not any(stream is one for one in self.streams.values()):
                self.release(stream)

    def let_go(self, alive: bool) -> None:
        """Give all streams back."""
        for stream in self.held:
            self.release(stream, alive)
        self.streams = {}
