"""A release phase by phase, watched: what users notice of a bad version, and how long the way back takes.

A fault is noticed once users have met enough of it: so many minutes of everybody's failing requests. Left out:
databases, whose schemas must fit both versions for any of this to work.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vlearn.errors import ModelError
from vlearn.sim.delivery.phases import Phase, Rolling, Strategy, keeps_old, phases, rounds
from vlearn.trace import Event, Step


@dataclass(frozen=True, slots=True)
class Version:
    """The new version: the share of requests that fail on it, and whether its servers come up at all."""

    name: str
    failing: float = 0.0
    starts: bool = True

    def __post_init__(self) -> None:
        if not 0 <= self.failing <= 1:
            raise ModelError(f"the failing share of {self.name!r} is from 0 to 1, not {self.failing:g}")


@dataclass(frozen=True, slots=True)
class Service:
    """Servers, minutes until one is ready, what must fail before it is noticed, and the patience with one that hangs.

    `notice` is in minutes of all users' requests; `watch` is how long the new version is looked after with all users.
    """

    servers: int = 10
    start: float = 2.0
    notice: float = 0.5
    deadline: float = 10.0
    watch: float = 60.0

    def __post_init__(self) -> None:
        if not self.notice > 0 or self.deadline < 0 or self.watch < 0:
            raise ModelError("minutes cannot be negative, and noticing takes more than none")


@dataclass(frozen=True, slots=True)
class Release:
    """Where a release stands: the clock, the phase, and what it came to so far.

    `failed` is in minutes of all users' requests, `least` and `most` are servers that answered and that were paid for,
    `back` the minutes from the decision to go back until all servers run the old version again. `past` are the phases
    so far, of which the last `returning` belong to the way back.
    """

    service: Service = Service()
    minutes: float = 0.0
    phase: Phase | None = None
    failed: float = 0.0
    least: int = 0
    most: int = 0
    version: str = "old"
    back: float | None = None
    past: tuple[Phase, ...] = ()
    returning: int = 0


@dataclass(frozen=True, slots=True)
class RollOut:
    """Replace the version that runs by another."""

    version: Version
    strategy: Strategy


def release(state: Release, action: RollOut) -> Iterator[Step[Release]]:
    """Roll the version out, and back if it fails where somebody notices."""
    service, version, strategy = state.service, action.version, action.strategy
    count = service.servers
    state = Release(service, least=count, most=count, version=state.version)
    plan = phases(strategy, count, service.start)
    last = Phase(count * keeps_old(strategy), count, 0, 1.0, service.watch, f"all users see {version.name}")
    for phase in (*plan, last):
        if phase.starting and not version.starts:
            state = _passed(state, replace(phase, minutes=service.deadline), version)
            yield Step(Event("stall", f"{version.name} does not start; {phase.words}", ("servers",)), state)
            yield from _back(state, phase, action)
            return
        left = service.notice - state.failed
        rate = phase.share * version.failing
        if rate * phase.minutes >= left:
            state = _passed(state, replace(phase, minutes=left / rate), version)
            words = f"{phase.words}: {rate:.1%} of requests fail; noticed at {state.minutes:.3g} min"
            yield Step(Event("notice", words, ("users",)), state)
            yield from _back(state, phase, action)
            return
        state = _passed(state, phase, version)
        yield Step(Event("phase", f"until {state.minutes:g} min: {phase.words}", ("servers", "users")), state)
    after = replace(state, version=version.name)
    yield Step(Event("done", f"{version.name} is released; the old servers may go", ("servers",)), after)


def _passed(state: Release, phase: Phase, version: Version) -> Release:
    return replace(
        state,
        phase=phase,
        minutes=state.minutes + phase.minutes,
        failed=state.failed + phase.share * version.failing * phase.minutes,
        least=min(state.least, phase.capacity),
        most=max(state.most, phase.servers),
        past=(*state.past, phase),
    )


def _back(state: Release, phase: Phase, action: RollOut) -> Iterator[Step[Release]]:
    """The way back: a switch where the old servers are there, else they are started again."""
    service, strategy, gone = state.service, action.strategy, len(state.past)
    if phase.old == service.servers:
        after = replace(state, back=0.0)
        yield Step(Event("back", f"all users are with {state.version} again at once", ("users",)), after)
        return
    how = strategy if isinstance(strategy, Rolling) else Rolling("100%", "100%")
    begin = state.minutes
    # The two versions change roles: what was new is now to be replaced.
    for one in rounds(how, phase.new, phase.old, service.servers, service.start):
        turned = replace(one, old=one.new, new=one.old, share=1 - one.share if one.capacity else 0.0)
        state = _passed(state, turned, action.version)
    after = replace(state, back=state.minutes - begin, returning=len(state.past) - gone)
    yield Step(Event("back", f"{state.version} runs again {after.back:g} min later", ("servers", "users")), after)
