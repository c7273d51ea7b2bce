"""The totals of all nodes for the pods of one template, kept true while pods are placed.

A placed pod changes one row. A template that comes to its turn again computes anew the rows that have changed since its
last: a few of them one by one, many at once in numpy. The totals lack what is the same for every node that fits, and
what each placed pod changes for all: see `spread_totals`.
"""

from dataclasses import dataclass, field

import numpy as np

from vlearn.sim.kubernetes.scheduler.filters import FILTERS, checks, verdict
from vlearn.sim.kubernetes.scheduler.infos import PodInfo
from vlearn.sim.kubernetes.scheduler.node_rows import MANY, Numbers, Row, Rows, row_of
from vlearn.sim.kubernetes.scheduler.plugin import HIGHEST
from vlearn.sim.kubernetes.scheduler.scores import SCORES, column
from vlearn.sim.kubernetes.scheduler.snapshot import Snapshot
from vlearn.sim.kubernetes.scheduler.spread_totals import Spread

OUT = -1
"""The total of a node that does not fit."""
UNCHANGING = ("NodeUnschedulable", "NodeName", "TaintToleration", "NodeAffinity")
"""The filters that no placed pod changes."""
RELATIVE = {"TaintToleration": True, "NodeAffinity": False}
"""The scores that are scaled by the largest of a node that fits, and whether they are reversed."""


@dataclass(frozen=True, slots=True, eq=False)
class Fixed:
    """What no placed pod changes. `totals` is OUT where the node's own words exclude the pod."""

    totals: Numbers
    relative: tuple[tuple[Numbers, int, bool], ...]


@dataclass(slots=True)
class Template:
    """The totals, true up to `seen` changes. `full` names the nodes that have got too full for it, as it came to it."""

    request: Row
    scored: Row
    fixed: Fixed
    totals: Numbers
    seen: int
    full: list[int] = field(default_factory=list)


def fixed_of(pod: PodInfo, cluster: Snapshot) -> Fixed:
    """What the nodes' own words decide on a pod."""
    passing = checks(pod, cluster, [each for each in FILTERS if each.name in UNCHANGING])
    able = [n for n, node in enumerate(cluster.nodes) if verdict(node, passing) is None]
    nodes = [cluster.nodes[n] for n in able]
    totals, relative = np.full(len(cluster.nodes), OUT, np.int64), []
    totals[able] = 0
    for score in SCORES:
        found = column(score, pod, cluster, nodes) if score.name in (*RELATIVE, "ImageLocality") else None
        if found is None or len(set(found.raw)) < 2:
            continue
        if score.name in RELATIVE:
            raw = np.zeros(len(cluster.nodes), np.int64)
            raw[able] = found.raw
            relative.append((raw, score.weight, RELATIVE[score.name]))
        else:
            totals[able] += score.weight * np.array(found.scores, np.int64)
    return Fixed(totals, tuple(relative))


def template_of(pod: PodInfo, fixed: Fixed, rows: Rows) -> Template:
    """The template of a pod, with the totals of this moment."""
    template = Template(row_of(pod.request, 1), row_of(pod.scored, 1), fixed, fixed.totals, len(rows.changed))
    template.totals = _totals(template, rows, np.arange(len(fixed.totals)))
    return template


def best_row(template: Template, rows: Rows, spread: Spread | None = None) -> int:
    """The first of the nodes with the largest total; OUT where no node fits."""
    _bring_up(template, rows)
    totals = _with_relative(template) if template.fixed.relative else template.totals
    if spread is not None:
        spread.follow(template.full)
        totals = spread.added_to(totals)
    if not len(totals):
        return OUT
    best = int(totals.argmax())
    return best if totals[best] != OUT else OUT


def _bring_up(template: Template, rows: Rows) -> None:
    changed = rows.changed[template.seen :]
    template.seen = len(rows.changed)
    totals = template.totals
    if len(changed) < MANY:
        for row in changed:
            if totals[row] != OUT:
                totals[row] = total = _total(template, rows, row)
                if total == OUT:
                    template.full.append(row)
    else:
        which = np.array(changed, np.int64)
        which = which[totals[which] != OUT]
        totals[which] = found = _totals(template, rows, which)
        template.full += set(which[found == OUT].tolist())


def _with_relative(template: Template) -> Numbers:
    fits = template.totals != OUT
    totals = template.totals.copy()
    for raw, weight, reverse in template.fixed.relative:
        largest = int(raw.max(where=fits, initial=0))
        scaled = raw * HIGHEST // largest if largest else np.zeros_like(raw)
        totals += weight * (HIGHEST - scaled if reverse else scaled)
    totals[~fits] = OUT
    return totals


def _total(template: Template, rows: Rows, row: int) -> int:
    """Least allocated and balanced allocation, as the table of scores has them, on top of the fixed."""
    fixed, request = int(template.fixed.totals[row]), template.request
    capacity, used, scored = rows.capacity[row], rows.used[row], rows.scored[row]
    if fixed == OUT or any(
        asked and asked > has - taken for asked, has, taken in zip(request, capacity, used, strict=True)
    ):
        return OUT
    least, parts = [], []
    for n in (0, 1):
        if has := capacity[n]:
            least.append(max(0, has - scored[n] - template.scored[n]) * HIGHEST // has)
            parts.append(min(1.0, (used[n] + request[n]) / has))
    balanced = 0
    if request[0] or request[1]:
        balanced = int((1 - abs((parts[0] - parts[1]) / 2)) * HIGHEST) if len(parts) == 2 else HIGHEST
    return fixed + (sum(least) // len(least) if least else 0) + balanced


def _totals(template: Template, rows: Rows, which: Numbers) -> Numbers:
    """The same of many rows at once, resource by resource."""
    capacity, used, scored = (table.take(which, axis=1) for table in rows.tables())
    totals = template.fixed.totals[which]
    fits = totals != OUT
    least, parts, known = np.zeros(len(which), np.int64), [], np.zeros(len(which), np.int64)
    for n, asked in enumerate(template.request):
        if asked:
            fits &= asked <= capacity[n] - used[n]
        if n < 2:
            there = capacity[n] > 0
            has = np.where(there, capacity[n], 1)
            least += np.where(there, np.maximum(0, has - scored[n] - template.scored[n]) * HIGHEST // has, 0)
            known += there
            parts.append(np.minimum(1.0, (used[n] + asked) / has))
    totals += least // np.maximum(known, 1)
    if template.request[0] or template.request[1]:
        apart = np.where(known == 2, np.abs((parts[0] - parts[1]) / 2), 0.0)
        totals += ((1 - apart) * HIGHEST).astype(np.int64)
    return np.where(fits, totals, OUT)
