"""Names and uids that the API makes up: drawn from the store's seed and revision, so that a run can be repeated."""

from hashlib import blake2b
from uuid import UUID

from vlearn.sim.kubernetes.store import Store

LETTERS = "bcdfghjklmnpqrstvwxz2456789"
"""What generated names are made of: no vowels, so that no words come about, and nothing easily confused."""
LONGEST_BASE = 63 - 5
MOST_ATTEMPTS = 8
"""How many names are tried before the API gives up (since 1.32; before, it tried one)."""


def new_uid(store: Store) -> str:
    """A uid for the next object."""
    return str(UUID(bytes=_drawn(store, "uid"), version=4))


def generated_name(store: Store, base: str, attempt: int = 0) -> str:
    """The base, cut where it is too long, and five letters; other ones for another attempt."""
    drawn = _drawn(store, f"{base}/{attempt}")
    return base[:LONGEST_BASE] + "".join(LETTERS[byte % len(LETTERS)] for byte in drawn[:5])


def _drawn(store: Store, word: str) -> bytes:
    return blake2b(f"{store.seed}/{store.revision}/{word}".encode(), digest_size=16).digest()
