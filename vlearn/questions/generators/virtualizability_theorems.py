"""Questions whose key is what the theorems say of an instruction set that was put together at random."""

from random import Random
from typing import Literal

from vlearn.blocks import Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.generators.virtualizability_classes import in_words, kinds_of
from vlearn.questions.generators.virtualizability_scenes import (
    HARMLESS,
    TAKING,
    TELLING,
    Made,
    alike,
    described,
    drawn,
    guarded,
    named,
    table,
    verdict,
)
from vlearn.questions.model import MultipleChoice, Option, SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.virtualizability.evidence import evidence, examine
from vlearn.views.popek_goldberg_evidence import draw_evidence

PLAIN, HYBRID = "Theorem 1 promises one, a plain monitor", "Theorem 3 alone promises one, a hybrid monitor"
SILENT, NEVER = "No theorem promises one, and none rules it out", "No theorem promises one, hence none can be built"
PROMISES = (PLAIN, HYBRID, SILENT)
SET = 5


def holes(made: Made) -> bool:
    """Whether it breaks the condition of Theorem 1."""
    return bool(verdict(made).holes)


def user_holes(made: Made) -> bool:
    """Whether it breaks the condition of Theorem 3 as well."""
    return bool(verdict(made).user_holes)


def promise(instructions: list[Made]) -> str:
    """The most that the theorems promise for a set."""
    return SILENT if any(map(user_holes, instructions)) else HYBRID if any(map(holes, instructions)) else PLAIN


def _sound(rng: Random) -> Made:
    """An instruction that breaks no condition."""
    sensitive = tuple({**TELLING, **TAKING})
    return alike(rng.choice(tuple(HARMLESS))) if rng.random() < 1 / 3 else guarded(rng.choice(sensitive))


def _such(rng: Random, promised: str) -> Made:
    """A drawn instruction which alone makes the theorems promise this."""
    while promise([made := drawn(rng)]) != promised:
        pass
    return made


def which_theorem(rng: Random) -> Posed:
    """What is the most that the theorems promise for a drawn set?"""
    right = rng.choice(PROMISES)
    made = [_sound(rng) for _ in range(SET)]
    if right != PLAIN:
        made[rng.randrange(SET)] = _such(rng, right)
    instructions = named(rng, made)
    broken = [f"`{name}`" for name, one in instructions.items() if holes(one)]
    worse = [f"`{name}`" for name, one in instructions.items() if user_holes(one)]
    wrong = {
        PLAIN: f"{', '.join(broken)} is sensitive and not privileged, so the condition of Theorem 1 fails.",
        HYBRID: f"{', '.join(worse)} is user sensitive and not privileged, so the condition of Theorem 3 fails."
        if worse
        else "Every sensitive instruction is privileged: Theorem 1 promises more.",
        SILENT: "No user-sensitive instruction is without its trap. Look at what each does in user mode.",
        NEVER: "The conditions are sufficient, not necessary: from one that fails nothing follows.",
    }
    options, correct = distractors(rng, right, [(text, why) for text, why in wrong.items() if text != right], 3)
    prompt = (
        Text(
            f"{described(instructions)}\n\nThose of its instructions that the table leaves out are innocuous. What is"
            " the most that the theorems of Popek and Goldberg promise about a monitor for it?"
        ),
        table(instructions),
    )
    found = ". ".join(f"`{name}`: {_classes(one)}" for name, one in instructions.items())
    solution = Text(
        f"What the classifier finds: {found}. Sensitive and not privileged: {', '.join(broken) or 'none'}. User"
        f" sensitive and not privileged: {', '.join(worse) or 'none'}. {right}."
    )
    replay = Replay(examine, evidence("the machine", instructions), tuple(instructions), draw_evidence)
    return Posed(prompt, SingleChoice(options, correct), (solution,), replay)


def find_breakers(rng: Random, theorem: Literal["1", "3"] = "1") -> Posed:
    """Which instructions of a drawn set break the condition of the theorem?"""
    breaks = holes if theorem == "1" else user_holes
    made = [_such(rng, rng.choice((HYBRID, SILENT)) if theorem == "1" else SILENT), _such(rng, PLAIN)]
    made += [_such(rng, HYBRID) if theorem == "3" else _sound(rng), drawn(rng), drawn(rng)]
    rng.shuffle(made)
    instructions = named(rng, made)
    kind = "sensitive" if theorem == "1" else "user-sensitive"
    options = tuple(Option(f"`{name}`", _feedback(one, theorem)) for name, one in instructions.items())
    right = frozenset(n for n, one in enumerate(made) if breaks(one))
    prompt = (
        Text(
            f"{described(instructions)}\n\nWhich of the instructions in the table break the condition of Popek and"
            f" Goldberg's Theorem {theorem}, that every {kind} instruction is privileged? Choose all that apply; memory"
            " traps are left aside."
        ),
        table(instructions),
    )
    listed = ", ".join(options[n].text for n in sorted(right))
    replay = Replay(examine, evidence("the machine", instructions), tuple(instructions), draw_evidence)
    solution = Text(f"The classifier finds {kind} and not privileged: {listed}.")
    return Posed(prompt, MultipleChoice(options, right), (solution,), replay)


def _classes(made: Made) -> str:
    found = verdict(made)
    return in_words(found.privileged, kinds_of(found)) + ", in user mode too" * found.user_sensitive


def _feedback(made: Made, theorem: str) -> str:
    found = verdict(made)
    classes = in_words(found.privileged, kinds_of(found)).capitalize()
    if theorem == "1" or found.innocuous or found.privileged:
        return f"{classes}."
    where = "in user mode too" if found.user_sensitive else "but not by states in user mode alone"
    return f"{classes}, {where}."
