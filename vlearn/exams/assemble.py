"""Choosing an exam's questions from a bank: exactly what the blueprint demands, and another choice for every seed.

Among all choices that meet the blueprint the solver takes the one of greatest worth, where each question is worth its
points times a random number of its own, another in every section and on every form of different questions. So large
questions have no advantage over small ones, and the winner does not depend on how the solver searches: in a bank of a
thousand, ties come up once in a thousand seeds at the most (isolation lemma; Mulmuley, Vazirani and Vazirani, 1987).
Forms of different questions are chosen in one program, so that together, too, they are the best there are.
"""

from collections.abc import Iterator, Sequence
from math import lcm

from vlearn.errors import BlueprintError, did_you_mean
from vlearn.exams.blueprint import Blueprint
from vlearn.exams.choice import Choice
from vlearn.exams.demand import Grid
from vlearn.exams.demands import demands, grid_of
from vlearn.exams.infeasible import explain
from vlearn.exams.solve import NODES, NoProofError, optimum
from vlearn.exams.stream import stream
from vlearn.questions.bank import Bank
from vlearn.questions.entry import Entry
from vlearn.questions.faults import Where


def assemble(blueprint: Blueprint, bank: Bank, seed: int) -> Choice:
    """The questions of one form. Raises BlueprintError that says what cannot be met and why."""
    (choice,) = _chosen(blueprint, bank, seed, ("",))
    return choice


def assemble_forms(blueprint: Blueprint, bank: Bank, seed: int) -> tuple[Choice, ...]:
    """The questions of every form: of all the same, or with `parallel` of each its own. Raises as `assemble` does."""
    names = blueprint.names
    if blueprint.parallel is None or len(names) == 1:
        return (assemble(blueprint, bank, seed),) * len(names)
    return _chosen(blueprint, bank, seed, names)


def _chosen(blueprint: Blueprint, bank: Bank, seed: int, names: Sequence[str]) -> tuple[Choice, ...]:
    """The best choices for so many forms together."""
    candidates, together = _candidates(blueprint, bank), len(names) > 1
    grid = grid_of(blueprint, len(candidates), len(names))
    wanted, worth = demands(blueprint, candidates, len(names)), _worth(blueprint, candidates, seed, names, grid)
    nodes = NODES if together else None
    try:
        if (columns := optimum(wanted, worth, nodes)) is None:
            if together:
                assemble(blueprint, bank, seed)  # where not even one form can be had, that is what to tell
            raise BlueprintError(explain(blueprint, wanted, grid, nodes))
    except NoProofError as error:
        if not together:
            raise
        raise NoProofError(
            f"{blueprint.at(('parallel',))}the search for {len(names)} forms ended without a proof that they are the "
            f"best, or of what keeps them from being: allow more in `parallel`, or name fewer forms"
        ) from error
    return tuple(
        Choice(
            tuple(tuple(candidates[i] for i in grid.chosen(columns, section, form)) for section in range(grid.sections))
        )
        for form in range(grid.forms)
    )


def _worth(blueprint: Blueprint, candidates: Sequence[Entry], seed: int, names: Sequence[str], grid: Grid) -> list[int]:
    """The worth of every column; that two forms share a question is worth nothing."""
    worth, scale = [0] * grid.columns, lcm(*(entry.points.denominator for entry in candidates))
    for f, name in enumerate(names):
        for s in range(grid.sections):
            # An exam of one form without sections keeps the streams that it had before there were any.
            place = (f"section {s + 1}",) * bool(blueprint.sections) + (f"form {name}",) * (len(names) > 1)
            for i, entry in enumerate(candidates):
                drawn = stream(seed, "choice", entry.id, *place).getrandbits(20)
                worth[grid.column(i, s, f)] = int(entry.points * scale) * (1 + drawn)
    return worth


def _candidates(blueprint: Blueprint, bank: Bank) -> tuple[Entry, ...]:
    """The entries that the blueprint leaves to choose from, once every id that it names is known to be right."""
    chapter = {entry.id: entry.chapter for entry in bank}
    for where, id in _named(blueprint):
        at, field = blueprint.at(where), where[0]
        if id not in chapter:
            hint = did_you_mean(id, chapter) if chapter else "; the bank is empty"
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
