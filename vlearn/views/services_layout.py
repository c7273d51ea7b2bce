"""Where the boxes and arrows of a call graph lie: columns by depth of calls, callers to the left of what they call.

A call that skips a column passes through it in a gap between boxes. Within a column, boxes are ordered by the mean
place of their callers, which keeps most arrows apart (Sugiyama, Tagawa and Toda, 1981, one pass of it).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from vlearn.sim.services.application import Application, callers_first
from vlearn.views.devices_strip import WIDTH
from vlearn.views.svg import Point

Edge: TypeAlias = tuple[str, str]
Node: TypeAlias = str | Edge
"""A service, or a call on its way past a column."""

MARGIN, GAP, BETWEEN = 30, 104, 14
HEIGHT, PASSAGE = 70, 16
LABEL = 60
"""What an arrow keeps free before its head, for the state of a breaker."""
NARROWEST, WIDEST = 132, 210


@dataclass(frozen=True, slots=True)
class Plan:
    """Boxes by their upper left corners, arrows by their corners; in pixels, below and right of (0, 0)."""

    width: float
    height: float
    box: float
    corners: dict[str, Point]
    routes: dict[Edge, tuple[Point, ...]]


def plan(application: Application) -> Plan:
    """The whole graph."""
    depth = depths(application)
    edges = list(dict.fromkeys((one.name, call.to) for one in application.services for call in one.calls))
    chains: dict[Edge, tuple[Node, ...]] = {
        edge: (edge[0], *[edge] * (depth[edge[1]] - depth[edge[0]] - 1), edge[1]) for edge in edges
    }
    columns = _columns(application, depth, chains)
    count = len(columns)
    box = min(WIDEST, max(NARROWEST, (WIDTH - MARGIN - 2 - (count - 1) * GAP) / count))
    height = max(map(_tall, columns))
    tops: dict[tuple[int, Node], float] = {}
    for n, column in enumerate(columns):
        y = (height - _tall(column)) / 2
        for node in column:
            tops[n, node] = y
            y += _high(node) + BETWEEN
    lefts = [MARGIN + n * (box + GAP) for n in range(count)]
    corners = {name: (lefts[n], tops[n, name]) for name, n in depth.items()}
    width = max(WIDTH, MARGIN + count * box + (count - 1) * GAP + 2)
    return Plan(width, height, box, corners, _routes(chains, depth, tops, lefts, box))


def depths(application: Application) -> dict[str, int]:
    """By service: the most calls that lead to it, one behind the other."""
    depth = dict.fromkeys((service.name for service in application.services), 0)
    for service in callers_first(application):
        for call in service.calls:
            depth[call.to] = max(depth[call.to], depth[service.name] + 1)
    return depth


def _high(node: Node) -> float:
    return HEIGHT if isinstance(node, str) else PASSAGE


def _tall(column: Iterable[Node]) -> float:
    return sum(_high(node) + BETWEEN for node in column) - BETWEEN


def _columns(application: Application, depth: dict[str, int], chains: dict[Edge, tuple[Node, ...]]) -> list[list[Node]]:
    columns: list[list[Node]] = [[] for _ in range(max(depth.values(), default=0) + 1)]
    for service in application.services:
        columns[depth[service.name]].append(service.name)
    for (caller, _), chain in chains.items():
        for n, node in enumerate(chain[1:-1], depth[caller] + 1):
            columns[n].append(node)
    for n, column in enumerate(columns[1:], 1):
        before = {node: place for place, node in enumerate(columns[n - 1])}
        callers = {
            node: [
                before[chain[n - depth[edge[0]] - 1]]
                for edge, chain in chains.items()
                if 0 < n - depth[edge[0]] < len(chain) and chain[n - depth[edge[0]]] == node
            ]
            for node in column
        }
        column.sort(key=lambda node: sum(callers[node]) / max(1, len(callers[node])))
    return columns


def _routes(
    chains: dict[Edge, tuple[Node, ...]], depth: dict[str, int], tops: dict[tuple[int, Node], float],
    lefts: list[float], box: float,
) -> dict[Edge, tuple[Point, ...]]:  # fmt: skip
    routes: dict[Edge, list[Point]] = {edge: [] for edge in chains}
    for n in range(len(lefts) - 1):
        hops = [
            (edge, chain[n - depth[edge[0]]], chain[n - depth[edge[0]] + 1])
            for edge, chain in chains.items()
            if 0 <= n - depth[edge[0]] < len(chain) - 1
        ]
        out = _ports([(edge, here, tops[n + 1, there]) for edge, here, there in hops], n, tops)
        into = _ports([(edge, there, tops[n, here]) for edge, here, there in hops], n + 1, tops)
        # Downwards the upper arrow turns last, upwards the lower one: then those of one box do not cross.
        hops.sort(key=lambda hop: -out[hop[0]] if into[hop[0]] > out[hop[0]] else out[hop[0]])
        for place, (edge, _, _) in enumerate(hops, 1):
            x = lefts[n] + box + (GAP - LABEL) * place / (len(hops) + 1)
            start, end = out[edge], into[edge]
            turn = [] if start == end else [(x, start), (x, end)]
            routes[edge] += [(lefts[n] + box, start), *turn, (lefts[n + 1], end)]
    return {edge: tuple(points) for edge, points in routes.items()}


def _ports(ends: list[tuple[Edge, Node, float]], column: int, tops: dict[tuple[int, Node], float]) -> dict[Edge, float]:
    """Where each arrow meets its box: spread over the side, in the order of where the other end is."""
    ports = {}
    for node in dict.fromkeys(node for _, node, _ in ends):
        here = sorted((end for end in ends if end[1] == node), key=lambda end: end[2])
        for place, (edge, _, _) in enumerate(here, 1):
            ports[edge] = tops[column, node] + _high(node) * place / (len(here) + 1)
    return ports
