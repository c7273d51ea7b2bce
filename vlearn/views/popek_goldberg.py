"""A classification as tables: every instruction with its classes, and the three theorems with what breaks them.

And several machines as a chart: how many of their instructions break the conditions.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from vlearn.blocks import Block, Chart, Series, Table, Text
from vlearn.sim.virtualizability import Classification
from vlearn.sim.virtualizability.verdict import Verdict

_HOLDS = {True: "yes", False: "no", None: "not decided"}


def draw_classification(found: Classification[Any, Any], names: Iterable[str] | None = None) -> tuple[Block, ...]:
    """The instructions of these names, or else all that are sensitive or privileged, and the rest as a sentence."""
    if names is None:
        shown = [verdict for verdict in found.verdicts if verdict.sensitive or verdict.privileged]
    else:
        shown = [found[name] for name in names]
    supervisor, user = found.architecture.modes
    header = ("Instruction", "Privileged", "Control", "Location", "Mode", "User sensitive", "States")
    caption = f"{found.architecture.name}; the two modes: {supervisor} and {user}"
    table = Table(header, tuple(_row(verdict) for verdict in shown), caption)
    left = len(found.verdicts) - len(shown)
    if names is not None or not left:
        return (table,)
    return table, Text(f"The other {left} are innocuous, and not privileged.")


def draw_theorems(found: Classification[Any, Any]) -> tuple[Block, ...]:
    """What each theorem says of the machine, and which monitor can be built."""
    rows = (
        (
            f"Theorem {theorem.number}",
            theorem.condition,
            _HOLDS[theorem.holds],
            ", ".join(theorem.breakers) or "–",
            theorem.conclusion,
        )
        for theorem in found.theorems
    )
    header = ("Theorem", "Condition", "Holds", "Broken by", "What follows")
    return Table(header, tuple(rows), found.architecture.name), Text(found.monitor)


def breakers_by_machine(machines: Mapping[str, Classification[Any, Any]]) -> Chart:
    """How many instructions break the condition of Theorem 1 on each machine, and how many that of Theorem 3 too."""
    names = tuple(machines)
    first = tuple(float(len(found.holes)) for found in machines.values())
    third = tuple(float(len(found.user_holes)) for found in machines.values())
    series = (Series("break Theorem 1", names, first), Series("break Theorem 3 too", names, third))
    return Chart("Instructions that break a condition", "machine", "forms of instructions", series, shape="bar")


def _row(verdict: Verdict[Any, Any]) -> tuple[str, ...]:
    kinds = (verdict.control, verdict.location or verdict.both, verdict.mode or verdict.both)
    found = (_word(kind) for kind in kinds)
    return verdict.name, _word(verdict.privileged), *found, _word(verdict.user_sensitive), f"{verdict.states:,}"


def _word(holds: object) -> str:
    return "yes" if holds else "–"
