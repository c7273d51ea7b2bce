import pytest

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.raft import (
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
    Restart,
    TimeOut,
    act,
    election,
    partition,
)
from vlearn.trace import run

THREE = Cluster.begin(3)
LEADS = [*election("S1", ["S2"]), LoseAll()]


def played(*actions, start=THREE):
    return run(act, start, actions)


def entries(*terms):
    return tuple(Entry(term, "x") for term in terms)


def test_an_election_step_by_step():
    trace = played(*election("S1", ["S2", "S3"]))
    assert trace.kinds == ("election-timeout", "voted", "voted", "elected", "vote-heard")
    assert [(member.role, member.term, member.vote) for member in trace.final.members] == [
        ("leader", 1, "S1"),
        ("follower", 1, "S1"),
        ("follower", 1, "S1"),
    ]


def test_a_split_vote_elects_nobody_and_the_next_term_can():
    trace = played(TimeOut("S1"), TimeOut("S2"), Deliver("S1", "S2"), Deliver("S2", "S1"))
    assert trace.final.leader is None
    assert trace.kinds[-2:] == ("vote-refused", "vote-refused")
    assert played(*election("S1", ["S3"]), start=played(LoseAll(), start=trace.final).final).final.leader.term == 2


ELECTIONS = [
    ("a longer log of the same term wins", (entries(1, 1), entries(1), entries(1)), True),
    ("equal logs are good enough", (entries(1), entries(1), ()), True),
    ("a shorter log of a later term wins", (entries(2), entries(1, 1, 1), entries(1, 1)), True),
    ("a longer log of an older term loses", (entries(1, 1, 1), entries(2), entries(2)), False),
    ("a shorter log of the same term loses", (entries(1), entries(1, 1), entries(1, 1)), False),
]


@pytest.mark.parametrize(("logs", "wins"), [row[1:] for row in ELECTIONS], ids=[row[0] for row in ELECTIONS])
def test_whose_log_can_win(logs, wins):
    cluster = Cluster.with_logs(list(logs))
    first = played(*election("S1", []), start=cluster)
    while first.final.member("S1").term <= max(member.term for member in cluster.members):
        first = played(TimeOut("S1"), start=first.final)
    trace = played(*election("S1", ["S2", "S3"]), start=first.final)
    assert (trace.final.leader is not None) == wins


def test_a_vote_survives_a_crash_and_what_is_not_on_disk_does_not():
    after = played(*LEADS, Crash("S2"), Restart("S2"), Crash("S1"), Restart("S1")).final
    assert after.member("S2").vote == "S1"
    assert (after.member("S1").role, after.member("S1").term, after.member("S1").commit) == ("follower", 1, 0)
    assert played(TimeOut("S3"), Deliver("S3", "S2"), start=THREE).kinds[-1] == "voted"
    late = played(TimeOut("S3"), LoseAll(), *election("S1", ["S2"]), Crash("S2"), Restart("S2"), start=THREE)
    assert late.final.member("S2").vote == "S1"


def test_a_leader_steps_down_at_a_higher_term():
    trace = played(*LEADS, *election("S3", ["S2"]), TimeOut("S3"), *election("S3", ["S2"]), Beat("S1"))
    old, new = trace.final.member("S1"), trace.final.member("S3")
    assert (old.role, new.role) == ("leader", "leader")
    assert trace.final.leader == new
    trace = played(Deliver("S1", "S3", -1), Deliver("S3", "S1", -1), start=trace.final)
    assert trace.kinds == ("stale", "ignored")
    assert trace.final.member("S1").role == "follower"


def test_messages_are_lost_doubled_and_overtaken():
    trace = played(TimeOut("S1"), Duplicate("S1", "S2"), Deliver("S1", "S2"), Deliver("S1", "S2"), Lose("S1", "S3"))
    assert trace.kinds == ("election-timeout", "duplicated", "voted", "voted", "lost")
    assert trace.final.under_way("S2", "S1") == (trace.final.network[0],) * 2
    twice = played(TimeOut("S1"), TimeOut("S1"), Deliver("S1", "S2", -1), Deliver("S1", "S2"))
    assert twice.kinds[-2:] == ("voted", "stale")


def test_nothing_passes_a_cut_link_or_reaches_a_member_that_is_down():
    cut = played(*partition(["S1"], ["S2", "S3"]), TimeOut("S1"), Deliver("S1", "S2"), Crash("S3"), Deliver("S1", "S3"))
    assert cut.kinds == ("cut", "cut", "election-timeout", "lost", "crashed", "lost")
    assert not cut.final.network
    healed = played(Heal("S2", "S1"), TimeOut("S1"), Deliver("S1", "S2"), start=cut.final)
    assert healed.kinds == ("healed", "election-timeout", "voted")


@pytest.mark.parametrize(
    "action", [Crash("S2"), Cut("S3", "S1"), TimeOut("S1"), Restart("S1"), Heal("S1", "S2"), Beat("S3"), TimeOut("S2")]
)
def test_what_changes_nothing_is_no_step(action):
    start = played(*LEADS, Crash("S2"), Cut("S1", "S3")).final
    assert len(played(action, start=start)) == 0


def test_a_member_alone_elects_itself():
    assert played(TimeOut("S1"), start=Cluster.begin(1)).kinds == ("elected",)


WRONG = [
    (TimeOut("S9"), "there is no member 'S9'; there are S1, S2, S3"),
    (Deliver("S1", "S2"), "no message 0 is on the way from S1 to S2: there are 0"),
    (Cut("S1", "S1"), "S1 needs no link to itself"),
]


@pytest.mark.parametrize(("action", "told"), WRONG)
def test_what_is_not_there_is_an_error(action, told):
    with pytest.raises(ModelError, match=told):
        played(action)
