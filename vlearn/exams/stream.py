"""A stream of random numbers for each purpose, so that adding one question to a bank does not disturb the others."""

import json
from hashlib import sha256
from random import Random


def stream(seed: int, *purpose: str) -> Random:
    """A generator seeded with SHA-256 of the seed and the purpose: the same on every machine and in every process."""
    return Random(int.from_bytes(sha256(json.dumps([seed, *purpose]).encode()).digest(), "big"))
