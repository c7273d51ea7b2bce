"""The jobs of a workflow: needs, matrix, conditions, environments and their reviewers, steps."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.delivery.condition import ALWAYS_ON_SUCCESS, Condition
from vlearn.sim.delivery.expressions import condition
from vlearn.sim.delivery.job import Gate, Job
from vlearn.sim.delivery.matrix import Combination, combinations, name
from vlearn.sim.delivery.pipeline import Remark
from vlearn.sim.delivery.workflow_keys import literal, passed_over
from vlearn.sim.delivery.yaml_lines import At

SIX_HOURS = 360.0
"""Minutes after which GitHub stops a job that says nothing of a time-out."""
NO_ITEMS: tuple[At, ...] = ()


def named(job: str, one: Combination) -> str:
    """The name of a job's variant."""
    return name(job, one) if one else job


def variants(job: At, remarks: list[Remark]) -> tuple[Combination, ...]:
    """The combinations of a job's matrix; without one, a single one that is empty."""
    strategy = job.mapping("a job").get("strategy")
    if strategy is None:
        return ({},)
    found = strategy.mapping("strategy")
    remarks.extend(passed_over(found, "strategy"))
    axes = dict(literal(found, "matrix", At.mapping, dict[str, At](), remarks))
    exclude, include = (
        [_combination(each) for each in literal(axes, key, At.items, NO_ITEMS, remarks)]
        for key in ("exclude", "include")
    )
    values = {key: _axis(key, value, remarks) for key, value in axes.items() if key not in ("exclude", "include")}
    if not values and not include:
        return ({},)
    return combinations(values, exclude, include, found["matrix"].line)


def _axis(key: str, found: At, remarks: list[Remark]) -> tuple[str, ...]:
    if found.computed:
        remarks.append(Remark(found.line, f"{key} is computed by an expression: one value stands for all"))
    return tuple(_value(each) for each in found.value) if isinstance(found.value, tuple) else (_value(found),)


def _combination(found: At) -> Combination:
    return {key: _value(value) for key, value in found.mapping("a combination").items()}


def _value(found: At) -> str:
    """A value of an axis; of a list or a mapping, what is in it."""
    match found.value:
        case dict():
            return ", ".join(map(_value, found.value.values()))
        case tuple():
            return ", ".join(map(_value, found.value))
    return found.words


def jobs(
    key: str,
    at: At,
    variants: tuple[Combination, ...],
    names: Mapping[str, list[str]],
    reviewers: Mapping[str, tuple[str, ...]],
    remarks: list[Remark],
) -> Iterator[Job]:
    """The jobs that one entry of the file makes, one for each variant; `names` are those of all entries."""
    found = at.mapping("a job")
    remarks.extend(passed_over(found, "a job"))
    if "runs-on" not in found and "uses" not in found:
        raise ModelError(f"line {at.line}: the job {key!r} needs runs-on, or uses for a reusable workflow")
    strategy = found["strategy"].mapping("strategy") if "strategy" in found else {}
    if "concurrency" in found:
        remarks.append(Remark(found["concurrency"].line, "concurrency of a job is not modelled, only of a workflow"))
    environment = _environment(found.get("environment"), remarks)
    whole = Job(
        key,
        needs=tuple(_needs(key, found.get("needs"), names)),
        steps=tuple(_steps(key, at, remarks)),
        condition=_condition(found.get("if"), remarks),
        gate=Gate(reviewers[environment], f"deploy to {environment}?") if environment in reviewers else None,
        stage=key,
        timeout=literal(found, "timeout-minutes", At.number, SIX_HOURS, remarks),
        runner=_value(found["runs-on"]) if "runs-on" in found else "",
        environment=environment,
        may_fail=literal(found, "continue-on-error", At.truth, False, remarks),
        line=at.line,
    )
    if variants == ({},):
        yield whole
        return
    fail_fast = literal(strategy, "fail-fast", At.truth, True, remarks)
    most = int(literal(strategy, "max-parallel", At.number, 0.0, remarks))
    for one, title in zip(variants, names[key], strict=True):
        yield replace(whole, name=title, group=key, fail_fast=fail_fast, most=most, variant=tuple(one.items()))


def _needs(key: str, needs: At | None, names: Mapping[str, list[str]]) -> Iterator[str]:
    for need in needs.texts("needs") if needs else ():
        assert needs
        if need == key:
            raise ModelError(f"line {needs.line}: the job {key!r} needs itself: it would wait for ever")
        if need not in names:
            raise ModelError(f"line {needs.line}: {key!r} needs {need!r}, which is no job{did_you_mean(need, names)}")
        yield from names[need]


def _condition(found: At | None, remarks: list[Remark]) -> Condition:
    if found is None:
        return ALWAYS_ON_SUCCESS
    read = condition(found.text("if"))
    if read is None:
        remarks.append(Remark(found.line, f"the condition {found.words!r} is not modelled: it counts as true"))
    return read or ALWAYS_ON_SUCCESS


def _environment(found: At | None, remarks: list[Remark]) -> str:
    if found is None:
        return ""
    if not isinstance(found.value, dict):
        return found.text("environment")
    remarks.extend(passed_over(found.value, "environment"))
    return found.value["name"].text("a name") if "name" in found.value else ""


def _steps(key: str, at: At, remarks: list[Remark]) -> Iterator[str]:
    found = at.mapping("a job")
    if "uses" in found:
        yield found["uses"].text("uses")
        return
    steps = found["steps"].items("steps") if "steps" in found else ()
    if not steps:
        raise ModelError(f"line {at.line}: the job {key!r} has no steps")
    for step in steps:
        parts = step.mapping("a step")
        remarks.extend(passed_over(parts, "a step"))
        if ("run" in parts) == ("uses" in parts):
            raise ModelError(f"line {step.line}: a step has either run or uses")
        if "if" in parts:
            remarks.append(Remark(parts["if"].line, "the condition of a step is not modelled: it counts as true"))
        yield (parts["run"] if "run" in parts else parts["uses"]).text("a step").strip()
