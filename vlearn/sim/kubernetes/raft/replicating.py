"""How a leader's entries get into the logs of the others, and when they count as committed.

A follower learns of a commit with the next AppendEntries. Left out: snapshots and log compaction, flow control,
forwarding of requests by followers, and the check by which etcd's leader resigns when no majority answers.
"""

from dataclasses import replace

from vlearn.sim.kubernetes.raft.log import Entry, agreement, fits, merged, term_at
from vlearn.sim.kubernetes.raft.messages import AppendEntries, AppendReply
from vlearn.sim.kubernetes.raft.outcome import Outcome
from vlearn.sim.kubernetes.raft.rules import Rules
from vlearn.sim.kubernetes.raft.state import Member


def broadcast(leader: Member) -> tuple[AppendEntries, ...]:
    """To each peer what it is not known to have; a heartbeat where that is nothing."""
    return tuple(_append(leader, n) for n in range(len(leader.peers)))


def _append(leader: Member, n: int) -> AppendEntries:
    prev = leader.next_index[n] - 1
    return AppendEntries(
        leader.name, leader.peers[n], leader.term, prev, term_at(leader.log, prev), leader.log[prev:], leader.commit,
        leader.read_round,
    )  # fmt: skip


def propose(member: Member, value: str, rules: Rules) -> Outcome:
    """A client's write: a leader takes it into its log and sends it round; it is done when it is committed."""
    if member.role != "leader":
        return Outcome(member, "refused", f"{member.name} cannot take {value}: {_no_leader(member)}")
    entry = Entry(member.term, value)
    leader = counted(replace(member, log=(*member.log, entry)), rules)
    return Outcome(leader, "proposed", f"{member.name} takes in {entry} at index {len(leader.log)}", broadcast(leader))


def read(member: Member) -> Outcome:
    """A client's linearizable read: answered when a majority has confirmed, after it came, that this is the leader.

    Source: the paper's section 8; etcd's ReadIndex.
    """
    if member.role != "leader":
        return Outcome(member, "refused", f"{member.name} cannot answer a read: {_no_leader(member)}")
    if term_at(member.log, member.commit) != member.term:
        why = "it has committed nothing in its term, and may not know all that is"
        return Outcome(member, "refused", f"{member.name} cannot answer a read yet: {why}")
    number = member.read_round + 1
    leader = replace(member, read_round=number, reads=(*member.reads, (number, member.commit)))
    if member.quorum == 1:
        return _answered(leader)
    text = f"{member.name} asks whether it still leads, to answer a read as of index {member.commit}"
    return Outcome(leader, "read-asked", text, broadcast(leader))


def entries_came(member: Member, message: AppendEntries, rules: Rules) -> Outcome:
    """A leader's entries, in the member's own term: they are accepted where they follow on what it has."""
    before = replace(member, role="follower", leader=message.sender)
    index, there = message.prev_index, len(member.log)
    fit = fits(member.log, index, message.prev_term) if rules.checks_previous else index <= there
    to = (member.name, message.sender, member.term)
    if not fit:
        reply = AppendReply(*to, False, min(index - 1, there), message.read_round)
        what = f"it has no entry {index} of term {message.prev_term}"
        return Outcome(before, "append-refused", f"{member.name} refuses entries of {message.sender}: {what}", (reply,))
    log, reached = merged(member.log, index, message.entries), index + len(message.entries)
    after = replace(before, log=log, commit=max(member.commit, min(message.commit, reached)))
    reply = AppendReply(*to, True, reached, message.read_round)
    kept = agreement(member.log, log)
    dropped = f"drops its entries behind index {kept} and " if kept < there else ""
    told = f"has entries up to index {reached}" if message.entries else f"hears the heartbeat of {message.sender}"
    known = f", committed up to {after.commit}" if after.commit > member.commit else ""
    kind = "truncated" if dropped else "appended" if message.entries else "heartbeat"
    return Outcome(after, kind, f"{member.name} {dropped}{told}{known}", (reply,))


def append_answered(member: Member, message: AppendReply, rules: Rules) -> Outcome:
    """A reply in the leader's own term: one more replica, or a step back to find where the logs agree."""
    if member.role != "leader":
        return Outcome(member, "ignored", f"{member.name} no longer leads and ignores a reply of {message.sender}")
    n = member.peers.index(message.sender)
    heard = replace(member, rounds=_set(member.rounds, n, max(member.rounds[n], message.read_round)))
    if not message.success:
        back = max(heard.match_index[n] + 1, min(heard.next_index[n], message.index + 1))
        leader = replace(heard, next_index=_set(heard.next_index, n, back))
        text = f"{member.name} goes back for {message.sender}, and sends from index {back} on"
        return Outcome(leader, "backed-up", text, (_append(leader, n),))
    match = max(heard.match_index[n], message.index)
    heard = replace(
        heard, match_index=_set(heard.match_index, n, match), next_index=_set(heard.next_index, n, match + 1)
    )
    leader = counted(heard, rules)
    if leader.commit > member.commit:
        text = f"{member.name} knows entries up to index {leader.commit} on a majority: they are committed"
        return Outcome(leader, "committed", text)
    if any(_confirmed(leader, number) for number, _ in leader.reads):
        return _answered(leader)
    return Outcome(leader, "acknowledged", f"{member.name} hears that {message.sender} {message}")


def counted(leader: Member, rules: Rules) -> Member:
    """The leader with the highest commit index that its replicas allow.

    An entry of an older term on a majority may still be overwritten (the paper's figure 8), so only the leader's own
    term counts; what stands before such an entry is committed with it.
    """
    for index in range(len(leader.log), leader.commit, -1):
        replicas = 1 + sum(match >= index for match in leader.match_index)
        if replicas >= leader.quorum and (leader.log[index - 1].term == leader.term or not rules.own_term_only):
            return replace(leader, commit=index)
    return leader


def _answered(leader: Member) -> Outcome:
    """The reads that a majority has confirmed are answered and forgotten."""
    done = [index for number, index in leader.reads if _confirmed(leader, number)]
    left = tuple(read for read in leader.reads if not _confirmed(leader, read[0]))
    text = f"{leader.name} still leads, says a majority, and answers a read as of index {max(done)}"
    return Outcome(replace(leader, reads=left), "read", text)


def _confirmed(leader: Member, number: int) -> bool:
    return 1 + sum(heard >= number for heard in leader.rounds) >= leader.quorum


def _no_leader(member: Member) -> str:
    return f"{member.leader} leads" if member.leader else "no leader"


def _set(values: tuple[int, ...], n: int, value: int) -> tuple[int, ...]:
    return (*values[:n], value, *values[n + 1 :])
