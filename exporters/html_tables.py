"""The tables in which a student answers: one to tick in, one to complete."""

from collections.abc import Iterable
from itertools import count

from exporters.html_controls import entry, escaped, labelled, tick
from exporters.phrasebook import Phrases
from vlearn.questions.labels import letter, number
from vlearn.render.markdown import to_plain_inline


def sort_table(categories: tuple[str, ...], items: tuple[str, ...], name: str) -> str:
    """A row of radio buttons for each thing to be sorted."""

    def row(n: int, text: str) -> str:
        item = to_plain_inline(text)
        spoken = (f"{item}: {to_plain_inline(category)}" for category in categories)
        ticks = (tick("radio", f"{name}-{number(n)}", letter(c), label) for c, label in enumerate(spoken))
        return f'<th scope="row">{labelled(number(n), text)}</th>' + "".join(f"<td>{one}</td>" for one in ticks)

    head = "".join(f'<th scope="col">{labelled(letter(n), text)}</th>' for n, text in enumerate(categories))
    return _table(f"<td></td>{head}", (row(n, text) for n, text in enumerate(items)))


def complete_table(header: tuple[str, ...], rows: tuple[tuple[str | None, ...], ...], name: str, words: Phrases) -> str:
    """The table with a field in each cell that is to be filled in."""
    blanks, said = count(), words.screen.cell

    def cell(row: int, column: str, text: str | None) -> str:
        if text is not None:
            return f'<td dir="auto">{escaped(text)}</td>'
        blank = number(next(blanks))
        label = said.format(cell=blank, row=row, column=column)
        field = entry(f"{name}-{blank}", label, f'size="12" placeholder="{blank}"')
        return f"<td>{field}</td>"

    head = "".join(f'<th scope="col" dir="auto">{escaped(text)}</th>' for text in header)
    body = ("".join(map(cell, [n] * len(header), header, row)) for n, row in enumerate(rows, 1))
    return _table(head, body)


def _table(head: str, rows: Iterable[str]) -> str:
    body = "".join(f"<tr>{row}</tr>\n" for row in rows)
    return f'<table class="grid"><thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>'
