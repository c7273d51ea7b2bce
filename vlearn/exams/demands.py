"""What a blueprint demands of an exam, each demand with its own words.

It is all that a mixed integer solver needs, and all that an instructor has to be told when it cannot be met. Two
questions are enemies if either of them says so.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from vlearn.exams.alike import alike
from vlearn.exams.blueprint import Blueprint
from vlearn.exams.demand import Demand, Grid, Row
from vlearn.exams.made_of import bounds, from_chapters, in_words, made_of
from vlearn.questions.entry import Entry

ONE = Fraction(1)


def grid_of(blueprint: Blueprint, candidates: int, forms: int = 1) -> Grid:
    """The columns of a program that chooses so many forms at once."""
    shared = blueprint.parallel is not None and blueprint.parallel.overlap > 0
    return Grid(candidates, len(blueprint.sections) or 1, forms, shared)


def demands(blueprint: Blueprint, entries: Sequence[Entry], forms: int = 1) -> tuple[Demand, ...]:
    """All that the blueprint demands of so many forms chosen among these candidates, over the columns of `grid_of`.

    A conflict is told in terms of the first.
    """
    grid, by_index = grid_of(blueprint, len(entries), forms), dict(enumerate(entries))
    together = alike(blueprint.parallel, entries, grid) if blueprint.parallel and forms > 1 else ()
    return (
        *_must_have(blueprint, entries, grid),
        *made_of(blueprint, blueprint.points, by_index, grid),
        *_picks(blueprint, by_index, grid),
        *_sections(blueprint, by_index, grid),
        *together,
        *_enemies(entries, grid),
        *_needs(entries, grid),
    )


def _must_have(blueprint: Blueprint, entries: Sequence[Entry], grid: Grid) -> Iterator[Demand]:
    index = {entry.id: i for i, entry in enumerate(entries)}
    for n, id in enumerate(blueprint.must_have):
        yield Demand(("must_have", n), f"the question {id}", grid.rows({index[id]: ONE}, at_least=ONE))


def _picks(blueprint: Blueprint, entries: Mapping[int, Entry], grid: Grid) -> Iterator[Demand]:
    for n, pick in enumerate(blueprint.pick):
        least, most = bounds(pick.count)
        noun = f"question{{s}} out of {_few(pick.of)}"
        if words := in_words(least, most, noun):
            weights = {i: ONE for i, entry in entries.items() if entry.id in pick.of}
            yield Demand(("pick", n), words, grid.rows(weights, least, most), noun)


def _few(ids: Sequence[str]) -> str:
    """Ids in a sentence; the rest of a long list by its number."""
    return ", ".join(ids[:4]) + (f" and {len(ids) - 4} more" if len(ids) > 4 else "")


def _sections(blueprint: Blueprint, entries: Mapping[int, Entry], grid: Grid) -> Iterator[Demand]:
    """A section has a question at least and what it demands itself; no question is in two."""
    for n, section in enumerate(blueprint.sections):
        told = f" in section {section.title!r}".replace("{", "{{").replace("}", "}}")
        takes = {i: e for i, e in entries.items() if not section.shares or e.chapter in section.shares}
        noun = f"question{{s}}{from_chapters(*section.shares)}{told}"
        some = in_words(ONE, None, noun)
        yield Demand(("sections", n), some, grid.rows(dict.fromkeys(takes, ONE), ONE, section=n), noun)
        yield from made_of(section, section.points, takes, grid, n, told)
        if others := entries.keys() - takes.keys():
            words = f"no question but{from_chapters(*section.shares)}{told}".format()
            rows = grid.rows(dict.fromkeys(sorted(others), ONE), at_most=Fraction(0), section=n)
            yield Demand(("sections", n, "chapters"), words, rows)
    if grid.sections > 1:
        rows = tuple(row for i in entries for row in grid.rows({i: ONE}, at_most=ONE))
        yield Demand(("sections",), "no question in two sections", rows)


def _enemies(entries: Sequence[Entry], grid: Grid) -> Iterator[Demand]:
    index = {entry.id: i for i, entry in enumerate(entries)}
    pairs = {tuple(sorted((index[e.id], index[other]))) for e in entries for other in e.enemies if other in index}
    for pair in sorted(pairs):
        words = "at most one of the enemies " + " and ".join(entries[i].id for i in pair)
        yield Demand((), words, grid.rows(dict.fromkeys(pair, ONE), at_most=ONE))


def _needs(entries: Sequence[Entry], grid: Grid) -> Iterator[Demand]:
    """Whoever is chosen comes with those it needs, in its section; where one is no candidate, it cannot be chosen."""
    index = {entry.id: i for i, entry in enumerate(entries)}
    there = ", in the same section" if grid.sections > 1 else ""
    for i, entry in enumerate(entries):
        for id in entry.needs:
            taken = {index[id]: -ONE} if id in index else {}
            words = f"with {entry.id} also {id}, which it needs" + (there if taken else " and the blueprint leaves out")
            rows = list[Row]()
            for section in range(grid.sections):
                rows += grid.rows({i: ONE, **taken}, at_most=Fraction(0), section=section)
            yield Demand((), words, tuple(rows))
