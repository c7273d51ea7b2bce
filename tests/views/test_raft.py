import pytest

from tests.views.geometry import SVG, collisions, root_of, texts_of
from vlearn.blocks import Figure, Table, Text
from vlearn.sim.kubernetes.raft import (
    LEADER,
    Cluster,
    Crash,
    Cut,
    Entry,
    Propose,
    act,
    election,
    figure_8,
    replication,
    simulate,
)
from vlearn.trace import run
from vlearn.views.raft import MOST, draw, draw_moment
from vlearn.views.svg import DONE, WAITING

START = [*election("S1", ["S2"]), Propose("S1", "x"), *replication("S1", ["S2"]), Crash("S3"), Cut("S1", "S2")]
TRACE = run(act, Cluster.begin(3), START)


def looks(svg, look):
    return sum(rect.get("fill") == look.fill for rect in root_of(svg).iter(f"{SVG}rect"))


@pytest.mark.parametrize("trace", [TRACE, figure_8()], ids=["three", "five"])
def test_nothing_in_a_drawing_meets_anything_else(trace):
    for state, event in [(trace.start, None), *((step.state, step.event) for step in trace.steps)]:
        assert not collisions(draw(state, event)[0].svg)


def test_a_long_log_and_long_values_fit():
    log = tuple(Entry(12, f"value {n}") for n in range(MOST + 7))
    figure = draw(Cluster.with_logs([log, log[:MOST], ()]))[0]
    assert not collisions(figure.svg)
    assert "8 more" in [area.words for area in texts_of(root_of(figure.svg))]


def test_roles_terms_and_committed_entries_are_drawn_and_said():
    state = TRACE.state_at(7)
    figure, table = draw(state, TRACE.steps[6].event)
    words = [area.words for area in texts_of(root_of(figure.svg))]
    assert words[:4] == ["S1", "leader", "term 1, vote S1", "1:x"]
    assert looks(figure.svg, DONE) == 3, "the role, the entry, and the strip"
    assert "S1 is leader in term 1; terms of its entries: 1; committed up to 1." in figure.alt
    assert isinstance(table, Table)
    assert {row[2] for row in table.rows} == {"RequestVote", "AppendEntries"}


def test_who_is_down_and_which_links_are_cut_is_shown():
    figure, cut, _ = draw(TRACE.final, TRACE.steps[-1].event)
    assert cut == Text("Nothing passes between S1 and S2.")
    assert looks(figure.svg, WAITING) >= 2
    assert "S3 is down" in figure.alt


def test_a_cluster_at_rest_says_so():
    assert draw(Cluster.begin(3))[1] == Text("No message is under way.")


def test_a_moment_has_its_time():
    trace = simulate(1, until=3000, script=[(2500, Propose(LEADER, "x"))])
    said, figure, *_ = draw_moment(trace.final, trace.steps[-1].event)
    assert said.markdown.startswith("At 2,9")
    assert isinstance(figure, Figure)
