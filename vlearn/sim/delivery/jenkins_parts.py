"""What a directive of a Jenkinsfile means for a job: agents, conditions, options, gates, environment, steps."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from vlearn.errors import ModelError
from vlearn.sim.delivery.condition import ALWAYS_ON_SUCCESS, Condition
from vlearn.sim.delivery.jenkins_values import Statement, shown
from vlearn.sim.delivery.jenkins_words import STEPS, only, passed_over
from vlearn.sim.delivery.job import Gate
from vlearn.sim.delivery.pipeline import Remark

UNITS = {"SECONDS": 1 / 60, "MINUTES": 1.0, "HOURS": 60.0, "DAYS": 1440.0, "MILLISECONDS": 1 / 60_000}
"""Minutes in a unit; Jenkins takes minutes where none is given."""


@dataclass(frozen=True, slots=True)
class Options:
    """Minutes after which Jenkins stops it, and how often it is tried in all."""

    timeout: float | None = None
    attempts: int = 1


NO_OPTIONS = Options()


def options(found: Statement | None, remarks: list[Remark]) -> Options:
    """The options of a pipeline or a stage."""
    inside = found.inside if found else ()
    remarks.extend(passed_over(inside, "options"))
    read = NO_OPTIONS
    for one in inside:
        if one.name == "timeout":
            read = replace(read, timeout=minutes(one))
        elif one.name == "retry":
            read = replace(read, attempts=attempts(one))
    return read


def minutes(found: Statement) -> float:
    """The time of `timeout(time: 5, unit: 'MINUTES')` in minutes. Raises ModelError with the line."""
    time = found.named.get("time", found.arguments[0] if found.arguments else None)
    unit = found.named.get("unit", "MINUTES")
    if not isinstance(time, float) or not time > 0:
        raise ModelError(f"line {found.line}: timeout takes a time of more than 0, as in timeout(time: 5)")
    if not isinstance(unit, str) or unit not in UNITS:
        raise ModelError(f"line {found.line}: the unit of a timeout is one of {', '.join(UNITS)}, not {unit!r}")
    return time * UNITS[unit]


def attempts(found: Statement) -> int:
    """The count of `retry(3)`. Raises ModelError with the line."""
    count = found.named.get("count", found.arguments[0] if found.arguments else None)
    if not isinstance(count, float) or count < 1 or count != int(count):
        raise ModelError(f"line {found.line}: retry takes a whole number of 1 or more, as in retry(3)")
    return int(count)


def agent(found: Statement | None) -> str:
    """Which machine runs it: `any`, `none`, a label, or what else the file says."""
    if found is None:
        return ""
    if found.block is None:
        return found.text
    return " ".join(f"{one.name} {shown(one)}".strip() for one in found.block)


def condition(found: Statement | None, remarks: list[Remark]) -> Condition:
    """A stage's `when`: branches, or not branches."""
    read = ALWAYS_ON_SUCCESS
    inside = found.inside if found else ()
    remarks.extend(passed_over(inside, "when"))
    for one in inside:
        if one.name == "branch":
            if read.branches:
                remarks.append(Remark(one.line, "of two branches that must both match, only the second counts here"))
            read = replace(read, branches=_patterns(one, remarks) or read.branches)
        elif one.name == "not":
            remarks.extend(passed_over(one.inside, "when"))
            but_not = [pattern for no in one.inside if no.name == "branch" for pattern in _patterns(no, remarks)]
            read = replace(read, but_not=(*read.but_not, *but_not))
    return read


def before_input(found: Statement | None) -> bool:
    """Whether a stage's `when` is looked at before anybody is asked; by default Jenkins asks first."""
    said = only(found.inside, "beforeInput") if found else None
    return said is not None and said.arguments == (True,)


def _patterns(found: Statement, remarks: list[Remark]) -> tuple[str, ...]:
    """The pattern of a `branch`, or none if it is of a kind that is not read."""
    if found.named.get("comparator", "GLOB") not in ("GLOB", "EQUALS"):
        remarks.append(Remark(found.line, "a regular expression is not modelled: the stage runs whatever it says"))
        return ()
    pattern = found.named.get("pattern")
    return (pattern if isinstance(pattern, str) else found.text,)


def gate(found: Statement | None, remarks: list[Remark]) -> Gate | None:
    """A stage's `input`: its question, and who may answer."""
    if found is None:
        return None
    if found.block is None:
        return input_step(found)
    remarks.extend(passed_over(found.block, "input"))
    message, submitter = (only(found.block, name) for name in ("message", "submitter"))
    if message is None:
        raise ModelError(f"line {found.line}: input needs a message, the question that it asks")
    return Gate(_people(submitter.text) if submitter else (), message.text)


def input_step(found: Statement) -> Gate:
    """The step `input 'Deploy?'`, or with its arguments by name."""
    message, submitter = found.named.get("message"), found.named.get("submitter", "")
    question = message if isinstance(message, str) else found.text
    return Gate(_people(submitter) if isinstance(submitter, str) else (), question)


def _people(submitter: str) -> tuple[str, ...]:
    return tuple(name for name in (part.strip() for part in submitter.split(",")) if name)


def environment(found: Statement | None, remarks: list[Remark]) -> Iterator[tuple[str, str]]:
    """The variables of an environment; what it calls or adds up, such as credentials, is not modelled."""
    for one in found.inside if found else ():
        if not one.assigns:
            raise ModelError(f"line {one.line}: environment holds assignments, as in {one.name} = 'value'")
        value = one.arguments[0]
        if isinstance(value, Statement):
            remarks.append(Remark(one.line, f"what Groovy calculates is not modelled: {one.name} has no value"))
        yield one.name, "" if isinstance(value, Statement) else str(value)


def steps(found: tuple[Statement, ...], remarks: list[Remark]) -> Iterator[str]:
    """The steps in one line each, those in a block after the one that holds them."""
    for one in found:
        if one.name not in STEPS:
            remarks.append(
                Remark(one.line, f"the step {one.name} is not known: a plugin may bring it; it does nothing")
            )
        elif one.name == "script":
            remarks.append(Remark(one.line, "script is Groovy and not read: it counts as one step"))
        yield f"{one.name} {shown(one)}".strip()
        yield from steps(one.block or (), remarks)
