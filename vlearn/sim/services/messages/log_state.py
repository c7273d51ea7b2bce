"""What a partitioned log holds, and what may be done to it: the state and the actions of `log`."""

from dataclasses import dataclass
from typing import TypeAlias

from immutables import Map

from vlearn.errors import ModelError


@dataclass(frozen=True, slots=True)
class Record:
    """A record and where it lies."""

    partition: int
    offset: int
    key: str | None
    value: str


@dataclass(frozen=True, slots=True)
class Group:
    """Members and their partitions; `committed` and `positions` are next offsets by partition; `generation` counts."""

    members: tuple[str, ...] = ()
    assigned: Map[str, tuple[int, ...]] = Map()  # noqa: RUF009 (immutable)
    committed: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    generation: int = 0


@dataclass(frozen=True, slots=True)
class Log:
    """Partitions, groups by name, and every record that was polled, by whom: `seen` is (group, member, record)."""

    partitions: tuple[tuple[Record, ...], ...]
    groups: Map[str, Group] = Map()  # noqa: RUF009 (immutable)
    seen: tuple[tuple[str, str, Record], ...] = ()

    @classmethod
    def empty(cls, partitions: int) -> "Log":
        """A new topic."""
        if partitions < 1:
            raise ModelError(f"a topic has at least 1 partition, not {partitions}")
        return cls(((),) * partitions)

    def group(self, name: str) -> Group:
        """The group; a new one begins at the earliest record (auto.offset.reset=earliest)."""
        none = (0,) * len(self.partitions)
        return self.groups.get(name, Group(committed=none, positions=none))

    def lag(self, name: str) -> int:
        """Records that the group has not committed yet."""
        return sum(map(len, self.partitions)) - sum(self.group(name).committed)


@dataclass(frozen=True, slots=True)
class Send:
    """A producer appends; without a key, to the shortest partition (Kafka's stays with one for a whole batch)."""

    value: str
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """A consumer joins a group."""

    group: str
    member: str


@dataclass(frozen=True, slots=True)
class Leave:
    """It leaves, or dies: what it polled and did not commit is not lost, only unread again."""

    group: str
    member: str


@dataclass(frozen=True, slots=True)
class Poll:
    """A member takes up to `most` next records of its partitions, those with the lowest number first."""

    group: str
    member: str
    most: int = 1

    def __post_init__(self) -> None:
        if self.most < 1:
            raise ModelError(f"a poll takes 1 record or more, not {self.most}")


@dataclass(frozen=True, slots=True)
class Commit:
    """A member commits all that it has polled."""

    group: str
    member: str


LogAction: TypeAlias = Send | Join | Leave | Poll | Commit
