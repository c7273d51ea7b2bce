"""Questions whose key is how a copy of a virtual machine goes wrong that forgot a part: run beside its original."""

from collections.abc import Iterator, Sequence
from dataclasses import fields
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.forms import listed
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Classification, SingleChoice
from vlearn.sim.datacenter.isolation.encapsulation import PARTS, Machine, copied, differences, work
from vlearn.trace import run

WATCHED = 6
"""Rounds after which a copy that has not departed is said never to."""
CHAIN = ("configuration", "registers", "memory", "devices")
"""Parts from which others are computed."""
ALONG = (*CHAIN, "disk", "clock")
"""All parts, each after the one that it is computed from."""
FROM_THE_START, NEVER = "from the start", "never"


def when_a_copy_departs(rng: Random) -> Posed:
    """After how many rounds does each part of the copy differ from the original?"""
    machine = _drawn(rng)
    while True:
        forgotten = rng.sample(list(PARTS), rng.choice((1, 1, 2)))
        first = {part: _first(machine, forgotten, part) for part in PARTS}
        if len(set(first.values())) > 2:
            break
    labels = sorted({*first.values(), 0, 1, WATCHED + 1})
    items = rng.sample(list(PARTS), len(PARTS))
    answer = Classification(
        tuple(map(_label, labels)), tuple(items), tuple(labels.index(first[item]) for item in items)
    )
    prompt = Text(
        f"{_setting(machine)} A copy forgets {listed([f'the {part}' for part in forgotten])}: it has 0 there, and all"
        " else as the original. Both machines then work side by side. After which round does each part of the copy"
        " first differ from that of the original?"
    )
    return Posed((prompt, _rule()), answer, (_told(machine, forgotten, max(n for n in labels if n <= WATCHED)),))


def what_was_forgotten(rng: Random) -> Posed:
    """Which one part did a copy forget, by what the two machines hold after some rounds?"""
    machine, rounds = _drawn(rng), rng.choice((1, 2, 3))
    part = rng.choice((*CHAIN, *CHAIN, "disk", "clock"))
    original, copy = (run(work, one, range(rounds)).final for one in (machine, copied(machine, set(PARTS) - {part})))
    unlike = differences(machine, set(PARTS) - {part}, rounds)
    wrong = [(_named(other), _why_not(other, unlike)) for other in rng.sample(list(PARTS), len(PARTS))]
    wrong.sort(key=lambda pair: not any(_named(other) == pair[0] for other in unlike))
    options, correct = distractors(rng, _named(part), wrong, 3)
    prompt = Text(
        f"{_setting(machine)} A copy was made that forgot one part, and began with 0 there. The second table shows both"
        f" machines after {rounds} round{'s' * (rounds > 1)} of work. Which part was forgotten?"
    )
    table = Table(
        ("Machine", *PARTS), tuple((name, *_values(one)) for name, one in (("original", original), ("copy", copy)))
    )
    words = (
        f"They differ in {listed([one for one in ALONG if one in unlike])}. What is computed from a wrong part becomes"
        " wrong in the next round, and so on along the chain from configuration through registers, memory and devices"
        f" to disk; the clock stands apart. {_first_of(part)}: **{part}** ({PARTS[part]})."
    )
    return Posed((prompt, _rule(), table), SingleChoice(options, correct), (Text(words),))


def _drawn(rng: Random) -> Machine:
    """No part holds 0, which is what a forgotten one holds."""
    return Machine(rng.choice((1, 2, 4)), *(rng.randrange(5, 60) for _ in range(len(PARTS) - 1)))


def _values(machine: Machine) -> Iterator[str]:
    return (str(getattr(machine, part)) for part in PARTS)


def _first(machine: Machine, forgotten: Sequence[str], part: str) -> int:
    """The first round after which a part differs; more than WATCHED for never."""
    taken = set(PARTS) - set(forgotten)
    return next((n for n in range(WATCHED + 1) if part in differences(machine, taken, n)), WATCHED + 1)


def _label(first: int) -> str:
    return FROM_THE_START if not first else NEVER if first > WATCHED else f"after round {first}"


def _setting(machine: Machine) -> str:
    values = ", ".join(f"{part} {value}" for part, value in zip(PARTS, _values(machine), strict=True))
    return (
        "A virtual machine in the small, made up for this exercise, has a number for each part of its state:"
        f" {values}. In each round of work it computes as the table says, each part from what the parts held before the"
        " round."
    )


def _rule() -> Table:
    added = {"registers": "configuration", "memory": "registers", "devices": "memory", "disk": "devices"}
    steps = {"configuration": "stays as it is", "clock": "grows by 1"}
    rows = ((part.name, steps.get(part.name) or f"grows by what {added[part.name]} held") for part in fields(Machine))
    return Table(("Part", "In each round"), tuple(rows))


def _named(part: str) -> str:
    return f"The {part}"


def _first_of(part: str) -> str:
    """How the forgotten part is told from those that became wrong because of it."""
    if part == "clock":
        return "Nothing is computed from it, and it is computed from nothing, so it was forgotten itself"
    return "So the forgotten part is the first of those that differ, along the chain"


def _why_not(part: str, unlike: Sequence[str]) -> str:
    if part in unlike:
        return "It differs now, but only because it is computed from another part that is wrong."
    return "The two machines agree in it, and nothing could have put it right."


def _told(machine: Machine, forgotten: Sequence[str], rounds: int) -> Text:
    taken = set(PARTS) - set(forgotten)
    lines = "\n".join(
        f"- after {n} round{'s' * (n != 1)}: {', '.join(differences(machine, taken, n))}" for n in range(rounds + 1)
    )
    return Text(
        f"What differs:\n\n{lines}\n\nOne part that is missing goes from part to part through all that is computed from"
        " it, and what looks right at first is wrong a little later. So a copy that is to resume needs all parts."
    )
