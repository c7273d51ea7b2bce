"""What every machine can do: hold the newest kernel and what happened, and take system calls."""

from collections import deque
from typing import Any

from vlearn.sim.containers.answers import Answer
from vlearn.sim.containers.calls import Call
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.operate import operate
from vlearn.sim.containers.processes import Process
from vlearn.trace import Event, Step, Trace


class Machine:
    """A kernel that goes on. `history` has the last `remember` steps (None: all, 0: none)."""

    def __init__(self, kernel: Kernel, remember: int | None = None) -> None:
        self.kernel = kernel
        self.history: deque[Step[Kernel]] = deque(maxlen=remember)
        self._start = kernel
        self.userspace: object = None  # what runs programs on this kernel, if something does: shell.userspace

    def trace(self) -> Trace[Kernel]:
        """What happened, as far as it is remembered; only a host that remembers all knows the true start."""
        return Trace(self._start, tuple(self.history))

    def steps(self, call: Call) -> tuple[Step[Kernel], ...]:
        """Make a system call and give everything that happened in it; the last event is its Answer."""
        steps = tuple(operate(self.kernel, call))
        self._take(steps)
        return steps

    def call(self, call: Call) -> Answer:
        """Make a system call and give its Answer, also where that is an errno."""
        answer = self.steps(call)[-1].event
        assert isinstance(answer, Answer)
        return answer

    def ask(self, call: Call) -> Any:
        """Make a system call and give its value. Raises SystemCallFailed."""
        answer = self.call(call)
        if answer.errno:
            raise SystemCallFailed(answer.errno, answer.text)
        return answer.value

    def process(self, pid: int) -> Process:
        """What the kernel knows of a process."""
        return self.kernel.process(pid)

    def apply(self, kernel: Kernel, kind: str, text: str, touches: tuple[str, ...] = ()) -> None:
        """Put another kernel in the place of this one: for what is no system call, such as a frame on a cable."""
        self._take((Step(Event(kind, text, touches), kernel),))

    def _take(self, steps: tuple[Step[Kernel], ...]) -> None:
        self.kernel = steps[-1].state
        self.history.extend(steps)
