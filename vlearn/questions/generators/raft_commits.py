"""A question whose key is how far a leader may count its log as committed."""

from dataclasses import replace
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.generators.raft_scenes import in_term, log_table
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.kubernetes.raft import AppendReply, Cluster, Deliver, Entry, Log, act, quorum
from vlearn.views.raft import draw

NONE = "No entry yet"
_OLD = (
    "The last of these is on a majority, but of an older term: a later leader may still overwrite it. It is committed"
    " only with an entry of the leader's own term behind it."
)
_ALL = "These are on all members. A majority is enough."
_LEADER = "These are all that the leader has. An entry must be on a majority, not in the leader's log alone."
_ANY = "One follower has them, and a majority is more than that."
_OLDER = "What is on a majority is of older terms, and waits for an entry of the leader's own."
_SOME = "Entries of the leader's own term are on a majority, and commit all that stands before them."


def committed_up_to(rng: Random) -> Posed:
    """Up to which index may the leader count its log as committed, as soon as it has heard all answers?"""
    while True:
        members = rng.choice((3, 4, 5, 5))
        terms = sorted(rng.choices(range(1, 5), k=rng.randint(3, 6)))
        term = terms[-1]
        log = tuple(Entry(each, "x") for each in terms)
        match = [rng.randint(0, len(log)) for _ in range(members - 1)]
        start = _leading(log, match, term)
        replay = Replay(act, start, tuple(Deliver(f"S{n}", "S1") for n in range(2, members + 1)), draw)
        key = replay.trace().final.member("S1").commit
        if not key and rng.random() < 0.8:
            continue  # else most keys would be that nothing is committed
        held = sorted((len(log), *match), reverse=True)
        counted = held[quorum(members) - 1]
        wrong = [(counted, _OLD)] if counted != key else [(held[-1], _ALL)]
        wrong += [(len(log), _LEADER), (held[1], _ANY), (held[-1], _ALL), (0, _SOME)]
        if len({index for index, _ in wrong} - {key}) >= 3:
            break
    shown = [(_words(index), why) for index, why in wrong]
    options, correct = distractors(rng, _words(key), shown, 3, _SOME if key else _OLDER)
    prompt = Text(
        f"S1 leads term {term} of an etcd cluster with {members} members. The table shows the entries that are on each"
        " member now; S1 hears this from all of them, and knew of no committed entry before. Which entries may S1 then"
        " count as committed?"
    )
    replicas = ", ".join(f"index {n} on {sum(each >= n for each in held)}" for n in range(1, len(log) + 1))
    solution = Text(
        f"A majority of {members} is {quorum(members)}. There are replicas of {replicas} members. A leader counts"
        f" replicas only for entries of its own term, here {term}, and what stands before such an entry is committed"
        f" with it. {_words(key)}."
    )
    logs = [log, *(log[:each] for each in match)]
    return Posed((prompt, log_table(logs)), SingleChoice(options, correct), (solution,), replay)


def _leading(log: Log, match: list[int], term: int) -> Cluster:
    """S1 leads, its followers have so many of its entries, and say so in replies that are under way."""
    cluster = in_term(Cluster.with_logs([log, *(log[:each] for each in match)]), term)
    others = len(match)
    leader = replace(
        cluster.member("S1"), role="leader", leader="S1", vote="S1", next_index=(len(log) + 1,) * others,
        match_index=(0,) * others, rounds=(0,) * others,
    )  # fmt: skip
    replies = tuple(AppendReply(f"S{n}", "S1", term, True, each) for n, each in enumerate(match, 2))
    return replace(cluster.having(leader), network=replies)


def _words(index: int) -> str:
    return {0: NONE, 1: "The entry at index 1"}.get(index, f"The entries at indices 1 to {index}")
