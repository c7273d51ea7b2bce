"""One action, one step: who decides what happens next is a player, a script, a search or a clock."""

from collections.abc import Iterator
from dataclasses import replace

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.raft.actions import (
    Action,
    Beat,
    Crash,
    Cut,
    Deliver,
    Duplicate,
    Heal,
    Lose,
    LoseAll,
    Propose,
    Read,
    Restart,
    TimeOut,
)
from vlearn.sim.kubernetes.raft.messages import AppendEntries, AppendReply, Message, RequestVote, VoteReply
from vlearn.sim.kubernetes.raft.outcome import Outcome
from vlearn.sim.kubernetes.raft.replicating import append_answered, broadcast, entries_came, propose, read
from vlearn.sim.kubernetes.raft.rules import Rules
from vlearn.sim.kubernetes.raft.state import Cluster, Member, link
from vlearn.sim.kubernetes.raft.voting import asked_for_vote, campaign, vote_heard
from vlearn.trace import Event, Step


def act(cluster: Cluster, action: Action) -> Iterator[Step[Cluster]]:
    """The step that an action comes to; none where it changes nothing, such as a timeout of a leader.

    Raises ModelError for a member or a message that is not there.
    """
    match action:
        case Deliver(sender, to):
            yield _delivered(cluster, _message(cluster, action), sender, to)
        case Lose(sender, to):
            text = f"a message from {sender} to {to} is lost"
            yield Step(Event("lost", text, (to,)), _without(cluster, _message(cluster, action)))
        case Duplicate(sender, to):
            text = f"a message from {sender} to {to} will arrive twice"
            after = replace(cluster, network=(*cluster.network, _message(cluster, action)))
            yield Step(Event("duplicated", text, (to,)), after)
        case LoseAll():
            if cluster.network:
                yield Step(Event("lost", "all that is on the way is lost"), replace(cluster, network=()))
        case Cut(one, other) | Heal(one, other):
            yield from _relinked(cluster, one, other, isinstance(action, Cut))
        case _:
            outcome = _asked(cluster.member(action.member), action, cluster.rules)
            if outcome is not None:
                yield _step(cluster, outcome)


def receive(member: Member, message: Message, rules: Rules) -> Outcome:
    """What a member makes of a message: a higher term comes first, a lower one is turned away."""
    if message.term < member.term:
        return _turned_away(member, message)
    known = member if message.term == member.term else _in_term(member, message.term)
    match message:
        case RequestVote():
            outcome = asked_for_vote(known, message, rules)
        case VoteReply():
            outcome = vote_heard(known, message, rules)
        case AppendEntries():
            outcome = entries_came(known, message, rules)
        case AppendReply():
            outcome = append_answered(known, message, rules)
    if message.term == member.term:
        return outcome
    gives_up = f" and no longer is {member.role}" if member.role != "follower" else ""
    return replace(outcome, text=f"{member.name} enters term {message.term}{gives_up}; {outcome.text}")


def _asked(member: Member, action: Action, rules: Rules) -> Outcome | None:
    match action:
        case Restart(name):
            return None if member.up else Outcome(replace(member, up=True), "restarted", f"{name} starts again")
        case Crash(name):
            return Outcome(_crashed(member, rules), "crashed", f"{name} crashes") if member.up else None
        case Propose(name) | Read(name) if not member.up:
            return Outcome(member, "refused", f"{name} does not answer: it is down")
        case TimeOut():
            return campaign(member, rules) if member.up and member.role != "leader" else None
        case Propose(_, value):
            return propose(member, value, rules)
        case Read():
            return read(member)
        case Beat(name):
            if member.up and member.role == "leader":
                return Outcome(member, "beat", f"{name} sends to its followers", broadcast(member))
    return None


def _in_term(member: Member, term: int) -> Member:
    return replace(member, term=term, vote="", role="follower", leader="", votes=frozenset(), reads=())


def _crashed(member: Member, rules: Rules) -> Member:
    vote = member.vote if rules.keeps_vote else ""
    return Member(member.name, member.peers, member.term, vote, member.log, up=False)


def _turned_away(member: Member, message: Message) -> Outcome:
    """A message of an older term: a reply tells its sender of the newer one."""
    to = (member.name, message.sender, member.term)
    text = f"{member.name} is in term {member.term} and turns away {message.sender}, which is in {message.term}"
    match message:
        case RequestVote():
            return Outcome(member, "stale", text, (VoteReply(*to, False),))
        case AppendEntries():
            return Outcome(member, "stale", text, (AppendReply(*to, False, 0),))
    return Outcome(member, "stale", text)


def _delivered(cluster: Cluster, message: Message, sender: str, to: str) -> Step[Cluster]:
    receiver, after = cluster.member(to), _without(cluster, message)
    if not (receiver.up and cluster.linked(sender, to)):
        why = "the link is cut" if receiver.up else f"{to} is down"
        return Step(Event("lost", f"a message from {sender} to {to} is lost: {why}", (to,)), after)
    return _step(after, receive(receiver, message, cluster.rules))


def _step(cluster: Cluster, outcome: Outcome) -> Step[Cluster]:
    after = cluster.having(outcome.member)
    after = replace(after, network=(*after.network, *outcome.sent))
    return Step(Event(outcome.kind, outcome.text, (outcome.member.name,)), after)


def _message(cluster: Cluster, action: Deliver | Lose | Duplicate) -> Message:
    ways = cluster.under_way(cluster.member(action.sender).name, cluster.member(action.to).name)
    if not -len(ways) <= action.nth < len(ways):
        way = f"from {action.sender} to {action.to}"
        raise ModelError(f"no message {action.nth} is on the way {way}: there are {len(ways)}, counted from 0")
    return ways[action.nth]


def _without(cluster: Cluster, message: Message) -> Cluster:
    n = cluster.network.index(message)
    return replace(cluster, network=(*cluster.network[:n], *cluster.network[n + 1 :]))


def _relinked(cluster: Cluster, one: str, other: str, cuts: bool) -> Iterator[Step[Cluster]]:
    way = link(cluster.member(one).name, cluster.member(other).name)
    if one == other:
        raise ModelError(f"{one} needs no link to itself: name two members")
    cut = cluster.cut | {way} if cuts else cluster.cut - {way}
    if cut != cluster.cut:
        kind, words = ("cut", "is cut") if cuts else ("healed", "passes messages again")
        yield Step(Event(kind, f"the link between {one} and {other} {words}", way), replace(cluster, cut=cut))
