"""GIFT read into the shape of our question files.

Taken are single and multiple choice, true-false (as a single choice), short text, numbers, matching and essays; ids and
tags come from comments as Moodle writes them. A word missing in the middle of a text becomes `_____`. Refused, by line:
answers for part of the points, several numbers, texts that ask nothing.
"""

import re
from collections.abc import Iterator

from vlearn.errors import BankError
from vlearn.questions.importing.content import content, plain
from vlearn.questions.importing.gift_kinds import HELD, NO_PICTURE, Key, form_of, html, kind_of
from vlearn.questions.importing.imported import LIMIT, Found, Imported, Intake, RefusedError, tagged

_ESCAPED = re.compile(r"\\([~=#{}:\\n])")
_FACT = re.compile(r"\[(id|tag):([^\x00-\x1f\x7f\[\]]+)\]")
_TASK = '<div class="vlearn-task">'
_SOURCE = '<p class="vlearn-source">'


def read_gift(data: bytes, objective: str = "") -> Imported:
    """The questions of a file; those without an objective of the course are counted to `objective`.

    BankError if the file is no text. A question that cannot be taken is named in `refused`.
    """
    if len(data) > LIMIT:
        raise BankError(f"the file has {len(data)} bytes; split it into files of at most {LIMIT}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BankError(f"line {line}: the file is not UTF-8 text: save it as UTF-8") from None
    intake = Intake(objective)
    for found, source in _questions(text):
        try:
            _read(found, source)
        except RefusedError as error:
            intake.refuse(found, str(error))
        else:
            intake.take(found)
    return intake.done()


def _questions(text: str) -> Iterator[tuple[Found, str]]:
    """Each question: where it begins, what its comments say of it, and its text."""
    block: list[str] = []
    facts: list[tuple[str, str]] = []
    first = 0
    for n, row in enumerate([*re.split(r"\r\n?|\n", text), ""], 1):
        if row.lstrip().startswith("//"):
            facts += _FACT.findall(row)
        elif row.strip():
            first = first or n
            block.append(row)
        else:
            if block and not block[0].lstrip().startswith("$CATEGORY:"):
                name = next((value.strip() for fact, value in facts if fact == "id"), "")
                yield Found(first, name, tagged([value for fact, value in facts if fact == "tag"])), "\n".join(block)
            block, facts, first = [], [], 0


def _read(found: Found, source: str) -> None:
    text = source.strip()
    title = re.match("::(.*?)::", text, re.DOTALL)
    found.name = found.name or " ".join((title[1] if title else text.partition("{")[0]).split())[:60] or "question"
    if HELD.search(source):
        raise RefusedError("it has a character of the private use area, U+E000 to U+E07F")
    # An escaped character stands in the private use area until everything is taken apart.
    text = _ESCAPED.sub(lambda found: chr(0xE000 + ord("\n" if found[1] == "n" else found[1])), text)
    text = re.sub("^::.*?::", "", text, count=1, flags=re.DOTALL).strip()
    before, opened, rest = text.partition("{")
    inner, closed, after = rest.partition("}")
    if not opened:
        raise RefusedError("it is a text that asks nothing: it has no answer in braces")
    if not closed or "{" in inner or "{" in after or "}" in after or "}" in before:
        raise RefusedError("its braces do not match: one answer in { } is read, and others are escaped as \\{ and \\}")
    key, _, feedback = inner.rpartition("####") if "####" in inner else (inner, "", "")
    form = form_of(before, "moodle")[0]
    stem = before + (f"_____ {after.strip()}" if after.strip() else "")
    prompt, _, _ = html(stem, form).partition(_TASK)
    solution, _, source_note = html(feedback, form).partition(_SOURCE)
    found.fields.update(kind_of(key.strip(), found.tags)(Key(key.strip(), form, found.tags)))
    found.fields["prompt"] = content(prompt, NO_PICTURE)
    found.fields["solution"] = content(solution, NO_PICTURE)
    if source_note:
        found.fields["source"] = plain(source_note)
