"""A question whose key is how often a container's main process was started, under a restart policy and its back-off."""

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.engine_scenes import (
    EMPTY,
    Script,
    Typed,
    actions_of,
    docker_run,
    draw_screen,
    type_in,
)
from vlearn.questions.generators.images_scenes import PROGRAMS
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric
from vlearn.questions.replay import Replay
from vlearn.sim.engine.actions import Action, Advance, RestartDaemon, Stop
from vlearn.sim.engine.docker import Docker

POLICIES = ("no", "on-failure", "on-failure:2", "on-failure:3", "on-failure:5", "always", "unless-stopped")
RUNS = (1, 2, 3, 4, 11, 12, 15, 20)
"""Seconds for which the main process runs."""
SPANS = (15, 20, 25, 30, 40, 50, 60)
_RULE = (
    "`no` never starts it again, `on-failure` after an exit code other than 0 (with a number: so many times at most),"
    " `always` and `unless-stopped` after any. `docker stop` ends that; when the daemon starts, `always` starts the"
    " container all the same, and `unless-stopped` does not."
)
_LOOK = Typed("docker events --since 0 --until 0s --filter event=start")


@dataclass(frozen=True, slots=True)
class Case:
    """A policy, how long a run lasts and how it ends, and what happens after so many seconds."""

    policy: str
    runs: int
    code: int
    span: int
    then: str


def how_many_starts(rng: Random) -> Posed:
    """How many times was the main process started?"""
    name = rng.choice(PROGRAMS)
    while True:
        case = Case(
            rng.choice(POLICIES), rng.choice(RUNS), rng.choice((0, 1, 1, 3)), rng.choice(SPANS),
            rng.choice(("", "", "", "stop", "stop and boot", "boot")),
        )  # fmt: skip
        if case.then == "boot" and case.policy.startswith("on-failure"):
            continue  # the documentation says that this policy starts nothing then, the daemon's code that it may
        alone = _undisturbed(case.policy, case.runs, case.code)
        if not any(abs(start - case.span) < 0.5 or abs(start + case.runs - case.span) < 0.5 for start in alone):
            break
    script = _script(case, name)
    starts = _starts(script, name) if case.then else [start for start in alone if start < case.span]
    inside = f"sleep {case.runs}; exit {case.code}"
    then = {
        "": f"How many times has its main process been started {case.span} seconds later, the first time included?",
        "stop": f"{case.span} seconds later somebody types `docker stop {name}`, and {case.span} seconds pass. How many"
        " times has its main process been started altogether?",
        "stop and boot": f"{case.span} seconds later somebody types `docker stop {name}`. Then the daemon is restarted,"
        f" and {case.runs / 2:g} seconds pass. How many times has its main process been started altogether?",
        "boot": f"{case.span} seconds later the daemon is restarted, which ends all containers first, and"
        f" {case.runs / 2:g} seconds pass. How many times has its main process been started altogether?",
    }[case.then]
    prompt = (
        Text(
            f'A container is started by `docker run -d --name {name} --restart {case.policy} alpine sh -c "{inside}"`.'
            f" {then}"
        ),
        Text(
            "Docker waits 0.1 s before it starts a container again, each time twice as long as the time before; after"
            " a run of 10 s or more it begins with 0.1 s again."
        ),
    )
    rows = tuple((str(n), f"{start:.1f} s") for n, start in enumerate(starts, 1))
    solution = (
        Text(f"{_RULE} Here the policy is `{case.policy}` and the exit code {case.code}: {len(starts)}."),
        Table(("Start", "After"), rows),
    )
    return Posed(
        prompt,
        Numeric(Fraction(len(starts)), unit="starts"),
        solution,
        Replay(type_in, EMPTY, (_with_a_look(script),), draw_screen),
    )


@lru_cache(256)
def _undisturbed(policy: str, runs: int, code: int) -> tuple[float, ...]:
    """The starts of the longest span, if nobody stops anything."""
    return tuple(_starts(_script(Case(policy, runs, code, max(SPANS), ""), "worker"), "worker"))


def _script(case: Case, name: str) -> Script:
    inside = f"sleep {case.runs}; exit {case.code}"
    line = f'-d --name {name} --restart {case.policy} alpine sh -c "{inside}"'
    command = ("sh", "-c", inside)
    after: list[tuple[str, Action]] = [("sleep", Advance(case.span))]
    if "stop" in case.then:
        after.append((f"docker stop {name}", Stop(name)))
    if "boot" in case.then:
        after += [("systemctl restart docker", RestartDaemon()), ("sleep", Advance(case.runs / 2))]
    elif case.then:
        after.append(("sleep", Advance(case.span)))
    started = docker_run(line, "alpine", *command, detach=True, name=name, restart=case.policy)
    shown = (Typed(text if text != "sleep" else f"sleep {_seconds(action)}", action) for text, action in after)
    return (started, *shown)


def _with_a_look(script: Script) -> Script:
    """A daemon that restarts forgets its events: they are listed before that, and at the end."""
    restart = [n for n, typed in enumerate(script) if isinstance(typed.action, RestartDaemon)]
    return (*script[: restart[0]], _LOOK, *script[restart[0] :], _LOOK) if restart else (*script, _LOOK)


def _seconds(action: Action) -> str:
    assert isinstance(action, Advance)
    return f"{action.seconds:g}"


def _starts(script: Script, name: str) -> list[float]:
    """Seconds after the first start of all starts, as `docker events` has them."""
    docker = Docker.boot()
    for action in actions_of(script):
        docker.call(action)
    times = [
        happened.time
        for happened in docker.engine.happened
        if (happened.kind, happened.action) == ("container", "start") and dict(happened.attributes)["name"] == name
    ]
    return [time - times[0] for time in times]
