"""The live half of the engine: the machine it works on, the programs that run, and the newest engine.

A running program is a Python generator, which nobody can copy: so an engine goes on from its newest state alone.
"""

from dataclasses import dataclass, replace

from vlearn.errors import ModelError
from vlearn.sim.containers.host import Host
from vlearn.sim.containers.shell.streams import Terminal
from vlearn.sim.containers.shell.userspace import Userspace
from vlearn.sim.engine.container import Container, State
from vlearn.sim.engine.find import find_container
from vlearn.sim.engine.identity import take_id
from vlearn.sim.engine.state import Engine, Happened
from vlearn.sim.files.plain import Plain
from vlearn.trace import Event, Step


@dataclass(slots=True)
class Session:
    """A process that `exec` or a health check put into a container; `code` is None until it has ended."""

    container: str
    shim: int
    terminal: Terminal
    command: tuple[str, ...]
    probe: bool = False
    deadline: float | None = None
    started: float = 0
    code: int | None = None


class Daemon:
    """dockerd at work. `terminals` has what the main process of each running container prints to, by id.

    `sessions` are the processes of `exec` and of health checks by host pid; `bases` the layers of images, by image id.
    """

    def __init__(self, host: Host, engine: Engine) -> None:
        self.host, self.engine = host, engine
        self.space = Userspace.of(host)
        self.terminals: dict[str, Terminal] = {}
        self.sessions: dict[int, Session] = {}
        self.bases: dict[str, tuple[Plain, ...]] = {}
        self.layers: dict[str, tuple[str, ...]] = {}

    def take(self, engine: Engine) -> None:
        """Go on from an engine, which must be the newest one; what the host did meanwhile is taken along."""
        if engine is not self.engine:
            raise ModelError(
                "an engine goes on from its newest state alone, for its programs are running: "
                "take the final state of the last trace, or Docker.engine"
            )
        self.refresh()

    def refresh(self) -> Engine:
        """The newest engine, with the kernel as it is now."""
        if self.engine.kernel is not self.host.kernel:
            self.engine = replace(self.engine, kernel=self.host.kernel)
        return self.engine

    def step(self, kind: str, text: str, *touches: str) -> Step[Engine]:
        """An event, and the engine as it is now."""
        return Step(Event(kind, text, touches), self.refresh())

    # --- what is known ---

    @property
    def pid(self) -> int:
        """dockerd's own process."""
        return self.engine.daemon

    @property
    def now(self) -> float:
        """Seconds since the machine started."""
        return self.host.kernel.now

    def container(self, reference: str) -> Container:
        """A container by name or id. Raises DaemonError."""
        return find_container(self.engine, reference)

    # --- what changes ---

    def new_id(self) -> str:
        """64 hexadecimal digits."""
        self.engine, found = take_id(self.engine)
        return found

    def put(self, container: Container) -> Container:
        """With this container, new or changed."""
        self.engine = replace(self.engine, containers=self.engine.containers.set(container.id, container))
        return container

    def set(self, id: str, **changes: object) -> Container:
        """With these fields of a container changed; fields of its state too."""
        container = self.engine.containers[id]
        inner = {name: changes.pop(name) for name in tuple(changes) if name in State.__dataclass_fields__}
        if inner:
            container = replace(container, state=replace(container.state, **inner))  # type: ignore[arg-type]
        return self.put(replace(container, **changes))  # type: ignore[arg-type]

    def happened(self, kind: str, action: str, id: str, **attributes: str) -> None:
        """A line for `docker events`."""
        line = Happened(self.now, kind, action, id, tuple(sorted(attributes.items())))  # type: ignore[arg-type]
        self.engine = replace(self.engine, happened=(*self.engine.happened, line))

    def container_event(self, container: Container, action: str, **attributes: str) -> None:
        """A line about a container: with its image, its name and its labels."""
        told = {**dict(container.settings.labels), "image": container.settings.image, "name": container.name}
        self.happened("container", action, container.id, **told, **attributes)

    def read_logs(self) -> None:
        """Take over what main processes have printed."""
        for id, terminal in self.terminals.items():
            container = self.engine.containers[id]
            if len(terminal.log) != len(container.log):
                self.put(replace(container, log=tuple(terminal.log)))
