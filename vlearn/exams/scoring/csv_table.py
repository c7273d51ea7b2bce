"""Reading a table that a person or a spreadsheet wrote: CSV, separated by commas or semicolons."""

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

from vlearn.errors import ResponseError

LIMIT = 1 << 26
"""The largest file that is read, in bytes."""

Fault = Callable[[int, str], None]
"""Told the line, from 1, and what is wrong there."""


def read_text(path: Path, fault: Fault, encoding: str | None = None) -> str | None:
    """The text of a file; None after a fault. Raises ResponseError for an encoding that there is not."""
    try:
        if (size := path.stat().st_size) > LIMIT:
            fault(1, f"the file has {size} bytes; split it into files of at most {LIMIT}")
            return None
        raw = path.read_bytes()
    except OSError as error:
        fault(1, f"the file cannot be read: {error.strerror or error}")
        return None
    try:
        return raw.decode(encoding or "utf-8-sig")
    except LookupError:
        raise ResponseError(f"there is no encoding named {encoding!r}; a common one is cp1252") from None
    except UnicodeError as error:
        told = "save it as UTF-8, or name its encoding, such as --encoding cp1252"
        line = raw.count(b"\n", 0, getattr(error, "start", 0)) + 1
        fault(line, f"the file is not {encoding or 'UTF-8'} text: {told}")
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
