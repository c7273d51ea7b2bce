"""Prime and probe: a virtual machine reads a neighbour's secret from the cache that both of them share.

The attacker fills every set with its own lines (prime), lets the victim run, and times its lines again (probe): where
one takes long, the victim has been. The victim looks something up at a place that depends on a bit of its secret, as
careless cryptography does. No rule of the monitor is broken; no memory is shared. Sources: Osvik, Shamir and Tromer,
"Cache attacks and countermeasures", CT-RSA 2006; Ristenpart et al., "Hey, you, get off of my cloud", CCS 2009.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from types import MappingProxyType
from typing import Literal, TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.datacenter.isolation.cache import HIT, MISS, Cache
from vlearn.trace import Event, Step

Guess: TypeAlias = Literal[0, 1] | None
TABLE = (2, 5)
"""The lines that the victim looks up for a bit of 0 and of 1."""
VOTES: Mapping[Guess, int] = MappingProxyType({None: 0, 0: -1, 1: 1})
"""What a guess counts when rounds are added up: for 1, against it, or nothing."""


@dataclass(frozen=True, slots=True)
class Attack:
    """The cache, the victim's secret and how far it has got, and what the attacker has measured and guessed.

    `careful` is whether the victim reads both lines whatever the bit; `slow` are the sets that the last probe found.
    """

    cache: Cache
    secret: tuple[int, ...]
    careful: bool = False
    done: int = 0
    slow: tuple[int, ...] = ()
    guesses: tuple[Guess, ...] = ()


@dataclass(frozen=True, slots=True)
class Prime:
    """The attacker loads its own lines into all the ways that it can get of every set."""


@dataclass(frozen=True, slots=True)
class Work:
    """The victim uses the next bit of its secret, and besides loads these lines, which have nothing to do with it."""

    others: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Probe:
    """The attacker loads its lines again, times them, and guesses the bit."""


Move: TypeAlias = Prime | Work | Probe


def attack(state: Attack, move: Move) -> Iterator[Step[Attack]]:
    """One move of either side."""
    match move:
        case Prime():
            cache, _ = _fill(state.cache)
            text = f"the attacker fills {cache.room} ways of each of {len(cache.sets)} sets with its own lines"
            yield Step(Event("prime", text, ("cache",)), replace(state, cache=cache))
        case Work(others):
            yield _work(state, others)
        case Probe():
            cache, slow = _fill(state.cache)
            guess = _guess(slow, len(cache.sets))
            text = f"slow in {', '.join(f'set {n}' for n in slow) or 'no set'}: the attacker guesses " + (
                "nothing" if guess is None else str(guess)
            )
            after = replace(state, cache=cache, slow=slow, guesses=(*state.guesses, guess))
            yield Step(Event("probe", text, tuple(f"set[{n}]" for n in slow)), after)


def _work(state: Attack, others: Sequence[int]) -> Step[Attack]:
    if state.done == len(state.secret):
        raise ModelError(f"the victim has used all {len(state.secret)} bits of its secret")
    bit = state.secret[state.done]
    looked_up = TABLE if state.careful else (TABLE[bit],)
    cache = state.cache
    for line in (*looked_up, *others):
        cache, _ = cache.load("victim", line)
    lines = "both lines" if state.careful else f"line {TABLE[bit]}"
    text = f"the victim uses bit {state.done} of its secret and loads {lines} of its table"
    return Step(Event("work", text, ("cache",)), replace(state, cache=cache, done=state.done + 1))


def _fill(cache: Cache) -> tuple[Cache, tuple[int, ...]]:
    """Load the attacker's lines, newest first, so that one which has gone does not push out the next."""
    slow = []
    for index in range(len(cache.sets)):
        held = [line.number for line in reversed(cache.sets[index]) if line.owner == "attacker"]
        missing = [n * len(cache.sets) + index for n in range(cache.room)]
        times = []
        for number in (*held, *(n for n in missing if n not in held)):
            cache, cycles = cache.load("attacker", number)
            times.append(cycles)
        if max(times) > (HIT + MISS) // 2:
            slow.append(index)
    return cache, tuple(slow)


def _guess(slow: Sequence[int], sets: int) -> Guess:
    zero, one = (line % sets in slow for line in TABLE)
    return None if zero == one else 1 if one else 0


def spy(
    cache: Cache, secret: Sequence[int], rng: Random, rounds: int = 1, noise: int = 0, careful: bool = False
) -> tuple[Guess, ...]:
    """The secret as the attacker has it after so many rounds, bit by bit by majority; None where it knows nothing.

    In each round the victim also loads `noise` lines at random.
    """
    if set(secret) - {0, 1} or rounds < 1 or noise < 0:
        raise ModelError(f"bits are 0 or 1, rounds 1 or more, noise 0 or more; not {secret}, {rounds}, {noise}")
    votes = [0] * len(secret)
    for _ in range(rounds):
        state = Attack(cache, tuple(secret), careful)
        for bit in range(len(secret)):
            others = tuple(rng.randrange(len(cache.sets)) for _ in range(noise))
            for move in (Prime(), Work(others), Probe()):
                (step,) = attack(state, move)
                state = step.state
            votes[bit] += VOTES[state.guesses[-1]]
    return tuple(None if vote == 0 else 1 if vote > 0 else 0 for vote in votes)


def known(secret: Sequence[int], guesses: Sequence[Guess]) -> float:
    """The share of the bits that were guessed, and rightly."""
    return sum(bit == guess for bit, guess in zip(secret, guesses, strict=True)) / max(1, len(secret))
