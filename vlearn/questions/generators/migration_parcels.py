"""A question whose key is what Internet Suspend/Resume moves: a user works at two hosts in turn."""

from fractions import Fraction
from itertools import pairwise
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric
from vlearn.sim.migration.suspend_resume import ParcelAction, ResumeAt, SuspendHere, Work, carry, parcel
from vlearn.trace import run

HOSTS = ("home", "the office", "the library")


def chunks_fetched(rng: Random) -> Posed:
    """How many chunks does a host fetch that has had the machine before?"""
    chunks = rng.choice((16, 20, 24, 32))
    stays = _stays(rng)
    actions: list[ParcelAction] = []
    rows = []
    for number, (host, following) in enumerate(pairwise(stays), 1):
        first, count = rng.randrange(chunks - 7), rng.randrange(2, 7)
        rows.append((str(number), host, f"{first} to {first + count - 1}"))
        actions += [Work(tuple(range(first, first + count))), SuspendHere(), ResumeAt(following)]
    steps = run(carry, parcel(chunks, HOSTS, stays[0]), actions).steps
    fetched = steps[-1].state.fetched - steps[-2].state.fetched
    prompt = Text(
        f"A machine of {chunks} chunks, numbered from 0, has been nowhere but at {stays[0]}. Now it is carried around"
        " by Internet Suspend/Resume: on suspend, the server gets the chunks that have changed; on resume, a host"
        " fetches the chunks that it lacks or has in an old version, and keeps them. At each stay the user changes some"
        f" chunks, and then suspends the machine. After the last stay below it is resumed at {stays[-1]}. How"
        " many chunks does that resume fetch?"
    )
    table = Table(("Stay", "Where", "Changes chunks"), tuple(rows))
    told = "\n".join(f"{n}. {step.event.text}" for n, step in enumerate(steps, 1))
    moral = "A host that had the machine fetches each chunk that was changed elsewhere since, once."
    return Posed((prompt, table), Numeric(Fraction(fetched), unit="chunks"), (Text(f"{told}\n\n{moral}"),))


def _stays(rng: Random) -> list[str]:
    """Five hosts, no two in a row the same; the last has had the machine before, and two stays lie in between."""
    while True:
        stays = rng.choices(HOSTS, k=5)
        if all(a != b for a, b in pairwise(stays)) and stays[-1] in stays[:2] and stays[-1] not in stays[2:4]:
            return stays
