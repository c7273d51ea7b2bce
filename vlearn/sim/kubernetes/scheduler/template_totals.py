"""The totals of all nodes for the pods of one template, kept true while pods are placed.

A placed pod changes one row. A template that comes to its turn again computes anew the rows that have changed since its
last: a few of them one by one, many at once in numpy. The totals lack what is the same for every node that fits, and
what each placed pod changes for all: see `spread_totals`.
"""

from dataclasses import dataclass

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


@dataclass(slots=True)
class Template:
    """The totals, true up to `seen` changes. `fixed` is OUT where the node's own words exclude it."""

    request: Row
    scored: Row
    fixed: Numbers
    relative: list[tuple[Numbers, int, bool]]
    totals: Numbers
    seen: int
    spread: Spread | None = None


def template_of(pod: PodInfo, cluster: Snapshot, rows: Rows) -> Template:
    """The template of a pod, with the totals of this moment."""
    passing = checks(pod, cluster, [each for each in FILTERS if each.name in UNCHANGING])
    able = [n for n, node in enumerate(cluster.nodes) if verdict(node, passing) is None]
    nodes = [cluster.nodes[n] for n in able]
    fixed, relative = np.full(len(cluster.nodes), OUT, np.int64), []
    fixed[able] = 0
    for score in SCORES:
        found = column(score, pod, cluster, nodes) if score.name in (*RELATIVE, "ImageLocality") else None
        if found is None or len(set(found.raw)) < 2:
            continue
        if score.name in RELATIVE:
            raw = np.zeros(len(cluster.nodes), np.int64)
            raw[able] = found.raw
            relative.append((raw, score.weight, RELATIVE[score.name]))
        else:
            fixed[able] += score.weight * np.array(found.scores, np.int64)
    template = Template(row_of(pod.request, 1), row_of(pod.scored, 1), fixed, relative, fixed, len(rows.changed))
    template.totals = _totals(template, rows, np.arange(len(cluster.nodes)))
    return template


def best_row(template: Template, rows: Rows) -> int:
    """The first of the nodes with the largest total; OUT where no node fits."""
    changed = rows.changed[template.seen :]
    template.seen = len(rows.changed)
    if len(changed) < MANY:
        for row in changed:
            template.totals[row] = _total(template, rows, row)
        out = [row for row in changed if template.totals[row] == OUT]
    else:
        which = np.array(changed, np.int64)
        template.totals[which] = _totals(template, rows, which)
        out = which[template.totals[which] == OUT].tolist()
    totals = _with_relative(template) if template.relative else template.totals
    if template.spread is not None:
        template.spread.follow(out)
        totals = template.spread.added_to(totals)
    if not len(totals):
        return OUT
    best = int(totals.argmax())
    return best if totals[best] != OUT else OUT


def _with_relative(template: Template) -> Numbers:
    fits = template.totals != OUT
    totals = template.totals.copy()
    for raw, weight, reverse in template.relative:
        largest = int(raw.max(where=fits, initial=0))
        scaled = raw * HIGHEST // largest if largest else np.zeros_like(raw)
        totals += weight * (HIGHEST - scaled if reverse else scaled)
    totals[~fits] = OUT
    return totals


def _total(template: Template, rows: Rows, row: int) -> int:
    """Least allocated and balanced allocation, as the table of scores has them, on top of the fixed."""
    fixed, request = int(template.fixed[row]), template.request
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
    """The same of many rows at once."""
    fixed, (capacity, used, assumed) = template.fixed[which], (table[which] for table in rows.tables())
    request, own = np.array(template.request, np.int64), np.array(template.scored[:2], np.int64)
    fits = (fixed != OUT) & ((request == 0) | (request <= capacity - used)).all(axis=1)
    there = capacity[:, :2] > 0
    has = np.where(there, capacity[:, :2], 1)
    least = np.where(there, np.maximum(0, has - assumed[:, :2] - own) * HIGHEST // has, 0).sum(axis=1)
    least //= np.maximum(there.sum(axis=1), 1)
    totals = fixed + least
    if request[:2].any():
        parts = np.minimum(1.0, (used[:, :2] + request[:2]) / has)
        apart = np.where(there.all(axis=1), np.abs((parts[:, 0] - parts[:, 1]) / 2), 0.0)
        totals += ((1 - apart) * HIGHEST).astype(np.int64)
    return np.where(fits, totals, OUT)
