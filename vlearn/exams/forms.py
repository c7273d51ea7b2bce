"""The forms of an exam: the same entries under each name, in another order, with options shuffled and variants drawn.

Every random decision has a stream of its own, named by the seed, the form and the question. A seed gives the same forms
on every machine, and a change to one question leaves the options and variants of the others as they are.
"""

from collections.abc import Sequence

from vlearn.exams.assemble import assemble
from vlearn.exams.blueprint import Blueprint
from vlearn.exams.form import Form
from vlearn.exams.order import orders, shuffled_order
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
    entries = assemble(blueprint, bank, seed)
    taken: list[tuple[Entry, ...]] = []
    drawn: dict[str, list[Question]] = {entry.id: [] for entry in entries}
    made = []
    for name in blueprint.names:
        taken.append(_order(entries, seed, name, taken))
        for entry in entries:
            drawn[entry.id].append(_variant(entry, seed, name, drawn[entry.id]))
        questions = tuple(shuffled(drawn[e.id][-1], stream(seed, name, e.id, "options")) for e in taken[-1])
        made.append(Form(blueprint.title, name, blueprint.instructions, questions, seed))
    return tuple(made)


def _order(entries: Sequence[Entry], seed: int, form: str, taken: Sequence[tuple[Entry, ...]]) -> tuple[Entry, ...]:
    """A shuffled order that no earlier form has; any order once all of them are taken."""
    rng, many = stream(seed, form, "order"), orders(entries)
    while True:
        order = shuffled_order(entries, rng)
        if order not in taken or len(taken) >= many:
            return order


def _variant(entry: Entry, seed: int, form: str, taken: Sequence[Question]) -> Question:
    """The entry's question; of a generated one a variant that no earlier form has, if it has so many."""
    rng = stream(seed, form, entry.id, "variant")
    question = entry.make(rng)
    for _ in range(DRAWS if entry.variants > 1 else 0):
        if question not in taken:
            break
        question = entry.make(rng)
    return question
