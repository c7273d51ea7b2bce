"""A scheduling cycle as its table: a row for each node with the verdict or the scores, and what comes of it."""

from vlearn.blocks import Block, Chart, Series, Table, Text
from vlearn.sim.kubernetes.scheduler import Cycle, Preemption
from vlearn.trace import Event

MOST = 40
"""Rows of the table; a larger cluster shows its first nodes and says so."""


def draw_scheduling(state: Cycle, event: Event | None = None) -> tuple[Block, ...]:
    """The table, the weighted scores as bars, and in words where the pod goes or why it goes nowhere."""
    blocks: list[Block] = [verdict_table(state)]
    if state.columns:
        blocks.append(score_chart(state))
    if state.node is not None:
        blocks.append(Text(f"**{state.pod}** goes to **{state.node}**."))
    elif state.message:
        blocks.append(Text(f"**{state.pod}** stays Pending: {_plain(state.message)}"))
    if state.preemption is not None and state.preemption.node is not None:
        blocks.append(victims_table(state.preemption))
    return tuple(blocks)


def verdict_table(state: Cycle) -> Table:
    """One row a node. A score is given on the scale from 0 to 100, with the plug-in's own number before the arrow."""
    place = {name: n for n, name in enumerate(state.feasible)}
    header = ("Node", "Filters", "Total", *(f"{each.plugin} ×{each.weight}" for each in state.columns))
    rows = []
    for n, name in enumerate(state.nodes[:MOST]):
        verdict, at = state.verdicts.get(name), place.get(name)
        scored = at is not None and bool(state.columns)
        cells = [_scored(each.raw[at], each.scores[at]) if at is not None else "–" for each in state.columns]
        said = f"✗ {verdict.plugin}: {verdict.message}" if verdict else "✓ fits" if n < state.looked_at else "?"
        total = str(state.totals[at]) if scored and at is not None and state.totals else ""
        chosen = f"{total} ← chosen".strip() if name == state.node else total
        rows.append((name, said, chosen, *cells))
    hidden = len(state.nodes) - len(rows)
    more = f"; {hidden} more nodes are not shown" if hidden else ""
    return Table(header, tuple(rows), f"Where {state.pod} fits and how well{more}")


def score_chart(state: Cycle) -> Chart:
    """What each plug-in adds to each node's total: its weight times its score."""
    names = state.feasible[:MOST]
    series = tuple(
        Series(f"{each.plugin} ×{each.weight}", names, tuple(float(each.weight * s) for s in each.scores[: len(names)]))
        for each in state.columns
    )
    return Chart(f"Scores for {state.pod}", "Node", "Weight × score (points)", series, "bar")


def victims_table(preemption: Preemption) -> Table:
    """Every node where pods could make way, what that costs, and which one is nominated."""
    rows = tuple(
        (
            each.node,
            ", ".join(f"{victim.key} ({victim.priority})" for victim in each.pods),
            str(each.violations),
            "nominated" if each.node == preemption.node else "",
        )
        for each in preemption.candidates[:MOST]
    )
    return Table(("Node", "Victims (priority)", "Budgets violated", "Choice"), rows, "Pods that would have to leave")


def _scored(raw: int, score: int) -> str:
    return str(score) if raw == score else f"{raw} → {score}"


def _plain(message: str) -> str:
    """A message as it is, although it stands in Markdown."""
    return "".join(f"\\{letter}" if letter in "\\`*_{}[]<>#|" else letter for letter in message)
