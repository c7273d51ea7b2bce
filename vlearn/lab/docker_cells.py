"""`lab.docker`: a docker host of the model in a notebook, with a terminal to type into; one for each kernel session.

    lab.docker("run -d -p 8080:80 --name web nginx")        # one docker command
    %docker ps                                              # the same as a line magic, once lab.docker has been used
    %%docker                                                # a cell is a terminal: bash on the docker host
    docker ps | grep web
    wget -qO- localhost:8080
    %%docker_file app/Dockerfile                            # writes the cell into a file of the host

The files are those of the model's host, in /root: a bind mount and a build context are the same directory that way, and
nothing of the student's own computer is touched. `lab.docker.bring("folder")` copies a real folder there.
"""

import sys
from pathlib import Path, PurePosixPath
from typing import Any

from vlearn.errors import LabError
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.engine.command_line.console import HOME, Console
from vlearn.sim.engine.command_line.said import ERR, Said
from vlearn.sim.engine.docker import Docker
from vlearn.sim.engine.state import Engine
from vlearn.sim.files.entries import entries_of
from vlearn.sim.images.builder.context import context_of
from vlearn.trace import Trace


class DockerTerminal:
    """What `lab.docker` is. Call it with a docker command; `shell` takes whole command lines."""

    def __init__(self) -> None:
        self._console: Console | None = None

    @property
    def console(self) -> Console:
        """The terminal; the machine boots when it is first asked for."""
        if self._console is None:
            self._console = Console()
        return self._console

    @property
    def host(self) -> Docker:
        """The machine with its daemon, to be looked at with the means of the models."""
        return self.console.docker

    def __call__(self, line: str) -> None:
        """Run `docker LINE` and print what comes."""
        self.shell(f"docker {line.strip().removeprefix('docker ')}")

    def shell(self, lines: str) -> None:
        """Run command lines on the docker host and print what comes, with the exit code if the last one failed."""
        show(self.capture(lines))

    def capture(self, lines: str) -> Said:
        """Run command lines; their output as a value, for a check or a comparison: `.out`, `.err`, `.text`, `.code`."""
        return self.console.type(lines)

    def trace(self, line: str) -> Trace[Engine]:
        """Run `docker LINE` quietly and give its steps in the engine, for a player."""
        docker = self.host
        start, before = docker.engine, len(docker.steps)
        self.capture(f"docker {line.strip().removeprefix('docker ')}")
        return Trace(start, tuple(docker.steps[before:]))

    def wait(self, seconds: float) -> None:
        """Let time pass on the machine."""
        self.host.advance(seconds)

    def write(self, path: str, text: str) -> None:
        """Write a file of the host, with the directories above it; a relative path begins where the terminal is."""
        host, pid = self.host.host, self.console.pid
        target = PurePosixPath(path)
        try:
            for folder in reversed(target.parents[:-1] if target.is_absolute() else target.parents):
                if str(folder) not in (".", "/") and not self._there(str(folder)):
                    host.mkdir(pid, str(folder), 0o755)
            host.write_file(pid, str(target), text, mode=0o644)
        except SystemCallFailed as failed:
            raise LabError(f"{path} cannot be written on the docker host: {failed.strerror}") from None

    def bring(self, folder: str | Path, to: str = "") -> None:
        """Copy a real folder to the host: to the directory of its name, unless another one is given."""
        source = Path(folder)
        if not source.is_dir():
            raise LabError(f"{source} is no folder; bring copies a folder to the docker host")
        top = to or source.resolve().name
        context, _ = context_of(source)
        for entry in entries_of(context):
            if entry["type"] == "file":
                self.write(f"{top}/{entry['path']}", bytes(entry["content"]).decode("utf-8", "replace"))

    def reset(self, seed: int = 0) -> None:
        """A new machine, with no images and no containers; the seed decides ids and names."""
        self._console = Console(Docker.boot(seed))

    def _there(self, path: str) -> bool:
        try:
            return self.host.host.stat(self.console.pid, path).kind == "dir"
        except SystemCallFailed:
            return False

    def __repr__(self) -> str:
        running = 0
        if self._console is not None:
            running = sum(one.state.running for one in self.host.engine.containers.values())
        return f"<a docker host of the model: {running} containers run; its terminal is in {HOME}>"


docker = DockerTerminal()
"""The docker host of this kernel session."""


def show(said: Said) -> None:
    """Print as a terminal does; what a failed command says on standard error goes there, and its exit code after it."""
    for descriptor, text in said.texts:
        stream = sys.stderr if descriptor == ERR and said.code else sys.stdout
        stream.write(text)
        stream.flush()
    if said.code:
        sys.stderr.write(f"[exit code {said.code}]\n")
        sys.stderr.flush()


def load_ipython_extension(shell: Any) -> None:
    """Register the magics %docker, %%docker and %%docker_file."""
    shell.register_magic_function(_docker, "line_cell", "docker")
    shell.register_magic_function(_docker_file, "cell", "docker_file")


def _docker(line: str, cell: str | None = None) -> None:
    if cell is None:
        docker(line)
    elif line.strip():
        raise LabError(
            f"%%docker takes nothing behind it; the cell below it is typed as it is, so begin it with docker {line}"
        )
    else:
        docker.shell(cell)


def _docker_file(line: str, cell: str) -> None:
    path = line.strip()
    if not path:
        raise LabError(
            "%%docker_file needs the path of the file to write on the docker host: %%docker_file app/Dockerfile"
        )
    docker.write(path, cell)
    sys.stdout.write(f"Writing {path} on the docker host\n")


def _in_notebook() -> Any:
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


if (_shell := _in_notebook()) is not None:
    load_ipython_extension(_shell)
