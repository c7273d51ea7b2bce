"""A choice by needs: a tick or a cross for every kind and need, why each cross, and how the rest is ranked."""

from collections.abc import Iterable, Iterator

from vlearn.blocks import Block, Figure, Table, Text
from vlearn.sim.datacenter.hypervisors import KINDS, RULES, Choice, choose, operation, trusted_lines
from vlearn.views.hypervisors_layers import HEADS
from vlearn.views.hypervisors_trusted import short
from vlearn.views.svg import DONE, FAULT, INK, SMALL, TITLE, Shape, box, cross, drawing, text, tick

WIDTH, LEFT, HEAD, ROW = 760, 220, 64, 26


def draw_choice(needs: Iterable[str]) -> tuple[Block, ...]:
    """The grid of needs and kinds, then what speaks against each kind that is out, then the ranks of the others."""
    wanted = tuple(dict.fromkeys(needs))
    choice = choose(wanted)
    return (_grid(wanted, choice.kinds), *_why(choice), _ranks(choice.kinds))


def _grid(needs: tuple[str, ...], left: tuple[str, ...]) -> Figure:
    bottom = HEAD + ROW * max(1, len(needs))
    shapes = [*_heads(left), *_rows(needs)]
    verdict = f"Left, best first: {', '.join(left)}." if left else "No kind meets all of these needs."
    shapes.append(text(2, bottom + 20, verdict, bold=True))
    lines = [f"{need}: {', '.join(name for name in KINDS if name not in RULES[need].excludes)} can." for need in needs]
    return Figure(drawing(WIDTH, bottom + 30, shapes), " ".join([verdict, *(lines or ["Nothing is needed yet."])]))


def _heads(left: tuple[str, ...]) -> Iterator[Shape]:
    width = (WIDTH - LEFT) / len(KINDS)
    yield text(2, 16, "Which kind meets which need?", size=TITLE, bold=True)
    for n, name in enumerate(KINDS):
        x = LEFT + n * width
        yield box(x + 2, 24, width - 4, HEAD - 30, DONE if name in left else FAULT)
        lines = HEADS.get(name, (name,))
        for m, words in enumerate(lines):
            y = 24 + (HEAD - 30) / 2 + 4 + 13 * (m - (len(lines) - 1) / 2)
            yield text(x + width / 2, y, words, size=SMALL, anchor="middle", bold=name in left, fill=INK)


def _rows(needs: tuple[str, ...]) -> Iterator[Shape]:
    width = (WIDTH - LEFT) / len(KINDS)
    if not needs:
        yield text(2, HEAD + 16, "nothing is needed yet", size=SMALL)
    for n, need in enumerate(needs):
        y = HEAD + ROW * n + ROW / 2
        yield text(2, y + 4, need, size=SMALL)
        for m, name in enumerate(KINDS):
            yield (cross if name in RULES[need].excludes else tick)(LEFT + (m + 0.5) * width, y)


def _why(choice: Choice) -> Iterator[Block]:
    if choice.excluded:
        rows = tuple((name, rule.need, rule.because) for name, rules in choice.excluded for rule in rules)
        yield Table(("Out", "Needed", "Why not"), rows)


def _ranks(left: tuple[str, ...]) -> Block:
    if not left:
        return Text("Needs that conflict call for two kinds, or for giving one need up.")
    rows = []
    for rank, name in enumerate(left, 1):
        least, most = trusted_lines(name)
        rows.append((str(rank), name, f"{short(least)} to {short(most)}", str(operation(name, "disk read").count())))
    header = ("Rank", "Kind", "Lines to be trusted, estimated", "Switches of a disk read, paravirtual")
    return Table(header, tuple(rows), "Ranked by the least estimate of the lines, then by switches")
