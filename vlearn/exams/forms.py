"""The forms of an exam: the same entries under each name, in another order, with options shuffled and variants drawn.

Where a blueprint wants parallel forms, each has entries of its own instead.

Every random decision has a stream of its own, named by the seed, the form and the question. A seed gives the same forms
on every machine, and a change to one question leaves the options and variants of the others as they are.
"""

from collections import defaultdict
from collections.abc import Sequence

from vlearn.exams.arrange import Parts, arranged, headings, ways
from vlearn.exams.assemble import assemble_forms
from vlearn.exams.blueprint import Blueprint
from vlearn.exams.choice import Choice
from vlearn.exams.form import Form
from vlearn.exams.stream import stream
from vlearn.questions.bank import Bank
from vlearn.questions.entry import Entry
from vlearn.questions.model import Question
from vlearn.questions.shuffle import shuffled

DRAWS = 50
"""How often a generator is asked for a variant that no earlier form has before a repeated one is accepted."""


def forms(blueprint: Blueprint, bank: Bank, seed: int) -> tuple[Form, ...]:
    """One form for each of the blueprint's names. No two have the same order, unless there are more forms than orders.

    Raises BlueprintError where the bank cannot meet the blueprint.
    """
    taken: list[Parts] = []
    drawn = defaultdict[str, list[Question]](list)
    made = []
    for name, choice in zip(blueprint.names, assemble_forms(blueprint, bank, seed), strict=True):
        taken.append(_arranged(blueprint, choice, seed, name, taken))
        for entry in choice:
            drawn[entry.id].append(_variant(entry, seed, name, drawn[entry.id]))
        questions = tuple(
            shuffled(drawn[entry.id][-1], stream(seed, name, entry.id, "options"))
            for part in taken[-1]
            for entry in part
        )
        made.append(
            Form(
                blueprint.title,
                name,
                blueprint.instructions,
                questions,
                seed,
                sections=headings(blueprint, taken[-1]),
                print=blueprint.print,
            )
        )
    return tuple(made)


def _arranged(blueprint: Blueprint, choice: Choice, seed: int, form: str, taken: Sequence[Parts]) -> Parts:
    """An arrangement that no earlier form has; any of them once all are taken."""
    rng, many = stream(seed, form, "order"), ways(blueprint, choice)
    while True:
        parts = arranged(blueprint, choice, rng)
        if parts not in taken or len(taken) >= many:
            return parts


def _variant(entry: Entry, seed: int, form: str, taken: Sequence[Question]) -> Question:
    """The entry's question; of a generated one a variant that no earlier form has, if it has so many."""
    rng = stream(seed, form, entry.id, "variant")
    question = entry.make(rng)
    for _ in range(DRAWS if entry.variants > 1 else 0):
        if question not in taken:
            break
        question = entry.make(rng)
    return question
