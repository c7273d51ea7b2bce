"""The four messages of Raft: two requests and their replies. Each carries the term of its sender.

etcd sends heartbeats as a message of their own; here they are AppendEntries, as in the paper.
"""

from dataclasses import dataclass
from typing import TypeAlias

from vlearn.sim.kubernetes.raft.log import Log


@dataclass(frozen=True, slots=True)
class RequestVote:
    """A candidate asks for a vote, and says where its log ends."""

    sender: str
    to: str
    term: int
    last_index: int
    last_term: int

    def __str__(self) -> str:
        return f"asks for a vote in term {self.term} (log ends at index {self.last_index}, term {self.last_term})"


@dataclass(frozen=True, slots=True)
class VoteReply:
    """The answer to RequestVote."""

    sender: str
    to: str
    term: int
    granted: bool

    def __str__(self) -> str:
        return f"{'votes for it' if self.granted else 'refuses its vote'} in term {self.term}"


@dataclass(frozen=True, slots=True)
class AppendEntries:
    """A leader's entries behind `prev_index`, none in a heartbeat; `read_round` is what a read waits to hear back."""

    sender: str
    to: str
    term: int
    prev_index: int
    prev_term: int
    entries: Log
    commit: int
    read_round: int = 0

    def __str__(self) -> str:
        what = ", ".join(map(str, self.entries)) or "a heartbeat"
        return f"sends {what} behind index {self.prev_index}, commit {self.commit}, in term {self.term}"


@dataclass(frozen=True, slots=True)
class AppendReply:
    """The answer to AppendEntries: the last index that is now the same, or the highest that still may be."""

    sender: str
    to: str
    term: int
    success: bool
    index: int
    read_round: int = 0

    def __str__(self) -> str:
        return f"{'has the entries up to' if self.success else 'refuses; try behind'} index {self.index}"


Message: TypeAlias = RequestVote | VoteReply | AppendEntries | AppendReply
