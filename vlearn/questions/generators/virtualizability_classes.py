"""Questions whose key is what the classifier finds of an instruction that was put together at random."""

from collections.abc import Iterator
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.generators.virtualizability_scenes import (
    NOTHING,
    TRAP,
    Made,
    described,
    drawn,
    named,
    table,
    verdict,
)
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.virtualizability import State, Verdict
from vlearn.sim.virtualizability.evidence import evidence, examine
from vlearn.sim.virtualizability.small_machine import Operation
from vlearn.views.popek_goldberg_evidence import draw_evidence

Kinds = tuple[str, ...]
SET = 4
"""Instructions of the set that is shown."""


def in_words(privileged: bool, kinds: Kinds) -> str:
    """The classes as an option has them."""
    sensitive = f"{' and '.join(kinds)} sensitive" if kinds else "innocuous"
    return f"{'privileged' if privileged else 'not privileged'}; {sensitive}"


def kinds_of(found: Verdict[Operation, State]) -> Kinds:
    """Which kinds of sensitivity have a witness."""
    each = {"control": found.control, "location": found.location or found.both, "mode": found.mode or found.both}
    return tuple(kind for kind, witness in each.items() if witness)


def _misreadings(made: Made, privileged: bool, kinds: Kinds) -> Iterator[tuple[str, str]]:
    """What a wrong classifier says, each with the misconception that it is built on."""
    traps = made.user == TRAP
    yield (
        in_words(traps, kinds),
        "This calls privileged whatever traps in user mode. It must also *not* trap in supervisor mode.",
    )
    if made.user == NOTHING:
        yield in_words(True, kinds), "This takes doing nothing in user mode for a trap. The monitor never hears of it."
    if privileged:
        yield in_words(True, ()), "This calls sensitive only what does not trap. The two have nothing to do with it."
    else:
        yield in_words(False, ()), "This overlooks a state in which it changes M or R, or a pair that tells them apart."
    swap = {"control": "location", "location": "control", "mode": "control"}
    mixed = tuple(dict.fromkeys(swap[kind] for kind in kinds))
    yield (
        in_words(privileged, mixed),
        "This mixes up control and behaviour: control sensitive is what can change M or R, location or mode sensitive"
        " what has a result that depends on them.",
    )
    if traps:
        yield (
            in_words(privileged, (*kinds, "mode") if "mode" not in kinds else kinds),
            "This counts the trap as a result that depends on the mode. A pair proves it only if neither run traps.",
        )
        yield (
            in_words(privileged, ("control", *kinds) if "control" not in kinds else kinds),
            "This counts the new PSW that a trap loads. That is the trap's doing, and the monitor's gain.",
        )
    yield (
        in_words(not privileged, kinds),
        "Compare the two columns: privileged means a trap in user mode, and none in supervisor mode.",
    )
    for kind in ("control", "location", "mode"):
        if kind not in kinds:
            yield in_words(privileged, (kind,)), f"No state or pair of states proves it {kind} sensitive."


def classify_instruction(rng: Random) -> Posed:
    """To which classes does one instruction of a drawn set belong?"""
    instructions = named(rng, [drawn(rng) for _ in range(SET)])
    name = rng.choice(tuple(instructions))
    made = instructions[name]
    found = verdict(made)
    kinds = kinds_of(found)
    right = in_words(found.privileged, kinds)
    options, correct = distractors(rng, right, _misreadings(made, found.privileged, kinds), 3)
    prompt = (
        Text(
            f"{described(instructions)}\n\nAmong its instructions are those of the table. By the definitions of Popek"
            f" and Goldberg, to which classes does `{name}` belong? Memory traps are left aside."
        ),
        table(instructions),
    )
    replay = Replay(examine, evidence("the machine", {name: made}), (name,), draw_evidence)
    return Posed(prompt, SingleChoice(options, correct), (Text(_why(name, made, found)),), replay)


def _why(name: str, made: Made, found: Verdict[Operation, State]) -> str:
    if found.privileged:
        first = f"`{name}` traps in user mode and not in supervisor mode: it is privileged."
    elif made.user == TRAP:
        first = f"`{name}` traps in supervisor mode as well: it is not privileged."
    else:
        first = f"`{name}` does not trap in user mode: it is not privileged."
    proofs = {
        "control": "a state in which it changes M or R without a trap",
        "location": "a pair of states that differ in the base alone and end in different results",
        "mode": "a pair of states that differ in the mode alone and end in different results, without a trap",
    }
    listed = "; ".join(proofs[kind] for kind in kinds_of(found))
    return f"{first} Sought in {found.states:,} states: {listed or 'no proof of any kind, so it is innocuous'}."
