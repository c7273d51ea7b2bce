"""From what an author wrote (`vlearn.questions.wire`) to the model's values, complaining at the place of each fault."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from msgspec import UnsetType

from vlearn.blocks import Block, Code, Figure, Table, Text
from vlearn.errors import did_you_mean
from vlearn.questions import model, notation, wire
from vlearn.questions.faults import Complain, Where

Drawings: TypeAlias = Callable[[str], str]
"""The SVG text of a file named in a question file; ValueError says what is wrong with it."""


def blocks(content: str | list[wire.Content], field: str, drawings: Drawings, complain: Complain) -> tuple[Block, ...]:
    """The blocks of a prompt or a solution."""
    if isinstance(content, str):
        return (Text(content.strip()),) if content.strip() else ()
    built = (_block(part, (field, n), drawings, complain) for n, part in enumerate(content))
    return tuple(block for block in built if block)


def _block(content: wire.Content, where: Where, drawings: Drawings, complain: Complain) -> Block | None:
    kinds = {"text": content.text, "code": content.code, "table": content.table, "figure": content.figure}
    given = [name for name, value in kinds.items() if not isinstance(value, UnsetType)]
    if len(given) != 1:
        complain(where, f"a block is one of text, code, table and figure; this one has {' and '.join(given) or 'none'}")
        return None
    if isinstance(content.text, str):
        return Text(content.text.strip())
    if isinstance(content.code, str):
        return Code(content.code.rstrip("\n"), content.language)
    if isinstance(content.table, wire.Grid):
        return _table(content.table, (*where, "table"), complain)
    assert isinstance(content.figure, wire.Drawing)
    return _figure(content.figure, (*where, "figure"), drawings, complain)


def _table(grid: wire.Grid, where: Where, complain: Complain) -> Table | None:
    uneven = [n for n, row in enumerate(grid.rows) if len(row) != len(grid.header)]
    for n in uneven:
        cells = f"row {n + 1} has {notation.amount(len(grid.rows[n]), 'cell{s}')}; the header has {len(grid.header)}"
        complain((*where, "rows", n), cells)
    return None if uneven else Table(tuple(grid.header), tuple(map(tuple, grid.rows)), grid.caption)


def _figure(drawing: wire.Drawing, where: Where, drawings: Drawings, complain: Complain) -> Figure | None:
    if not drawing.alt.strip():
        complain((*where, "alt"), "`alt` is empty: say what a reader who cannot see the figure needs to know of it")
        return None
    try:
        return Figure(drawings(drawing.svg), drawing.alt, drawing.caption)
    except ValueError as error:
        complain((*where, "svg"), str(error))
        return None


def answer(written: wire.Written, complain: Complain) -> model.Answer | None:
    """The answer with its key; None, after a complaint, where there is none."""
    match written:
        case wire.SingleChoice(options=options):
            correct = _only(options, "options", complain)
            return None if correct is None else model.SingleChoice(_options(options), correct)
        case wire.MultipleChoice(options=options):
            return model.MultipleChoice(_options(options), frozenset(n for n, o in enumerate(options) if o.correct))
        case wire.TrueFalse(truth=truth, reasons=reasons):
            correct = _only(reasons, "reasons", complain)
            return None if correct is None else model.TrueFalse(truth, _options(reasons), correct)
        case wire.Numeric():
            return _numeric(written, complain)
        case wire.ShortText(accepted=accepted, case_sensitive=case_sensitive):
            return model.ShortText(tuple(accepted), case_sensitive)
        case wire.Matching(pairs=pairs, distractors=distractors):
            right = tuple(dict.fromkeys(pair.right for pair in pairs))
            key = tuple(right.index(pair.right) for pair in pairs)
            return model.Matching(tuple(pair.left for pair in pairs), (*right, *distractors), key)
        case wire.Ordering(items=items):
            return model.Ordering(tuple(items), tuple(range(len(items))))
        case wire.Cloze(text=text, gaps=gaps):
            return model.Cloze(text.strip(), tuple(map(_gap, gaps)))
        case wire.Classification(categories=categories):
            placed = [(item, n) for n, within in enumerate(categories.values()) for item in within]
            key = tuple(n for _, n in placed)
            return model.Classification(tuple(categories), tuple(item for item, _ in placed), key)
        case wire.Trace(header=header, rows=rows, blanks=blanks):
            cells = _cells(header, blanks, complain)
            return None if cells is None else model.TraceTable(tuple(header), tuple(map(tuple, rows)), cells)
        case wire.Code(starter=starter, reference=reference, cases=cases, lines=lines):
            calls = tuple(model.Case(case.call, case.expected) for case in cases)
            return model.Program(starter, calls, lines, reference)
        case wire.Essay(rubric=rubric, lines=lines):
            return model.Essay(tuple(model.Criterion(demand.text, demand.share) for demand in rubric), lines)
        case _:
            raise TypeError(f"{type(written).__name__} is no kind of question")


def _options(choices: Sequence[wire.Choice]) -> tuple[model.Option, ...]:
    return tuple(model.Option(choice.text, choice.feedback) for choice in choices)


def _only(choices: Sequence[wire.Choice], field: str, complain: Complain) -> int | None:
    correct = [n for n, choice in enumerate(choices) if choice.correct]
    if len(correct) == 1:
        return correct[0]
    if correct:
        told = f"{len(correct)} of `{field}` are marked `correct: true`; mark exactly one"
        complain((field, correct[1]), f"{told}, or use kind multiple-choice" if field == "options" else told)
    else:
        complain((field,), f"none of `{field}` is marked `correct: true`; mark exactly one")
    return None


def _numeric(numeric: wire.Numeric, complain: Complain) -> model.Numeric | None:
    base = 16 if numeric.value.lower().lstrip("-").startswith("0x") else 10
    try:
        return model.Numeric(notation.parse(numeric.value, base), numeric.tolerance, numeric.unit, base)
    except ValueError as error:
        complain(("value",), f"`value`: {error}")
        return None


def _gap(gap: str | wire.Blank) -> model.Gap:
    return model.Gap((gap,)) if isinstance(gap, str) else model.Gap(tuple(gap.accepted), tuple(gap.choices))


def _cells(
    header: Sequence[str], blanks: Mapping[str, Sequence[int]], complain: Complain
) -> tuple[tuple[int, int], ...] | None:
    """The blank cells row by row, as a student meets them."""
    unknown = [name for name in blanks if header.count(name) != 1]
    for name in unknown:
        told = "stands twice in" if name in header else "is not in"
        complain(("blanks", name), f"the column {name!r} {told} the header{did_you_mean(name, set(header) - {name})}")
    cells = ((row - 1, header.index(name)) for name, rows in blanks.items() if name in header for row in rows)
    return None if unknown else tuple(sorted(cells))
