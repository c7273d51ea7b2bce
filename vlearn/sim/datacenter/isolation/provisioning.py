"""How long until an application runs: what has to happen on bare metal, in a virtual machine and in a container.

Seconds are this course's estimates (E), orders of magnitude, but for the microVM's start, which is what its makers
test for (V): Firecracker, SPECIFICATION.md, at most 125 ms from the call to the guest's first process. Copies are
computed from the image and the link.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vlearn.errors import ModelError, did_you_mean
from vlearn.trace import Event, Step, Trace, run

DAY = 86_400.0


@dataclass(frozen=True, slots=True)
class Stage:
    """What happens and how long it takes; `copies` is the share of the image that goes over the link first."""

    name: str
    seconds: float
    copies: float = 0.0
    cached: bool = False
    mark: str = "E"


@dataclass(frozen=True, slots=True)
class Way:
    """A way to get an application running, stage by stage; `image` is bytes as a rule of thumb."""

    name: str
    image: float
    stages: tuple[Stage, ...]


WAYS = {
    way.name: way
    for way in (
        Way(
            "bare metal",
            4e9,
            (
                Stage("order and deliver the machine", 14 * DAY),
                Stage("rack and cable it", DAY / 4),
                Stage("firmware tests itself", 120),
                Stage("install the operating system", 600, copies=1),
                Stage("boot the kernel and its services", 30),
                Stage("start the application", 1),
            ),
        ),
        Way(
            "virtual machine",
            4e9,
            (
                Stage("copy the template's disk", 0, copies=1, cached=True),
                Stage("define the machine", 2),
                Stage("boot the kernel and its services", 15),
                Stage("start the application", 1),
            ),
        ),
        Way(
            "microVM",
            200e6,
            (
                Stage("copy kernel and root file system", 0, copies=1, cached=True),
                Stage("start the monitor and the kernel", 0.125, mark="V"),
                Stage("start the application", 1),
            ),
        ),
        Way(
            "container",
            200e6,
            (
                Stage("pull the image", 0, copies=1, cached=True),
                Stage("make namespaces, cgroup and root file system", 0.3),
                Stage("start the application", 1),
            ),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Provisioning:
    """How far it is: seconds since the order."""

    way: Way
    bandwidth: float
    cached: bool = False
    seconds: float = 0.0


def begin(way: str, bandwidth: float = 125e6, cached: bool = False) -> Provisioning:
    """Before the first stage; `bandwidth` is bytes a second, `cached` whether the host has the image already."""
    if way not in WAYS:
        raise ModelError(f"there is no way {way!r}{did_you_mean(way, WAYS)}; there are {', '.join(WAYS)}")
    if not 0 < bandwidth < float("inf"):
        raise ModelError(f"a bandwidth is in bytes a second and more than 0, not {bandwidth}")
    return Provisioning(WAYS[way], bandwidth, cached)


def take(state: Provisioning, stage: Stage) -> Iterator[Step[Provisioning]]:
    """One stage."""
    copied = 0.0 if stage.cached and state.cached else stage.copies * state.way.image / state.bandwidth
    after = replace(state, seconds=state.seconds + copied + stage.seconds)
    yield Step(Event("stage", f"{stage.name}: {copied + stage.seconds:,.3g} s"), after)


def provision(way: str, bandwidth: float = 125e6, cached: bool = False) -> Trace[Provisioning]:
    """All stages; `.final.seconds` is when the application runs."""
    start = begin(way, bandwidth, cached)
    return run(take, start, start.way.stages)
