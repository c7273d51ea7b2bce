"""The stages of a Jenkinsfile as jobs: one after another, side by side, one inside another, and what runs after."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vlearn.errors import ModelError
from vlearn.sim.delivery.condition import ALWAYS_ON_SUCCESS, After, Condition
from vlearn.sim.delivery.jenkins_parts import (
    NO_OPTIONS,
    Options,
    agent,
    attempts,
    before_input,
    condition,
    environment,
    gate,
    input_step,
    minutes,
    options,
    steps,
)
from vlearn.sim.delivery.jenkins_values import Statement
from vlearn.sim.delivery.jenkins_words import only, passed_over
from vlearn.sim.delivery.job import Gate, Job
from vlearn.sim.delivery.pipeline import Remark

POST_ORDER: tuple[After, ...] = ("always", "failure", "success")
"""In which Jenkins runs the blocks of a post, whatever their order in the file."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a stage has from those around it: when it runs, where, and of which parallel block it is."""

    condition: Condition = ALWAYS_ON_SUCCESS
    gate: Gate | None = None
    asks_first: bool = True
    options: Options = NO_OPTIONS
    runner: str = ""
    group: str = ""
    fail_fast: bool = False


def stages(found: Statement | None, before: tuple[str, ...], place: Place, remarks: list[Remark]) -> Iterator[Job]:
    """The jobs of stages that follow one another; the last ones are what comes next needs. A gate is of the first."""
    if found is None or not found.inside:
        raise ModelError(f"line {found.line if found else 1}: stages needs at least one stage")
    for one in found.inside:
        jobs = list(_stage(one, before, place, remarks))
        yield from jobs
        before, place = _last(jobs), replace(place, gate=None)


def _last(jobs: list[Job]) -> tuple[str, ...]:
    needed = {need for job in jobs for need in job.needs}
    return tuple(job.name for job in jobs if job.name not in needed)


def _stage(found: Statement, before: tuple[str, ...], place: Place, remarks: list[Remark]) -> Iterator[Job]:
    if found.name != "stage":
        raise ModelError(f"line {found.line}: stages holds stage('name') {{ ... }}, not {found.name}")
    name, inside = found.text, found.inside
    remarks.extend(passed_over(inside, "stage"))
    bodies = [one for one in inside if one.name in ("steps", "stages", "parallel", "matrix")]
    if len(bodies) != 1:
        raise ModelError(f"line {found.line}: the stage {name!r} needs exactly one of steps, stages and parallel")
    tuple(environment(only(inside, "environment"), remarks))  # what calls something there is remarked on
    place = _inner(inside, place, remarks)
    body = bodies[0]
    match body.name:
        case "parallel":
            fast = any(one.name == "failFast" and one.arguments == (True,) for one in inside)
            branches = replace(place, group=name, fail_fast=fast or place.fail_fast)
            if place.gate:
                remarks.append(Remark(found.line, "each parallel stage asks by itself here; Jenkins asks once for all"))
            jobs = [job for one in body.inside for job in _stage(one, before, branches, remarks)]
        case "stages":
            jobs = list(stages(body, before, place, remarks))
        case _:
            jobs = [_job(name, found.line, body, before, place, remarks)]
    yield from jobs
    if body.name == "steps":
        yield from post(only(inside, "post"), (name,), name, place, remarks)
    elif only(inside, "post"):
        remarks.append(Remark(found.line, "post of a stage that holds stages is not modelled: write it in those"))


def _inner(inside: tuple[Statement, ...], place: Place, remarks: list[Remark]) -> Place:
    """The place within a stage: its own directives, and the outer ones where it has none."""
    own, when = options(only(inside, "options"), remarks), condition(only(inside, "when"), remarks)
    waits = gate(only(inside, "input"), remarks)
    outer = place.condition
    if when.branches and outer.branches and when.branches != outer.branches:
        line = next(one.line for one in inside if one.name == "when")
        remarks.append(Remark(line, "of branches here and in the stage around it, only those here count"))
    return replace(
        place,
        condition=Condition(when.branches or outer.branches, (*outer.but_not, *when.but_not)),
        gate=waits or place.gate,
        asks_first=not before_input(only(inside, "when")) if waits else place.asks_first,
        options=Options(own.timeout or place.options.timeout, max(own.attempts, place.options.attempts)),
        runner=agent(only(inside, "agent")) or place.runner,
    )


def _job(name: str, line: int, body: Statement, before: tuple[str, ...], place: Place, remarks: list[Remark]) -> Job:
    own, waits = place.options, place.gate
    for one in body.inside:
        if one.name == "input":
            remarks.append(Remark(one.line, "the step input is taken for the gate of its stage: it holds no runner"))
            waits = input_step(one)
    if len(body.inside) == 1 and body.inside[0].name in ("retry", "timeout"):
        around = body.inside[0]  # one step around all others is an option of the stage
        own = replace(
            own, **({"attempts": attempts(around)} if around.name == "retry" else {"timeout": minutes(around)})
        )
    return Job(
        name,
        before,
        tuple(steps(body.inside if body.name == "steps" else (), remarks)),
        condition=place.condition,
        gate=waits,
        asks_first=place.asks_first and waits is place.gate,  # a step runs after `when` was looked at
        stage=name,
        group=place.group,
        fail_fast=place.fail_fast and bool(place.group),
        attempts=own.attempts,
        timeout=own.timeout,
        runner=place.runner,
        line=line,
    )


def post(found: Statement | None, needs: tuple[str, ...], owner: str, place: Place, remarks: list[Remark]) -> list[Job]:
    """What runs after a stage or after all, by result."""
    inside = found.inside if found else ()
    remarks.extend(passed_over(inside, "post"))
    prefix = f"{owner} post" if owner else "post"
    return [
        Job(
            f"{prefix} {after}",
            needs,
            tuple(steps(one.inside, remarks)),
            minutes=0.0,
            condition=Condition(after=after),
            stage=owner or "post",
            owner=owner,
            runner=place.runner,
            line=one.line,
        )
        for after in POST_ORDER
        if (one := only(inside, after))
    ]
