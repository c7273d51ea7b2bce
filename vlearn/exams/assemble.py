"""Choosing an exam's questions from a bank: exactly what the blueprint demands, and another choice for every seed.

Among all choices that meet the blueprint the solver takes the one of greatest worth, where each question is worth its
points times a random number of its own. So large questions have no advantage over small ones, and the winner does not
depend on how the solver searches: in a bank of a thousand, ties come up once in a thousand seeds at the most (isolation
lemma; Mulmuley, Vazirani and Vazirani, 1987).
"""

from collections.abc import Iterator
from math import lcm

from vlearn.errors import BlueprintError, did_you_mean
from vlearn.exams.blueprint import Blueprint
from vlearn.exams.demands import demands
from vlearn.exams.infeasible import explain
from vlearn.exams.solve import optimum
from vlearn.exams.stream import stream
from vlearn.questions.bank import Bank
from vlearn.questions.entry import Entry
from vlearn.questions.faults import Where


def assemble(blueprint: Blueprint, bank: Bank, seed: int) -> tuple[Entry, ...]:
    """The chosen entries in the order of the bank. Raises BlueprintError that says what cannot be met and why."""
    candidates = _candidates(blueprint, bank)
    wanted = demands(blueprint, candidates)
    scale = lcm(*(entry.points.denominator for entry in candidates))
    worth = [int(e.points * scale) * (1 + stream(seed, "choice", e.id).getrandbits(20)) for e in candidates]
    chosen = optimum(wanted, worth)
    if chosen is None:
        raise BlueprintError(explain(blueprint, wanted, len(candidates)))
    return tuple(candidates[i] for i in chosen)


def _candidates(blueprint: Blueprint, bank: Bank) -> tuple[Entry, ...]:
    """The entries that the blueprint leaves to choose from, once every id that it names is known to be right."""
    chapter = {entry.id: entry.chapter for entry in bank}
    for where, id in _named(blueprint):
        at, field = blueprint.at(where), where[0]
        if id not in chapter:
            hint = did_you_mean(id, chapter, cutoff=0) or "; the bank is empty"
            raise BlueprintError(f"{at}{field} names {id!r}, which is not in the bank{hint}")
        if field != "must_not" and blueprint.shares and chapter[id] not in blueprint.shares:
            takes = ", ".join(blueprint.shares)
            raise BlueprintError(f"{at}{field} names {id!r} of {chapter[id]}; the blueprint takes only {takes}")
        if field == "must_have" and id in blueprint.used:
            told = f"{blueprint.used[id]!r} had it, and `not_in_last` is {blueprint.not_in_last}"
            raise BlueprintError(f"{at}must_have names {id!r}, which the ledger bars: {told}")
    barred = {*blueprint.must_not, *blueprint.used}
    return tuple(
        entry
        for entry in bank
        if entry.id not in barred and (not blueprint.shares or entry.chapter in blueprint.shares)
    )


def _named(blueprint: Blueprint) -> Iterator[tuple[Where, str]]:
    """Every question that the blueprint names, and where."""
    for n, id in enumerate(blueprint.must_have):
        yield ("must_have", n), id
    for n, id in enumerate(blueprint.must_not):
        yield ("must_not", n), id
    for n, pick in enumerate(blueprint.pick):
        for k, id in enumerate(pick.of):
            yield ("pick", n, "of", k), id
