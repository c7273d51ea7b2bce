"""Questions as practice asks them: in an order of their own, and a generated one in variants that a number names.

The seed is the same for everybody and no exam's: who knows it learns nothing of an exam, and a practice notebook needs
to name none.
"""

from dataclasses import replace

from vlearn.errors import BankError
from vlearn.exams.collect import collect
from vlearn.exams.stream import stream
from vlearn.questions.bank import Bank
from vlearn.questions.model import Question
from vlearn.questions.notation import amount
from vlearn.questions.shuffle import shuffled

SEED = 1


def in_practice_order(question: Question) -> Question:
    """The question with its options and items in the order that every practice of it has."""
    return shuffled(question, stream(SEED, question.id, "practice"))


def practice_question(bank: Bank, id: str) -> Question:
    """The question that this id names in a collection; `ID-v2` is the second variant of a generated one.

    Raises BankError where the bank has no such question, or not so many variants of it.
    """
    base, _, number = id.rpartition("-v")
    if id in bank or base not in bank or not number.isdecimal():
        base, number = id, "1"
    alone = Bank((replace(bank[base], needs=()),))
    made = collect(alone, base, variants=int(number), seed=SEED).questions
    found = next((question for question in made if id in (question.id, base)), None)
    if found is None:
        told = amount(len(made) if bank[base].generator else 0, "variant{s}")
        raise BankError(f"the question {base!r} has {told}, so there is no {id!r}")
    return in_practice_order(found)
