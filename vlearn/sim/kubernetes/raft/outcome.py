"""What a member makes of a message, a timeout or a client's request."""

from dataclasses import dataclass

from vlearn.sim.kubernetes.raft.messages import Message
from vlearn.sim.kubernetes.raft.state import Member


@dataclass(frozen=True, slots=True)
class Outcome:
    """The member afterwards, the event in kind and words, and what it sends."""

    member: Member
    kind: str
    text: str
    sent: tuple[Message, ...] = ()
