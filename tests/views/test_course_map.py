"""The map of the course: every chapter once, below what it builds on, and no arrow that another implies."""

import re

import networkx as nx
import pytest

from tests.views.geometry import collisions
from vlearn.course import COURSE
from vlearn.views.course_map import draw_map

(FIGURE,) = draw_map((6,))


def test_chapters_build_on_earlier_rows_without_a_circle():
    graph = nx.DiGraph([(before, chapter.number) for chapter in COURSE for before in chapter.builds_on])
    assert nx.is_directed_acyclic_graph(graph)
    assert set(graph) == {chapter.number for chapter in COURSE}
    assert nx.transitive_reduction(graph).edges == graph.edges


@pytest.mark.parametrize("chapter", COURSE, ids=lambda chapter: chapter.id)
def test_every_chapter_is_in_the_drawing_and_in_its_words(chapter):
    shown = " ".join(re.findall(r">([^<>]+)</text>", FIGURE.svg))
    assert chapter.title in shown
    assert f"{chapter.number} {chapter.title}: " in FIGURE.alt


def test_nothing_overlaps_or_leaves_the_drawing():
    assert list(collisions(FIGURE.svg)) == []


def test_a_chapter_with_a_notebook_looks_different():
    assert draw_map((6,)) != draw_map(())
