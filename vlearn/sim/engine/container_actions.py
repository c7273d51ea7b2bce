"""What a client can ask of containers. A `reference` is a name, an id, or an unambiguous beginning of an id.

The comment behind an action says what `value` its Reply has, where that is not None.
"""

from dataclasses import dataclass

from vlearn.sim.engine.settings import Settings


@dataclass(frozen=True, slots=True)
class Create:
    """`docker create`; an image that is not here is pulled."""  # the id

    settings: Settings


@dataclass(frozen=True, slots=True)
class Start:
    """`docker start`."""

    reference: str


@dataclass(frozen=True, slots=True)
class Run:
    """`docker run`: create and start; unless detached wait for the end, at most `seconds` of the model."""  # Finished

    settings: Settings
    detach: bool = False
    seconds: float = 3600


@dataclass(frozen=True, slots=True)
class Stop:
    """`docker stop -t`: the stop signal, and SIGKILL after `seconds` (None: the container's own, or 10)."""

    reference: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class RestartContainer:
    """`docker restart -t`: stop and start."""

    reference: str
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Kill:
    """`docker kill -s`."""

    reference: str
    signal: str = "SIGKILL"


@dataclass(frozen=True, slots=True)
class Pause:
    """`docker pause`: freeze the cgroup."""

    reference: str


@dataclass(frozen=True, slots=True)
class Unpause:
    """`docker unpause`."""

    reference: str


@dataclass(frozen=True, slots=True)
class Wait:
    """`docker wait`: until it does not run, at most `seconds` of the model."""  # the exit code, or None

    reference: str
    seconds: float = 3600


@dataclass(frozen=True, slots=True)
class Remove:
    """`docker rm -f -v`."""

    reference: str
    force: bool = False
    volumes: bool = False


@dataclass(frozen=True, slots=True)
class Rename:
    """`docker rename`."""

    reference: str
    name: str


@dataclass(frozen=True, slots=True)
class Exec:
    """`docker exec`: one more process in a container's namespaces, cgroup and root."""  # Finished

    reference: str
    command: tuple[str, ...]
    user: str = ""
    directory: str = ""
    environment: tuple[str, ...] = ()
    detach: bool = False
    seconds: float = 3600


@dataclass(frozen=True, slots=True)
class Update:
    """`docker update`: other limits or another restart policy; None leaves them."""

    reference: str
    memory: int | None = None
    cpus: float | None = None
    pids_limit: int | None = None
    restart: str | None = None


@dataclass(frozen=True, slots=True)
class Commit:
    """`docker commit`: the upper layer as one more layer of an image."""  # the image's id

    reference: str
    tag: str = ""
    message: str = ""
