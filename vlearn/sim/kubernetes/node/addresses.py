"""The addresses of pods on one node, from the range that the cluster has given it.

Source: the plug-in host-local of CNI: the next address after the last one given, round and round. The first is the
bridge's own.
"""

from dataclasses import dataclass, field

from immutables import Map

FIRST, LAST = 2, 254


@dataclass(frozen=True, slots=True)
class Addresses:
    """Whose the last bytes are that are taken, and the one that was given last."""

    taken: Map[int, str] = field(default_factory=Map)
    last: int = FIRST - 1

    def given(self, uid: str) -> "tuple[Addresses, int | None]":
        """The next free one, given to a pod; None where all are taken."""
        number = self.last
        for _ in range(FIRST, LAST + 1):
            number = number + 1 if number < LAST else FIRST
            if number not in self.taken:
                return Addresses(self.taken.set(number, uid), number), number
        return self, None

    def freed(self, address: str, uid: str) -> "Addresses":
        """Without the one that this pod has, if it has any and it still is this pod's."""
        number = int(address.rpartition(".")[2] or 0)
        return Addresses(self.taken.delete(number), self.last) if self.taken.get(number) == uid else self


FREE = Addresses()
