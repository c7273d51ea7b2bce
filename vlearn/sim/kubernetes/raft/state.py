"""etcd's members, the messages under way between them and the links that are cut, as one value."""

from dataclasses import dataclass, replace
from typing import Literal

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.raft.log import Log
from vlearn.sim.kubernetes.raft.majority import quorum
from vlearn.sim.kubernetes.raft.messages import Message
from vlearn.sim.kubernetes.raft.rules import RAFT, Rules

Role = Literal["follower", "candidate", "leader"]


@dataclass(frozen=True, slots=True)
class Member:
    """One member. Term, vote and log are on its disk and survive a crash; all else begins anew with a restart.

    `next_index`, `match_index` and `rounds` are a leader's, one for each of `peers`: the next entry to send, the last
    that is known to be there, and the last round of reads that the peer has answered. `reads` are the rounds that wait,
    each with the index as of which it will be answered. (etcd keeps its commit index on disk, too; the paper does not.)
    """

    name: str
    peers: tuple[str, ...]
    term: int = 0
    vote: str = ""
    log: Log = ()
    up: bool = True
    role: Role = "follower"
    leader: str = ""
    commit: int = 0
    votes: frozenset[str] = frozenset()
    next_index: tuple[int, ...] = ()
    match_index: tuple[int, ...] = ()
    rounds: tuple[int, ...] = ()
    reads: tuple[tuple[int, int], ...] = ()
    read_round: int = 0

    @property
    def quorum(self) -> int:
        """How many members, itself included, must agree."""
        return quorum(len(self.peers) + 1)

    @property
    def committed(self) -> Log:
        """The entries that it knows to be committed, and applies."""
        return self.log[: self.commit]


@dataclass(frozen=True, slots=True)
class Cluster:
    """All members, the messages under way in the order of sending, and the links over which nothing passes."""

    members: tuple[Member, ...]
    network: tuple[Message, ...] = ()
    cut: frozenset[tuple[str, str]] = frozenset()
    rules: Rules = RAFT

    @classmethod
    def begin(cls, size: int, rules: Rules = RAFT) -> "Cluster":
        """`size` members S1, S2, ..., all followers in term 0 with empty logs. Raises ModelError below 1."""
        quorum(size)
        return cls.with_logs([()] * size, rules)

    @classmethod
    def with_logs(cls, logs: list[Log], rules: Rules = RAFT) -> "Cluster":
        """Followers that have these logs, each in the term of its last entry."""
        names = [f"S{n}" for n in range(1, len(logs) + 1)]
        terms = [log[-1].term if log else 0 for log in logs]
        members = (
            Member(name, tuple(peer for peer in names if peer != name), term, log=log)
            for name, term, log in zip(names, terms, logs, strict=True)
        )
        return cls(tuple(members), rules=rules)

    def member(self, name: str) -> Member:
        """The member of this name. Raises ModelError."""
        for member in self.members:
            if member.name == name:
                return member
        raise ModelError(f"there is no member {name!r}; there are {', '.join(each.name for each in self.members)}")

    def having(self, member: Member) -> "Cluster":
        """The cluster with this member as it is now."""
        return replace(self, members=tuple(member if each.name == member.name else each for each in self.members))

    def under_way(self, sender: str, to: str) -> tuple[Message, ...]:
        """The messages from one member to another, the oldest first."""
        return tuple(message for message in self.network if (message.sender, message.to) == (sender, to))

    def linked(self, one: str, other: str) -> bool:
        """Whether messages pass between two members, in either direction."""
        return link(one, other) not in self.cut

    @property
    def leader(self) -> Member | None:
        """Of the members that run and believe to lead, the one of the highest term: others have been replaced."""
        leaders = [member for member in self.members if member.up and member.role == "leader"]
        return max(leaders, key=lambda member: member.term, default=None)


def link(one: str, other: str) -> tuple[str, str]:
    """The name of the link between two members."""
    return (one, other) if one < other else (other, one)
