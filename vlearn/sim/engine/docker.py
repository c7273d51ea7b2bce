"""A docker host to work with: it holds the newest engine, and has a method for each action.

A method takes text as the command line writes it (`ports=("8080:80",)`, `memory="512m"`) or the values of settings.
Where the daemon refuses it raises DaemonError; `call` gives the Reply instead, and `trace` everything that happened.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from vlearn.sim.containers.host import Host
from vlearn.sim.engine import actions, inspection, specifications
from vlearn.sim.engine.answers import DaemonError, Finished, Reply
from vlearn.sim.engine.boot import boot
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.find import find_container
from vlearn.sim.engine.operate import operate
from vlearn.sim.engine.settings import Mount, Port, Restart, Settings
from vlearn.sim.engine.state import Engine
from vlearn.sim.files.plain import Plain
from vlearn.sim.images.ignore import Ignore
from vlearn.trace import Step, Trace


class Docker:
    """A machine with its daemon. `steps` are those of all actions so far, the last `remember` of them (None: all)."""

    def __init__(self, daemon: Daemon, remember: int | None = None) -> None:
        self.daemon = daemon
        self.steps: list[Step[Engine]] = []
        self._remember = remember

    @classmethod
    def boot(cls, seed: int = 0, *, remember: int | None = None, **machine: Any) -> "Docker":
        """A machine that has just started; the other arguments are those of boot.boot."""
        return cls(boot(seed, **machine), remember)

    @property
    def engine(self) -> Engine:
        """The newest engine."""
        return self.daemon.refresh()

    @property
    def host(self) -> Host:
        """The machine, to be looked at with the kernel's own means."""
        return self.daemon.host

    def trace(self, action: actions.Action) -> Trace[Engine]:
        """Do something, and give all that happened."""
        start = self.engine
        steps = tuple(operate(start, action, self.daemon))
        self.steps += steps
        if self._remember is not None:
            del self.steps[: max(0, len(self.steps) - self._remember)]
        return Trace(start, steps)

    def call(self, action: actions.Action) -> Reply:
        """Do something, and give the Reply, also where that is a refusal."""
        reply = self.trace(action).steps[-1].event
        assert isinstance(reply, Reply)
        return reply

    def ask(self, action: actions.Action) -> Any:
        """Do something, and give the reply's value. Raises DaemonError."""
        reply = self.call(action)
        if reply.error:
            raise DaemonError(reply.error, reply.status, reply.code)
        return reply.value

    # --- containers ---

    def create(self, image: str, *command: str, **settings: Any) -> str:
        """`docker create`; the id."""
        id: str = self.ask(actions.Create(settings_of(image, *command, **settings)))
        return id

    def run(self, image: str, *command: str, detach: bool = False, seconds: float = 3600, **settings: Any) -> Finished:
        """`docker run`; what it printed and its exit code, both empty with `detach`."""
        finished: Finished = self.ask(actions.Run(settings_of(image, *command, **settings), detach, seconds))
        return finished

    def start(self, reference: str) -> None:
        """`docker start`."""
        self.ask(actions.Start(reference))

    def stop(self, reference: str, seconds: float | None = None) -> None:
        """`docker stop`."""
        self.ask(actions.Stop(reference, seconds))

    def restart(self, reference: str, seconds: float | None = None) -> None:
        """`docker restart`."""
        self.ask(actions.RestartContainer(reference, seconds))

    def kill(self, reference: str, signal: str = "SIGKILL") -> None:
        """`docker kill`."""
        self.ask(actions.Kill(reference, signal))

    def pause(self, reference: str) -> None:
        """`docker pause`."""
        self.ask(actions.Pause(reference))

    def unpause(self, reference: str) -> None:
        """`docker unpause`."""
        self.ask(actions.Unpause(reference))

    def wait(self, reference: str, seconds: float = 3600) -> int | None:
        """`docker wait`; the exit code, None if it still runs after so many seconds."""
        code: int | None = self.ask(actions.Wait(reference, seconds))
        return code

    def remove(self, reference: str, *, force: bool = False, volumes: bool = False) -> None:
        """`docker rm`."""
        self.ask(actions.Remove(reference, force, volumes))

    def rename(self, reference: str, name: str) -> None:
        """`docker rename`."""
        self.ask(actions.Rename(reference, name))

    def exec(self, reference: str, *command: str, **options: Any) -> Finished:
        """`docker exec`; options are those of actions.Exec."""
        finished: Finished = self.ask(actions.Exec(reference, command, **options))
        return finished

    def commit(self, reference: str, tag: str = "", message: str = "") -> str:
        """`docker commit`; the image's id."""
        id: str = self.ask(actions.Commit(reference, tag, message))
        return id

    # --- images ---

    def pull(self, name: str) -> str:
        """`docker pull`; the full name."""
        full: str = self.ask(actions.Pull(name))
        return full

    def push(self, name: str) -> str:
        """`docker push`; the full name."""
        full: str = self.ask(actions.Push(name))
        return full

    def tag(self, source: str, target: str) -> str:
        """`docker tag`; the full name."""
        full: str = self.ask(actions.Tag(source, target))
        return full

    def remove_image(self, reference: str, *, force: bool = False) -> tuple[tuple[str, str], ...]:
        """`docker rmi`; what was untagged and deleted."""
        done: tuple[tuple[str, str], ...] = self.ask(actions.RemoveImage(reference, force))
        return done

    def build(self, dockerfile: str, context: Plain | None = None, ignore: Ignore | None = None, **options: Any) -> str:
        """`docker build`; the image's id. Options are those of actions.BuildImage."""
        action = actions.BuildImage(dockerfile, context or Plain(), ignore or Ignore(), **options)
        id: str = self.ask(action)
        return id

    # --- volumes, networks, the machine ---

    def create_volume(self, name: str = "") -> str:
        """`docker volume create`; the name."""
        made: str = self.ask(actions.CreateVolume(name))
        return made

    def remove_volume(self, name: str, *, force: bool = False) -> None:
        """`docker volume rm`."""
        self.ask(actions.RemoveVolume(name, force))

    def create_network(self, name: str, subnet: str = "", **options: Any) -> str:
        """`docker network create`; the id."""
        id: str = self.ask(actions.CreateNetwork(name, subnet=subnet, **options))
        return id

    def remove_network(self, reference: str) -> None:
        """`docker network rm`."""
        self.ask(actions.RemoveNetwork(reference))

    def connect(self, network: str, container: str, *aliases: str, address: str = "") -> None:
        """`docker network connect`."""
        self.ask(actions.Connect(network, container, aliases, address))

    def disconnect(self, network: str, container: str) -> None:
        """`docker network disconnect`."""
        self.ask(actions.Disconnect(network, container))

    def prune(self, what: str, *, all: bool = False) -> tuple[str, ...]:
        """`docker container prune` and its like; what is gone."""
        gone: tuple[str, ...] = self.ask(actions.Prune(what, all))  # type: ignore[arg-type]
        return gone

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.ask(actions.Advance(seconds))

    # --- looking ---

    def logs(self, reference: str) -> str:
        """`docker logs`: what the main process printed, in all its runs."""
        return inspection.logs(find_container(self.engine, reference))

    def diff(self, reference: str) -> tuple[tuple[str, str], ...]:
        """`docker diff`: A, C or D, and the path."""
        return inspection.changes(self.engine, find_container(self.engine, reference))

    def inspect(self, reference: str) -> dict[str, Any]:
        """`docker inspect`: of a container, image, volume or network, whichever has this name."""
        return inspection.inspect(self.engine, reference)


def settings_of(image: str, *command: str, **given: Any) -> Settings:
    """Settings with text read as the command line writes it. Raises ClientError."""
    values = dict(given)
    for name, read in READERS.items():
        if name in values:
            values[name] = read(values[name])
    return Settings(image, command, **values)


def _each(read: Callable[[str], Any], kind: type) -> Callable[[Iterable[Any]], tuple[Any, ...]]:
    def all_of(given: Iterable[Any]) -> tuple[Any, ...]:
        found: list[Any] = []
        for one in (given,) if isinstance(given, str) else given:
            made = one if isinstance(one, kind) else read(one)
            found += made if isinstance(made, tuple) else (made,)
        return tuple(found)

    return all_of


def _lines(given: Mapping[str, str] | Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{name}={value}" for name, value in given.items()) if isinstance(given, Mapping) else tuple(given)


def _pairs(given: Mapping[str, str] | Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple(given.items()) if isinstance(given, Mapping) else tuple(given)


READERS: dict[str, Callable[[Any], Any]] = {
    "ports": _each(specifications.ports_of, Port),
    "mounts": _each(specifications.mount_of, Mount),
    "restart": lambda given: given if isinstance(given, Restart) else specifications.restart_of(given),
    "memory": lambda given: given if isinstance(given, int) else specifications.bytes_of(given),
    "environment": _lines,
    "labels": _pairs,
    "hosts": _pairs,
    "aliases": tuple,
    "entrypoint": lambda given: (given,) if isinstance(given, str) else given,
}
"""What each setting is read with."""
