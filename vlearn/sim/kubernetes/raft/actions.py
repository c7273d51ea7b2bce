"""What can happen to a cluster: timeouts, messages that arrive or get lost, crashes, cut links, clients' requests."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class TimeOut:
    """A member that has heard of no leader for its election timeout stands for election."""

    member: str


@dataclass(frozen=True, slots=True)
class Beat:
    """A leader sends each peer what it lacks, or a heartbeat."""

    member: str


@dataclass(frozen=True, slots=True)
class Propose:
    """A client asks a member to write."""

    member: str
    value: str


@dataclass(frozen=True, slots=True)
class Read:
    """A client asks a member for a linearizable read."""

    member: str


@dataclass(frozen=True, slots=True)
class Deliver:
    """A message arrives: of those on the way from one member to another the `nth`, 0 the oldest, -1 the newest."""

    sender: str
    to: str
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Lose:
    """A message gets lost."""

    sender: str
    to: str
    nth: int = 0


@dataclass(frozen=True, slots=True)
class LoseAll:
    """Everything that is on the way gets lost."""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A message will arrive once more."""

    sender: str
    to: str
    nth: int = 0


@dataclass(frozen=True, slots=True)
class Crash:
    """A member stops; its disk keeps term, vote and log."""

    member: str


@dataclass(frozen=True, slots=True)
class Restart:
    """A crashed member starts again, as a follower."""

    member: str


@dataclass(frozen=True, slots=True)
class Cut:
    """Nothing passes between two members any more; what arrives over a cut link is lost."""

    one: str
    other: str


@dataclass(frozen=True, slots=True)
class Heal:
    """Messages pass between two members again."""

    one: str
    other: str


Action: TypeAlias = (
    TimeOut | Beat | Propose | Read | Deliver | Lose | LoseAll | Duplicate | Crash | Restart | Cut | Heal
)


def partition(*groups: Iterable[str]) -> tuple[Cut, ...]:
    """Cut all links between members of different groups."""
    sides = [tuple(group) for group in groups]
    return tuple(Cut(one, other) for a, b in combinations(sides, 2) for one in a for other in b)


def election(candidate: str, voters: Iterable[str]) -> tuple[Action, ...]:
    """A member times out, and these voters hear of it and are heard; without further messages between them."""
    asked = tuple(voters)
    to = tuple(Deliver(candidate, voter, -1) for voter in asked)
    return TimeOut(candidate), *to, *(Deliver(voter, candidate, -1) for voter in asked)


def replication(leader: str, followers: Iterable[str]) -> tuple[Action, ...]:
    """A leader sends what its followers lack, and these hear of it and are heard."""
    reached = tuple(followers)
    to = tuple(Deliver(leader, follower, -1) for follower in reached)
    return Beat(leader), *to, *(Deliver(follower, leader, -1) for follower in reached)
