"""Reading a table that a person or a spreadsheet wrote: CSV in UTF-8, separated by commas or semicolons."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

LIMIT = 1 << 26
"""The largest file that is read, in bytes."""

Fault = Callable[[int, str], None]
"""Told the line, from 1, and what is wrong there."""


def read_text(path: Path, fault: Fault) -> str | None:
    """The text of a file; None after a fault."""
    try:
        if (size := path.stat().st_size) > LIMIT:
            fault(1, f"the file has {size} bytes; split it into files of at most {LIMIT}")
            return None
        raw = path.read_bytes()
    except OSError as error:
        fault(1, f"the file cannot be read: {error.strerror or error}")
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        fault(raw.count(b"\n", 0, error.start) + 1, "the file is not UTF-8 text: save it as UTF-8")
        return None


def rows(text: str, fault: Fault) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not empty, each with the line in which it begins."""
    first = text.partition("\n")[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    csv.field_size_limit(LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begin = 1
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            fault(begin, f"this is not CSV: {error}: is a quotation mark open, or not doubled within quotes?")
            return
        if any(cell.strip() for cell in row):
            yield begin, row
        begin = reader.line_num + 1
