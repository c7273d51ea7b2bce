"""How a member becomes a leader: it times out, asks for votes, and wins with a majority. Left out: pre-vote."""

from dataclasses import replace

from vlearn.sim.kubernetes.raft.log import Entry, last
from vlearn.sim.kubernetes.raft.messages import RequestVote, VoteReply
from vlearn.sim.kubernetes.raft.outcome import Outcome
from vlearn.sim.kubernetes.raft.replicating import broadcast, counted
from vlearn.sim.kubernetes.raft.rules import Rules
from vlearn.sim.kubernetes.raft.state import Member


def campaign(member: Member, rules: Rules) -> Outcome:
    """The election timeout has passed: candidate in the next term, with a vote for itself."""
    candidate = replace(
        member, role="candidate", term=member.term + 1, vote=member.name, votes=frozenset({member.name}), leader=""
    )
    term, index = last(member.log)
    asked = tuple(RequestVote(member.name, peer, candidate.term, index, term) for peer in member.peers)
    if candidate.quorum == 1:
        return elected(candidate, rules)
    text = f"{member.name} hears of no leader, becomes a candidate in term {candidate.term} and votes for itself"
    return Outcome(candidate, "election-timeout", text, asked)


def asked_for_vote(member: Member, message: RequestVote, rules: Rules) -> Outcome:
    """A request of the member's own term: the first candidate with a log as good as its own gets the vote."""
    free = member.vote in ("", message.sender) or not rules.votes_once
    good = (message.last_term, message.last_index) >= last(member.log) or not rules.compares_logs
    reply = VoteReply(member.name, message.sender, member.term, free and good)
    if reply.granted:
        text = f"{member.name} votes for {message.sender} in term {member.term}"
        return Outcome(replace(member, vote=message.sender), "voted", text, (reply,))
    why = f"its log, which ends with {_end(member)}, is more up to date" if free else f"it has voted for {member.vote}"
    return Outcome(member, "vote-refused", f"{member.name} refuses {message.sender} its vote: {why}", (reply,))


def vote_heard(member: Member, message: VoteReply, rules: Rules) -> Outcome:
    """A reply of the member's own term."""
    if member.role != "candidate" or not message.granted:
        return Outcome(member, "vote-heard", f"{member.name} hears that {message.sender} {message}")
    candidate = replace(member, votes=member.votes | {message.sender})
    if len(candidate.votes) >= candidate.quorum:
        return elected(candidate, rules)
    have = f"{len(candidate.votes)} of the {candidate.quorum} votes that it needs"
    return Outcome(candidate, "vote-heard", f"{member.name} has {have} in term {member.term}")


def elected(member: Member, rules: Rules) -> Outcome:
    """A leader supposes that its followers' logs are like its own, and lets them correct it."""
    peers = len(member.peers)
    leader = replace(
        member,
        role="leader",
        leader=member.name,
        next_index=(len(member.log) + 1,) * peers,
        match_index=(0,) * peers,
        rounds=(0,) * peers,
        reads=(),
        read_round=0,
    )
    if rules.empty_entry:
        leader = counted(replace(leader, log=(*leader.log, Entry(leader.term))), rules)
    text = f"{member.name} has {len(member.votes)} votes of {peers + 1} and leads term {member.term}"
    return Outcome(leader, "elected", text, broadcast(leader))


def _end(member: Member) -> str:
    term, index = last(member.log)
    return f"index {index} of term {term}"
