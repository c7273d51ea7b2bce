"""What is due in a run with a clock, and when: etcd's timers, messages on their way, clients that wait.

etcd's defaults: a heartbeat every 100 ms, an election timeout that each member draws anew from 1000 to 1999 ms. A
request that is not done after 5 s and two election timeouts gets an error. Sources: etcd documentation, Tuning; etcd
server/config (ReqTimeout).
"""

from collections import Counter
from dataclasses import dataclass, field
from heapq import heappush
from random import Random
from typing import TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.raft.actions import Action
from vlearn.sim.kubernetes.raft.log import Entry
from vlearn.sim.kubernetes.raft.messages import Message
from vlearn.sim.kubernetes.raft.state import Member

HEARTBEAT, ELECTION = 100, 1000
REQUEST = 5000 + 2 * ELECTION


@dataclass(frozen=True, slots=True)
class Network:
    """How long a message takes in whole milliseconds, from and to, and the shares that are lost or arrive twice."""

    delay: tuple[int, int] = (1, 10)
    lost: float = 0.0
    twice: float = 0.0

    def __post_init__(self) -> None:
        if not 0 <= self.delay[0] <= self.delay[1]:
            raise ModelError(f"a delay from {self.delay[0]} to {self.delay[1]} ms cannot be: give the smaller first")
        for share in (self.lost, self.twice):
            if not 0 <= share <= 1:
                raise ModelError(f"{share} of all messages cannot be: a share lies between 0 and 1")


@dataclass(frozen=True, slots=True)
class Timer:
    """A member's timer runs out, unless it has been set anew since."""

    member: str
    number: int


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message arrives, or gets lost, or will come once more."""

    message: Message
    lost: bool
    twice: bool


@dataclass(frozen=True, slots=True)
class Deadline:
    """A client has an answer by now, or gets an error: it waits for an entry at an index, or for a round of reads."""

    member: str
    index: int
    entry: Entry | None


Due: TypeAlias = Action | Timer | Arrival | Deadline


@dataclass(slots=True)
class Agenda:
    """What is due and when, and the reads without an answer: of one run, and thrown away with it."""

    random: Random
    network: Network
    due: list[tuple[int, int, Due]] = field(default_factory=list)
    timers: Counter[str] = field(default_factory=Counter)
    reading: set[tuple[str, int]] = field(default_factory=set)
    entered: int = 0

    def enter(self, time: int, what: Due) -> None:
        """At this time, after what is entered for it already."""
        self.entered += 1
        heappush(self.due, (time, self.entered, what))

    def set_timer(self, now: int, member: Member) -> None:
        """A leader's to its next heartbeat, any other's to the election that it will call."""
        self.timers[member.name] += 1
        wait = HEARTBEAT if member.role == "leader" else self.random.randrange(ELECTION, 2 * ELECTION)
        self.enter(now + wait, Timer(member.name, self.timers[member.name]))

    def send(self, now: int, message: Message) -> None:
        """Draw when a message arrives and what becomes of it."""
        lost, twice = (self.random.random() < share for share in (self.network.lost, self.network.twice))
        self.enter(now + self.random.randint(*self.network.delay), Arrival(message, lost, twice))
