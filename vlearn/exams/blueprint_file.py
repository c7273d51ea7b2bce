"""Reading a blueprint's file: every fault at once, so that what is loaded can only fail for the bank it meets."""

import re
from collections.abc import Collection, Iterator
from fractions import Fraction
from pathlib import Path

from msgspec import Struct, structs

from vlearn.content import question_bank
from vlearn.errors import BlueprintError, did_you_mean
from vlearn.exams.blueprint import Blueprint, Pick, Sheet
from vlearn.exams.blueprint_parts import check_objectives, check_parallel, check_print, check_sections
from vlearn.exams.checked_file import read_checked
from vlearn.exams.mixture import Amounts, Counts
from vlearn.exams.scoring.rules import Scoring
from vlearn.exams.scoring.scoring_file import check_scoring
from vlearn.questions.faults import Complain, Where, named
from vlearn.questions.notation import amount


def find_blueprint(name: str | Path) -> Path:
    """The file of a blueprint: a path that ends in .yaml or .yml, or the name of one in the question bank."""
    if (path := Path(name)).suffix in (".yaml", ".yml"):
        return path
    name = str(name)
    known = {path.stem: path for path in sorted((question_bank() / "blueprints").glob("*.yaml"))}
    if name not in known:
        listed = ", ".join(known) or "none"
        raise BlueprintError(f"there is no blueprint {name!r}{did_you_mean(name, known)} (there are: {listed})")
    return known[name]


def load_blueprint(path: Path) -> Blueprint:
    """Read a blueprint. Raises BlueprintError with every fault in it: file, line, field and what would be right."""
    mapping = "a blueprint is a mapping: `title: ...`, `points: ...` and so on"
    sheet, lines = read_checked(path, Sheet, "the blueprint", mapping, _check)
    return Blueprint(**structs.asdict(sheet), path=str(path), lines=lines)


def _check(sheet: Sheet, complain: Complain) -> None:
    """What the types of the fields cannot say."""
    if not sheet.title.strip():
        complain(("title",), "`title` is empty; give the exam a title")
    if sheet.points == 0:
        complain(("points",), "`points` is 0; it must be above 0")
    if sheet.scoring is not None:
        check_scoring(sheet.scoring, complain, ("scoring",))
    for where, message in _ranges(sheet, ()):
        complain(where, f"`{named(where)}` {message}")
    check_objectives(sheet, (), complain)
    for n, id in enumerate(sheet.must_not):
        if id in sheet.must_have:
            complain(("must_not", n), f"{id!r} is in both `must_have` and `must_not`; keep it in one of them")
    for n, pick in enumerate(sheet.pick):
        _check_pick(pick, sheet.must_not, ("pick", n), complain)
    if sheet.ledger is not None and not re.fullmatch(r"[^/\\]+\.jsonl", sheet.ledger):
        complain(("ledger",), f"`ledger` is {sheet.ledger!r}; it must name a file beside this one, such as exams.jsonl")
    if sheet.not_in_last is not None and sheet.ledger is None:
        complain(("not_in_last",), "`not_in_last` needs a ledger of the last exams; add `ledger: exams.jsonl`")
    if isinstance(sheet.forms, tuple):
        _check_names(sheet.forms, complain)
    check_sections(sheet, complain)
    check_parallel(sheet, complain)
    check_print(sheet.print, complain)


def _check_pick(pick: Pick, must_not: Collection[str], where: Where, complain: Complain) -> None:
    if not pick.of:
        complain((*where, "of"), f"`{named(where)}.of` is empty; name the questions to pick from")
    for n, id in enumerate(pick.of):
        if id in pick.of[:n]:
            complain((*where, "of", n), f"`{named(where)}.of` names {id!r} twice; name it once")
        if id in must_not:
            complain((*where, "of", n), f"{id!r} is in both `{named(where)}` and `must_not`; keep it in one of them")
    least = pick.count.at_least if isinstance(pick.count, Counts) else pick.count
    if least is not None and least > len(set(pick.of)) > 0:
        complain((*where, "count"), f"`{named(where)}` wants {least} of {amount(len(set(pick.of)), 'question{s}')}")


def _check_names(names: tuple[str, ...], complain: Complain) -> None:
    if not names:
        complain(("forms",), "`forms` is empty; name at least one")
    for n, name in enumerate(names):
        if not re.fullmatch("[A-Za-z0-9]{1,20}", name):
            complain(("forms", n), f"form name {name!r} must be 1 to 20 letters and digits: files are named after it")
        if name.lower() in (other.lower() for other in names[:n]):
            complain(("forms", n), f"form name {name!r} is given twice (upper and lower case name the same file)")


def _ranges(value: object, where: Where) -> Iterator[tuple[Where, str]]:
    """Every number below zero and every range that holds nothing."""
    match value:
        case Fraction() if value < 0:
            yield where, f"is {value}; it must not be negative"
        case Counts(int() as least, int() as most) | Amounts(Fraction() as least, Fraction() as most) if least > most:
            yield where, f"wants at least {least} and at most {most}; at_most must not be less than at_least"
        case Scoring():
            pass  # shares may be below zero there, and `check_scoring` knows which
        case Struct():
            for name in value.__struct_fields__:
                yield from _ranges(getattr(value, name), (*where, name))
        case dict():
            for name, part in value.items():
                yield from _ranges(part, (*where, str(name)))
        case tuple():
            for n, part in enumerate(value):
                yield from _ranges(part, (*where, n))
