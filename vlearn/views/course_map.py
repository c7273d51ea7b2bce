"""The map of the course: which chapter builds on which, every chapter below those that it builds on.

networkx finds the generations, which are the rows, and takes out the arrows that others imply. Chains of chapters, the
longest first, are the lanes; a lane stands beside the one that it branches from, so that no arrow runs through a box.
"""

from collections.abc import Iterator, Sequence
from textwrap import wrap

import networkx as nx

from vlearn.blocks import Block, Figure
from vlearn.course import COURSE, Chapter
from vlearn.views.svg import BODY, INK, PLAIN, READ, SMALL, Shape, arrow, badge, box, drawing, text

WIDTH, LANE, ROW, BOX, HIGH = 760, 152, 72, 140, 46


def draw_map(written: Sequence[int] = (), course: Sequence[Chapter] = COURSE) -> tuple[Block, ...]:
    """The map; chapters whose numbers are in `written` have a notebook, and look it."""
    graph = nx.DiGraph([(before, chapter.number) for chapter in course for before in chapter.builds_on])
    graph.add_nodes_from(chapter.number for chapter in course)
    graph = nx.transitive_reduction(graph)
    rows = {number: row for row, level in enumerate(nx.topological_generations(graph)) for number in level}
    lanes = {number: lane for lane, chain in enumerate(_lanes(graph)) for number in chain}
    titles = {chapter.number: chapter.title for chapter in course}
    places = {number: (LANE * lanes[number] + BOX / 2 + 1, ROW * rows[number] + 1.0) for number in titles}
    shapes = [*_arrows(graph, places), *_boxes(titles, places, written)]
    words = "; ".join(f"{c.number} {c.title}: {', '.join(map(str, c.builds_on)) or 'nothing'}" for c in course)
    height = ROW * max(rows.values()) + HIGH + 4
    return (Figure(drawing(WIDTH, height, shapes), f"What each chapter builds on. {words}."),)


def _lanes(graph: "nx.DiGraph[int]") -> list[list[int]]:
    """The chapters as chains, each beside the one that it branches from: right of the last lane, left of any other."""
    rest, lanes = graph.copy(), list[list[int]]()
    while rest:
        chain: list[int] = nx.dag_longest_path(rest)
        parents = set(graph.predecessors(chain[0]))
        beside = next((n for n, lane in enumerate(lanes) if parents & set(lane)), len(lanes) - 1)
        lanes.insert(beside + (beside == len(lanes) - 1), chain)
        rest.remove_nodes_from(chain)
    return lanes


def _arrows(graph: "nx.DiGraph[int]", places: dict[int, tuple[float, float]]) -> Iterator[Shape]:
    for before, after in sorted(graph.edges):
        (x0, y0), (x1, y1) = places[before], places[after]
        bend = y1 - (ROW - HIGH) / 2
        yield arrow((x0, y0 + HIGH), (x0, bend), (x1, bend), (x1, y1 - 1))


def _boxes(titles: dict[int, str], places: dict[int, tuple[float, float]], written: Sequence[int]) -> Iterator[Shape]:
    for number, title in titles.items():
        x, y = places[number]
        yield box(x - BOX / 2, y, BOX, HIGH, READ if number in written else PLAIN)
        yield badge(x - BOX / 2 + 14, y + HIGH / 2, number, strong=number in written)
        lines = wrap(title, 18)
        for n, line in enumerate(lines):
            baseline = y + HIGH / 2 + 4 + (n - (len(lines) - 1) / 2) * BODY
            yield text(x - BOX / 2 + 27, baseline, line, size=SMALL, fill=INK)
