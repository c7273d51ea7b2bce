"""All programs of a machine and their time: who runs when. Tasks take turns in the order of their pids.

A turn lasts until the program waits. Time passes when everybody waits: up to the first moment somebody waits for.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from vlearn.errors import ModelError
from vlearn.sim.containers.cgroups.tree import frozen
from vlearn.sim.containers.ending import end
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.host import Host
from vlearn.sim.containers.network.sockets import close_all
from vlearn.sim.containers.shell.errors import BrokenPipe, NotModelled
from vlearn.sim.containers.shell.streams import Terminal
from vlearn.sim.containers.signals import Ended

if TYPE_CHECKING:
    from ipaddress import IPv4Address

    from vlearn.sim.containers.shell.task import Body, Task

INSTANT = 1e-9
"""Moments that are no further apart are one: sums of decimal fractions."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Where a command line that does not end is interrupted: turns of programs, and seconds of the model."""

    turns: int = 20_000
    seconds: float = 3600


class Userspace:
    """The tasks of one host. `resolvers` answers names for a network namespace, by its number, after /etc/hosts.

    `unsupported` has what programs were asked for and the model leaves out, in order. `programs` are those that this
    machine alone has, by the name that an executable file gives.
    """

    def __init__(self, host: Host) -> None:
        self.host = host
        self.tasks: dict[int, Task] = {}
        self.console = Terminal()
        self.resolvers: dict[int, Callable[[str], IPv4Address | None]] = {}
        self.unsupported: list[str] = []
        self.programs: dict[str, Body] = {}
        self.current: Task | None = None
        self._parents: dict[int, int] = {}

    @classmethod
    def of(cls, host: Host) -> "Userspace":
        """The user space of a machine; there is one for each."""
        if not isinstance(host.userspace, cls):
            host.userspace = cls(host)
        assert isinstance(host.userspace, cls)
        return host.userspace

    def program(self, name: str) -> "Body":
        """The program of this name: what an executable file's first line says."""
        from vlearn.sim.containers.shell.programs import PROGRAMS

        if name not in PROGRAMS and name not in self.programs:
            raise NotModelled(f"the program {name!r}")
        return self.programs.get(name) or PROGRAMS[name]

    def start(self, task: "Task", body: "Body") -> "Task":
        """Let a task run `body` from its next turn on."""
        task.running = body(task)
        self.tasks[task.pid] = task
        self._parents[task.pid] = task.process.parent
        return task

    # --- time ---

    def settle(self, bounds: Bounds = Bounds()) -> None:
        """Let everybody run until all of them wait. No time passes."""
        turns = 0
        while took := self.round():
            turns += took
            if turns > bounds.turns:
                raise ModelError(f"programs were still busy after {bounds.turns} turns in which no time passed")

    def advance(self, seconds: float, bounds: Bounds = Bounds()) -> None:
        """Let so many seconds pass for everybody, with all that happens in them."""
        end_at = self.host.kernel.now + seconds
        self.settle(bounds)
        while (moment := self.next_moment()) is not None and moment <= end_at + INSTANT:
            self._pass_to(moment)
            self.settle(bounds)
        self._pass_to(end_at)

    def until(self, done: Callable[[], bool], bounds: Bounds = Bounds()) -> str:
        """Let time pass until `done` holds: nothing; or, in words, why that will not be."""
        turns, last = 0, self.host.kernel.now + bounds.seconds
        while not done():
            took = self.round(done)
            turns += took
            if done():
                break
            if turns > bounds.turns:
                return f"stopped after {bounds.turns} turns"
            if took:
                continue
            moment = self.next_moment()
            if moment is None:
                return "nobody is left who could go on"
            if moment > last:
                return f"stopped after {bounds.seconds:g} seconds"
            self._pass_to(moment)
        return ""

    def next_moment(self) -> float | None:
        """The first moment that a task waits for; None if none does."""
        moments = [t.waiting.at for t in self.tasks.values() if t.waiting.at is not None and self.is_able(t)]
        return min(moments, default=None)

    def round(self, done: Callable[[], bool] | None = None) -> int:
        """One turn for each who can go on; how many could."""
        took = 0
        for pid in sorted(self.tasks):
            task = self.tasks.get(pid)
            if task is None or not self._is_alive(task):
                continue
            if self.is_able(task) and self._is_ready(task):
                took += 1
                self._turn(task)
                if done and done():
                    break
        for task in tuple(self.tasks.values()):
            self._is_alive(task)
        self._reap_orphans()
        return took

    def _pass_to(self, moment: float) -> None:
        if moment > self.host.kernel.now:
            self.host.sleep(moment - self.host.kernel.now)

    # --- one task ---

    def _is_alive(self, task: "Task") -> bool:
        process = self.host.kernel.processes.get(task.pid)
        if process is not None and not process.is_zombie:
            return True
        self._forget(task, alive=False)
        return False

    def is_able(self, task: "Task") -> bool:
        """Whether a task could run: it is alive, not stopped, and not frozen."""
        process = self.host.kernel.processes.get(task.pid)
        if process is None or process.stopped or process.is_zombie:
            return False
        trees = self.host.kernel.cgroups.hierarchies.values()
        freezers = (tree for tree in trees if tree.version == 2 or "freezer" in tree.controllers)
        return not any(frozen(tree, tree.members.get(task.pid, ())) for tree in freezers)

    def _is_ready(self, task: "Task") -> bool:
        wait = task.waiting
        if wait.at is not None and self.host.kernel.now >= wait.at - INSTANT:
            return True
        return (wait.interruptible and bool(task.process.pending)) or wait.ready()

    def _turn(self, task: "Task") -> None:
        running = task.running
        assert running is not None
        self.current = task
        try:
            task.waiting = next(running)
        except StopIteration as stop:
            self._finish(task, stop.value or 0)
        except BrokenPipe:
            self._end(task, Ended(signal="SIGPIPE"))
        except NotModelled as left_out:
            self.refuse(task, str(left_out))
            self._finish(task, 2)
        except SystemCallFailed as failed:
            if self._is_alive(task):
                _say(task, f"{task.name}: {failed.strerror}\n")
                self._finish(task, 1)
        except ModelError:
            if task.pid in self.host.kernel.processes and not task.process.is_zombie:
                raise  # a fault of ours; else the program killed itself, and what it calls now it cannot call
        except RecursionError:
            self.refuse(task, "so deep a nesting")
            self._finish(task, 2)
        except (ValueError, IndexError):
            # Words that a program takes for numbers, or expects, and that are not: the real one says so in its own way.
            self.refuse(task, f"this command line ({' '.join(task.arguments)})")
            self._finish(task, 2)
        finally:
            self.current = None

    def refuse(self, task: "Task", what: str) -> None:
        """Say that the model leaves something out."""
        self.unsupported.append(f"{task.name}: {what}")
        _say(task, f"vlearn: {task.name}: {what} is not modelled\n")

    def _finish(self, task: "Task", code: int) -> None:
        if self._is_alive(task):
            self._forget(task, alive=True)
            if not task.process.stopped:
                self.host.exit(task.pid, code)

    def _end(self, task: "Task", how: Ended) -> None:
        self._forget(task, alive=True)
        self.kill(task.pid, how)

    def kill(self, pid: int, how: Ended) -> None:
        """End a process as the kernel does, whoever it is."""
        if pid in self.host.kernel.processes and not self.host.process(pid).is_zombie:
            for step in end(self.host.kernel, pid, how):
                self.host.apply(step.state, step.event.kind, step.event.text, step.event.touches)

    def _forget(self, task: "Task", alive: bool) -> None:
        if self.tasks.pop(task.pid, None) is None:
            return
        task.let_go(alive)
        if task.running is not None and self.current is not task:
            task.running.close()
        networks = close_all(self.host.kernel.networks, task.pid)
        if networks is not self.host.kernel.networks:
            self.host.apply(replace(self.host.kernel, networks=networks), "ports-closed", f"ports of {task.pid} close")

    def _reap_orphans(self) -> None:
        """What the machine's init does: it waits for those that it did not make itself."""
        first = self.host.kernel.processes.get(1)
        if first is None or first.is_zombie:
            return
        for child in first.children:
            if self._parents.get(child, 1) != 1 and self.host.process(child).is_zombie:
                self.host.wait(1, child)
        if len(self._parents) > 2 * len(self.host.kernel.processes) + 100:
            alive = self.host.kernel.processes
            self._parents = {pid: parent for pid, parent in self._parents.items() if pid in alive}


def _say(task: "Task", text: str) -> None:
    try:
        task.write(text, 2)
    except (SystemCallFailed, BrokenPipe):
        task.space.console.side(2).write(task, text.encode())
