"""A terminal of the machine: bash on the docker host, with `docker` as one of its programs.

So a line may be anything that the shell takes (pipes, `$(docker ps -q)`, loops, here-documents that write a Dockerfile)
and the files of `docker build .` and `docker compose up` are those of the machine's own directory, /root at first.

`docker` is a program like others: it hands its words to the daemon, waits, and prints what comes back. A call takes a
second of the model, as if typed by hand. Left out: two docker commands at a time (`docker run ... &`).
"""

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from vlearn.sim.containers.shell.executables import content_of
from vlearn.sim.containers.shell.running import ENVIRONMENT, Shell
from vlearn.sim.containers.shell.streams import Terminal
from vlearn.sim.containers.shell.task import Task
from vlearn.sim.containers.shell.waits import Running, Wait
from vlearn.sim.engine import clock
from vlearn.sim.engine.command_line.client import answer
from vlearn.sim.engine.command_line.place import Place
from vlearn.sim.engine.command_line.said import Said
from vlearn.sim.engine.docker import Docker

HOME, PROGRAM, PACE = "/root", "/usr/bin/docker", 1.0
READS = re.compile(r"-|--interactive|-[a-z]*i[a-z]*")
"""Words that make docker read its standard input."""


@dataclass(slots=True)
class Request:
    """What a running docker program waits for."""

    task: Task
    given: str
    said: Said | None = None


class Console(Shell):
    """Bash on a machine with a daemon. `type` runs what one would type there, and gives what the terminal shows."""

    def __init__(self, docker: Docker | None = None, pace: float = PACE) -> None:
        self.docker, self.pace = docker or Docker.boot(), pace
        self.requests: deque[Request] = deque()
        self.terminal = Terminal()
        host = self.docker.host
        host.write_file(1, PROGRAM, content_of("docker"), mode=0o755)
        pid = host.spawn(1, "/bin/bash")
        host.chdir(pid, HOME)
        super().__init__(host, pid, {**ENVIRONMENT, "PWD": HOME})
        self.space.programs["docker"] = self._program

    def type(self, text: str) -> Said:
        """Run lines of the shell; what is printed comes in order, with the exit code of the last one."""
        finished = self.run(text if text.endswith("\n") else f"{text}\n")
        texts = tuple(
            (said.descriptor, said.content.decode("utf-8", "replace")) for said in self.terminal.log if said.content
        )
        return Said(texts, finished.code)

    def until(self, done: Callable[[], bool]) -> str:
        """Let time pass with all that the daemon has to do in it, and serve its clients."""
        last = self.host.kernel.now + self.bounds.seconds
        while True:
            left = last - self.host.kernel.now
            self.docker.steps += clock.advance(self.docker.daemon, left, lambda: done() or bool(self.requests))
            if self.requests:
                self._serve(self.requests.popleft())
            elif done():
                return ""
            elif self.host.kernel.now >= last:
                return f"stopped after {self.bounds.seconds:g} seconds"
            else:
                return "nobody is left who could go on"

    def _serve(self, request: Request) -> None:
        task = request.task
        if task.pid not in self.space.tasks:
            return
        place = Place(self.host, task.pid, task.environment, request.given)
        request.said = answer(self.docker, task.arguments[1:], place)
        self.docker.advance(self.pace)

    def _program(self, task: Task) -> Running:
        """The client's side: /usr/bin/docker."""
        given = (yield from task.read()) if any(READS.fullmatch(word) for word in task.arguments[1:]) else b""
        request = Request(task, given.decode("utf-8", "replace"))
        self.requests.append(request)
        yield Wait(lambda: request.said is not None, what="the docker daemon")
        assert request.said is not None
        for descriptor, text in request.said.texts:
            task.write(text, descriptor)
        return request.said.code

    def _redirect(self, terminal: Terminal) -> None:
        super()._redirect(terminal)
        self.terminal = terminal
