"""Months of changes to servers in three ways: by hand, by configuration management, and by replacing them."""

from collections.abc import Iterator, Mapping
from random import Random

from vlearn.errors import ModelError
from vlearn.sim.delivery.servers import Action, Converge, Declare, Patch, Rebuild, Servers, operate
from vlearn.trace import run

KEYS = ("php", "tls", "kernel")
WAYS = ("by hand", "configuration management", "replaced")
EVERY = 3
"""After so many changes somebody mends one server at night, and writes nothing down."""


def kinds_left(servers: int, changes: int, missed: int, seed: int = 1) -> Mapping[str, tuple[int, ...]]:
    """By way: how many kinds of server there are at first and after each change, of which each misses so many servers.

    All ways meet the same misses and the same mends.
    """
    if not 0 <= missed <= servers:
        raise ModelError(f"a change misses 0 to {servers} of {servers} servers, not {missed}")
    found: dict[str, tuple[int, ...]] = {}
    for way in WAYS:
        rng, state = Random(seed), Servers.of(servers, **dict.fromkeys(KEYS, "0"))
        kinds = [state.kinds]
        for number in range(1, changes + 1):
            lost, mended = tuple(rng.sample(range(servers), missed)), rng.randrange(servers)
            state = run(operate, state, _acts(way, number, servers, lost, mended)).final
            kinds.append(state.kinds)
        found[way] = tuple(kinds)
    return found


def _acts(way: str, number: int, servers: int, lost: tuple[int, ...], mended: int) -> Iterator[Action]:
    key, value = KEYS[number % len(KEYS)], str(number)
    if number % EVERY == 0:
        yield Patch("debug", value, (mended,))
    if way == "by hand":
        yield Patch(key, value, tuple(n for n in range(servers) if n not in lost))
        return
    yield Declare(key, value)
    yield Rebuild() if way == "replaced" else Converge(lost)
