import pytest

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.raft import (
    ETCD,
    Beat,
    Cluster,
    Crash,
    Cut,
    Deliver,
    Entry,
    LoseAll,
    Propose,
    Read,
    TimeOut,
    act,
    electable,
    election,
    partition,
    quorum,
    replication,
    tolerance,
    tolerance_table,
    voters,
    with_quorum,
)
from vlearn.sim.kubernetes.raft.log import agreement, merged
from vlearn.trace import run

LED = run(act, Cluster.begin(3), [*election("S1", ["S2"]), LoseAll()]).final


def played(*actions, start=LED):
    return run(act, start, actions)


def log(*entries):
    return tuple(Entry(int(each[0]), each[1:]) for each in entries)


def logs_of(cluster):
    return ["".join(entry.value for entry in member.log) for member in cluster.members]


def commits(cluster):
    return [member.commit for member in cluster.members]


def test_an_entry_is_committed_on_a_majority_and_followers_learn_it_later():
    trace = played(Propose("S1", "x"), Deliver("S1", "S2"), Deliver("S2", "S1"))
    assert trace.kinds == ("proposed", "appended", "committed")
    assert commits(trace.final) == [1, 0, 0]
    assert commits(played(*replication("S1", ["S2"]), start=trace.final).final) == [1, 1, 0]


MERGES = [
    (log("1a", "1b"), 2, log("1c"), log("1a", "1b", "1c")),
    (log("1a", "1b"), 1, log("2c"), log("1a", "2c")),
    (log("1a", "1b", "1c"), 0, log("1a"), log("1a", "1b", "1c")),
    (log("1a", "1b", "1c"), 1, log("1b", "2d"), log("1a", "1b", "2d")),
    (log("1a"), 1, (), log("1a")),
    ((), 0, log("1a"), log("1a")),
]


@pytest.mark.parametrize(("before", "index", "entries", "after"), MERGES)
def test_only_a_conflict_cuts_a_log(before, index, entries, after):
    assert merged(before, index, entries) == after
    assert agreement(before, after) >= min(index, len(before))


def test_a_leader_walks_back_to_where_the_logs_agree():
    start = Cluster.with_logs([log("1a", "3d", "3e"), log("1a", "2b", "2c"), ()])
    trace = played(*election("S1", ["S2", "S3"]), *replication("S1", ["S2", "S3"]), start=start)
    for _ in range(4):
        trace = played(*replication("S1", ["S2", "S3"]), start=trace.final)
    assert logs_of(trace.final) == ["ade", "ade", "ade"]
    assert commits(trace.final) == [0, 0, 0], "nothing of the leader's own term is there yet"
    done = played(Propose("S1", "f"), LoseAll(), *replication("S1", ["S2"]), start=trace.final).final
    assert commits(done)[0] == 4


def test_an_empty_entry_at_the_beginning_of_a_term_commits_what_came_before():
    start = Cluster.with_logs([log("1a")] * 3, ETCD)
    trace = played(*election("S1", ["S2"]), LoseAll(), *replication("S1", ["S2"]), start=start)
    assert commits(trace.final) == [2, 0, 0]


def test_a_late_message_takes_nothing_back():
    start = played(Propose("S1", "x"), Propose("S1", "y"), Deliver("S1", "S2", -1)).final
    late = played(Deliver("S1", "S2"), start=start)
    assert logs_of(late.final)[1] == "xy"
    assert late.kinds == ("appended",)


def test_a_read_waits_for_a_majority_that_confirms_the_leader():
    start = played(Propose("S1", "x"), *replication("S1", ["S2"]), LoseAll()).final
    trace = played(Read("S1"), Deliver("S1", "S2"), Deliver("S2", "S1"), start=start)
    assert trace.kinds == ("read-asked", "heartbeat", "read")
    assert trace.steps[-1].event.text.endswith("as of index 1")
    assert not trace.final.member("S1").reads


def test_an_answer_from_before_a_read_does_not_confirm_it():
    start = played(Propose("S1", "x"), *replication("S1", ["S2"]), LoseAll(), Beat("S1"), Deliver("S1", "S2")).final
    trace = played(Read("S1"), Deliver("S2", "S1"), start=start)
    assert trace.kinds == ("read-asked", "acknowledged")


REFUSALS = [
    (Read("S1"), "it has committed nothing in its term"),
    (Read("S2"), "S2 cannot answer a read: no leader"),
    (Propose("S3", "x"), "S3 cannot take x: no leader"),
]


@pytest.mark.parametrize(("action", "told"), REFUSALS)
def test_requests_that_a_member_cannot_serve(action, told):
    (step,) = played(action).steps
    assert step.event.kind == "refused"
    assert told in step.event.text
    assert step.state == LED


def test_a_member_that_is_down_answers_nobody():
    assert "is down" in played(Crash("S1"), Propose("S1", "x")).steps[-1].event.text


def test_the_minority_side_takes_in_what_it_cannot_commit():
    sides = (["S1", "S2"], ["S3", "S4", "S5"])
    start = played(*election("S1", ["S3", "S4"]), LoseAll(), *partition(*sides), start=Cluster.begin(5)).final
    assert with_quorum(start) == ("S3", "S4", "S5")
    small = played(Propose("S1", "x"), *replication("S1", ["S2"]), start=start)
    assert commits(small.final) == [0] * 5
    others = ["S4", "S5"]
    large = played(*election("S3", others), Propose("S3", "y"), *replication("S3", others), start=small.final)
    assert commits(large.final) == [0, 0, 1, 0, 0]


def test_failure_tolerance_is_that_of_etcds_table():
    assert tolerance_table() == (
        (1, 1, 0), (2, 2, 0), (3, 2, 1), (4, 3, 1), (5, 3, 2), (6, 4, 2), (7, 4, 3), (8, 5, 3), (9, 5, 4),
    )  # fmt: skip
    assert all(2 * quorum(n) > n > 2 * tolerance(n) for n in range(1, 50))
    with pytest.raises(ModelError, match="0 members make no cluster"):
        quorum(0)


def test_who_can_be_elected_depends_on_logs_and_links():
    start = Cluster.with_logs([log("1a", "3b"), log("1a", "2c", "2d"), log("1a"), log("1a", "3b"), log("1a")])
    assert electable(start) == ("S1", "S2", "S4")
    assert voters(start, "S3") == ("S3", "S5")
    down = played(Crash("S4"), Cut("S2", "S5"), start=start).final
    assert electable(down) == ("S1",)
    assert voters(down, "S4") == ()


@pytest.mark.parametrize("name", ["S1", "S2", "S3", "S4", "S5"])
def test_whoever_is_electable_is_elected_and_nobody_else(name):
    start = Cluster.with_logs([log("1a", "3b"), log("1a", "2c", "2d"), log("1a"), log("1a", "3b"), log("1a")])
    tried = played(*[TimeOut(name)] * 3, LoseAll(), start=start).final
    others = [member.name for member in start.members if member.name != name]
    after = played(*election(name, others), start=tried).final
    assert (after.member(name).role == "leader") == (name in electable(start))
