"""Raft's properties hold in all that can happen, and the checks find every mistake."""

from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.raft import (
    RAFT,
    Beat,
    Cluster,
    Crash,
    Cut,
    Deliver,
    Duplicate,
    Entry,
    Heal,
    Lose,
    LoseAll,
    Propose,
    Restart,
    TimeOut,
    act,
    election,
    figure_8,
    states,
    violations,
)
from vlearn.sim.kubernetes.raft.rules import (
    ACCEPTS_ANYWHERE,
    COMMITS_OLD_TERMS,
    ELECTS_ANY_LOG,
    ETCD,
    FORGETS_VOTE,
    VOTES_TWICE,
)
from vlearn.sim.kubernetes.raft.search import CHOICES, Bounds, Watched, watched
from vlearn.trace import reachable, run

TWO = ("S1", "S3")


@cache
def explored(rules, bounds, start=None):
    return reachable(watched, Watched(start or Cluster.begin(3, rules), bounds), CHOICES)


def broken(states):
    return {found.property for state in states for found in state.record.violations}


SOUND = [
    Bounds(term=2, entries=1, candidates=TWO),
    Bounds(term=1, entries=1, candidates=TWO, on_the_way=2),
    Bounds(term=1, entries=1, candidates=TWO, crashes=("S1", "S2")),
]


@pytest.mark.parametrize("bounds", SOUND)
def test_no_order_of_events_violates_anything(bounds):
    reached = explored(RAFT, bounds)
    assert not broken(reached)
    assert {member.role for state in reached for member in state.cluster.members} == {"follower", "candidate", "leader"}
    assert max(member.commit for state in reached for member in state.cluster.members) == bounds.entries
    assert max(len(state.choices) for state in reached) < len(CHOICES)


FOUND = [
    (VOTES_TWICE, Bounds(1, 0, TWO), {"Election Safety"}),
    (FORGETS_VOTE, Bounds(1, 0, TWO, crashes=("S2",)), {"Election Safety"}),
    (ELECTS_ANY_LOG, Bounds(2, 1, TWO), {"Leader Completeness", "State Machine Safety"}),
]


@pytest.mark.parametrize(("rules", "bounds", "properties"), FOUND)
def test_the_search_finds_a_mistake_that_raft_within_the_same_bounds_does_not_have(rules, bounds, properties):
    assert broken(explored(rules, bounds)) == properties
    assert not broken(explored(RAFT, bounds))


def old_entry(rules):
    """Three members before the end of figure 8: S1 leads term 3 again, its entry of term 1 is on itself alone."""
    begun = (*election("S1", ["S2"]), LoseAll(), Propose("S1", "b"), LoseAll(), Crash("S1"))
    other = (*election("S3", []), *election("S3", ["S2"]), LoseAll(), Propose("S3", "c"), LoseAll(), Crash("S3"))
    again = (Restart("S1"), Restart("S3"), TimeOut("S1"), LoseAll(), *election("S1", ["S2"]))
    return run(act, Cluster.begin(3, rules), (*begun, *other, *again)).final


@pytest.mark.parametrize("rules", [RAFT, COMMITS_OLD_TERMS])
def test_counting_replicas_of_an_old_term_is_found_from_a_scene_of_three(rules):
    start = old_entry(rules)
    assert [[entry.term for entry in member.log] for member in start.members] == [[1], [], [2]]
    found = broken(explored(rules, Bounds(term=4, entries=1, candidates=("S3",)), start))
    assert bool(found) == (rules is COMMITS_OLD_TERMS)
    assert found <= {"Leader Completeness", "State Machine Safety"}


@pytest.mark.parametrize("rules", [RAFT, ACCEPTS_ANYWHERE])
def test_entries_behind_others_break_the_matching_of_logs(rules):
    one, other = Entry(1, "a"), Entry(2, "b")
    start = Cluster.with_logs([(one, one), (other, other), (other,)], rules)
    found = broken(explored(rules, Bounds(term=3, entries=3, candidates=("S2",)), start))
    assert ("Log Matching" in found) == (rules is ACCEPTS_ANYWHERE)


@pytest.mark.parametrize("ending", ["d", "e"])
def test_figure_8_ends_well_by_the_rules(ending):
    trace = figure_8(RAFT, ending)
    assert not violations(states(trace))
    logs = ["".join(entry.value for entry in member.log) for member in trace.final.members]
    assert logs == {"d": ["abd", "ace", "ace", "ace", "ace"], "e": ["abd", "abd", "abd", "a", "ac"]}[ending]
    terms = {"d": (1, 3, 5), "e": (1, 2, 4)}[ending]
    assert tuple(entry.term for entry in trace.final.member("S3").log) == terms
    assert (trace.final.member("S5").role == "leader") == (ending == "d")


def test_figure_8_goes_wrong_where_replicas_of_old_terms_are_counted():
    found = violations(states(figure_8(COMMITS_OLD_TERMS)))
    assert [each.property for each in found][:2] == ["Leader Completeness", "State Machine Safety"]
    assert found[0].text == "S5 leads term 5 without b of term 2, committed at index 2"
    assert not violations(states(figure_8(COMMITS_OLD_TERMS, "e")))


def test_a_leader_that_changes_its_log_is_noticed():
    led = run(act, Cluster.begin(3), [*election("S1", ["S2"]), Propose("S1", "x")]).final
    forgot = led.having(type(led.members[0])("S1", ("S2", "S3"), 1, "S1", (), role="leader", next_index=(1, 1)))
    assert [each.property for each in violations([led, forgot])] == ["Leader Append-Only"]


def test_an_empty_history_is_an_error():
    with pytest.raises(ModelError, match="one state at least"):
        violations([])


def moves(cluster):
    """Anything that may happen to the cluster, with faults; messages more often than all else."""
    names = [member.name for member in cluster.members]
    name, pairs = st.sampled_from(names), st.sampled_from([(a, b) for a in names for b in names if a < b])
    ways = [(message.sender, message.to) for message in cluster.network]
    single = [name.map(TimeOut), name.map(Beat), name.map(lambda n: Propose(n, "x")), name.map(Crash)]
    single += [name.map(Restart), pairs.map(lambda pair: Cut(*pair)), pairs.map(lambda pair: Heal(*pair))]
    if ways:
        way, nth = st.sampled_from(ways), st.sampled_from([0, -1])
        arrives = st.builds(lambda way, nth: Deliver(*way, nth), way, nth)
        single += [arrives] * 8 + [way.map(lambda way: Lose(*way)), way.map(lambda way: Duplicate(*way))]
    return st.one_of(single)


@pytest.mark.parametrize("size", [3, 5])
@given(data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_schedule_with_faults_violates_anything(size, data):
    cluster = Cluster.begin(size, data.draw(st.sampled_from([RAFT, ETCD])))
    history = [cluster]
    for _ in range(data.draw(st.integers(10, 60))):
        for step in act(cluster, data.draw(moves(cluster))):
            cluster = step.state
            history.append(cluster)
    assert not violations(history)
