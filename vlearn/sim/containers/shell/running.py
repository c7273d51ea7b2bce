"""How a command line is run from outside: `run`, `Shell`, and `execute` for programs that go on."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from vlearn.errors import ModelError
from vlearn.sim.containers.host import Host
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.shell.dialects import DIALECTS
from vlearn.sim.containers.shell.interpreter import Interpreter
from vlearn.sim.containers.shell.streams import Said, Stream, Terminal
from vlearn.sim.containers.shell.task import PATH, Task
from vlearn.sim.containers.shell.userspace import Bounds, Userspace
from vlearn.sim.containers.shell.waits import TURN, Running, Wait
from vlearn.sim.containers.signals import Ended
from vlearn.trace import Trace

ENVIRONMENT: Mapping[str, str] = {"HOME": "/root", "PATH": PATH}
INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Finished:
    """A command line that has ended: what it printed, its exit code, and what of it the model leaves out."""

    output: str
    errors: str
    code: int
    unsupported: tuple[str, ...] = ()


def execute(
    host: Host,
    pid: int,
    arguments: Iterable[str],
    environment: Mapping[str, str] | None = None,
    terminal: Terminal | None = None,
) -> Task:
    """Let a process become a program that runs on: execvp(3). It does nothing before Userspace lets time pass.

    Raises SystemCallFailed where execve(2) fails, ModelError if the process runs a program already.
    """
    space, words = Userspace.of(host), tuple(arguments)
    if not words:
        raise ModelError("execute needs at least the name of a program")
    task = _task(space, pid, environment, terminal)
    running = task.become(words)
    return space.start(task, lambda _: running)


def run(
    host: Host,
    pid: int,
    command_line: str,
    environment: Mapping[str, str] | None = None,
    cwd: str = "",
    given: str = "",
    bounds: Bounds = Bounds(),  # noqa: B008
    dialect: str = "bash",
) -> Finished:
    """Run a command line in a child of a process, as `bash -c` does, and wait for it. `given` is its input.

    Raises SystemCallFailed if the child cannot be made (EAGAIN) or `cwd` is no directory.
    """
    space, terminal = Userspace.of(host), Terminal(given=given.encode())
    child = host.fork(pid)
    if cwd:
        host.chdir(child, cwd)
    task = _task(space, child, environment, terminal)
    task.arguments = (dialect, "-c", command_line)
    shell = Interpreter(task, DIALECTS[dialect], dialect)
    space.start(task, lambda _: shell.script(command_line))
    before = len(space.unsupported)
    why = space.until(lambda: _ended(host, child), bounds)
    if why:
        _interrupt(space, child, why, terminal)
    ended = _reaped(host, pid, child)
    space.settle(bounds)
    return _finished(terminal, INTERRUPTED if why else ended.shell, space, before)


class Shell:
    """A process as a shell that lines are typed into: its directory, variables and jobs stay between lines."""

    def __init__(
        self,
        host: Host,
        pid: int,
        environment: Mapping[str, str] | None = None,
        dialect: str = "bash",
        bounds: Bounds = Bounds(),  # noqa: B008
    ) -> None:
        self.host, self.pid, self.bounds = host, pid, bounds
        self.space = Userspace.of(host)
        self.task = _task(self.space, pid, environment, Terminal())
        self.task.arguments = (dialect,)
        self.interpreter = Interpreter(self.task, DIALECTS[dialect], dialect)
        self.interpreter.typed = True
        self.ended = False
        self._line: str | None = None
        self._code = 0
        self.space.start(self.task, lambda _: self._life())

    def run(self, line: str, given: str = "") -> Finished:
        """Run a line until its foreground has ended. Raises ModelError if the shell has ended."""
        if self.pid not in self.space.tasks:
            raise ModelError(f"this shell (process {self.pid}) has ended")
        terminal = Terminal(given=given.encode())
        self._redirect(terminal)
        before = len(self.space.unsupported)
        self._line = line
        why = self.until(lambda: self._line is None or self.pid not in self.space.tasks)
        if why:
            self._stop(why, terminal)
        self.space.settle(self.bounds)
        process = self.host.kernel.processes.get(self.pid)
        if process is not None and process.ended is not None:
            self._code = process.ended.shell
        return _finished(terminal, INTERRUPTED if why else self._code, self.space, before)

    def until(self, done: Callable[[], bool]) -> str:
        """Let time pass until `done` holds; else why that will not be. A machine with daemons lets them work, too."""
        return self.space.until(done, self.bounds)

    def trace(self, line: str) -> Trace[Kernel]:
        """Run a line, and give what happened in the kernel as a trace, for a player."""
        start, history = self.host.kernel, self.host.history
        if history.maxlen is not None:
            raise ModelError("a trace needs a host that remembers everything: Host.boot(remember=None)")
        before = len(history)
        self.run(line)
        return Trace(start, tuple(history)[before:])

    def _life(self) -> Running:
        while True:
            yield Wait(lambda: self._line is not None, interruptible=True, what="a line")
            if self._line is None:
                yield from self.interpreter.handlers()
                continue
            code = yield from self.interpreter.typed_line(self._line)
            self._code, self._line = self.interpreter.status, None
            if code is not None:
                self._code = code
                return code

    def _redirect(self, terminal: Terminal) -> None:
        self.task.streams, self.task.terminal = _streams(terminal), terminal

    def _stop(self, why: str, terminal: Terminal) -> None:
        for child in _descendants(self.host, self.pid):
            task = self.space.tasks.get(child)
            if task is None or not task.background:
                self.space.kill(child, Ended(signal="SIGINT"))
        _say(self.host, terminal, why)
        self._line = None
        if self.pid in self.space.tasks:
            assert self.task.running is not None
            self.task.running.close()
            self.task.running, self.task.waiting = self._life(), TURN


def _task(space: Userspace, pid: int, environment: Mapping[str, str] | None, terminal: Terminal | None) -> Task:
    if pid in space.tasks:
        raise ModelError(f"process {pid} runs a program already: {' '.join(space.tasks[pid].arguments)}")
    values = dict(ENVIRONMENT if environment is None else environment)
    return Task(space, pid, _streams(terminal or Terminal()), values)


def _streams(terminal: Terminal) -> dict[int, Stream]:
    return {number: terminal.side(max(number, 1)) for number in range(3)}


def _finished(terminal: Terminal, code: int, space: Userspace, before: int) -> Finished:
    return Finished(terminal.text(1), terminal.text(2), code, tuple(space.unsupported[before:]))


def _ended(host: Host, pid: int) -> bool:
    process = host.kernel.processes.get(pid)
    return process is None or process.is_zombie


def _reaped(host: Host, parent: int, child: int) -> Ended:
    if child not in host.kernel.processes or parent not in host.kernel.processes:
        return Ended(signal="SIGKILL")
    found = host.wait(parent, child)
    return found[1] if found else Ended(INTERRUPTED)


def _descendants(host: Host, pid: int) -> list[int]:
    process = host.kernel.processes.get(pid)
    found: list[int] = []
    for child in sorted(process.children) if process else ():
        found += [*_descendants(host, child), child]
    return found


def _interrupt(space: Userspace, child: int, why: str, terminal: Terminal) -> None:
    for pid in (*_descendants(space.host, child), child):
        space.kill(pid, Ended(signal="SIGINT"))
    _say(space.host, terminal, why)


def _say(host: Host, terminal: Terminal, why: str) -> None:
    text = f"vlearn: the command line did not end by itself: {why}, then interrupted\n"
    terminal.log.append(Said(host.kernel.now, 2, text.encode()))
