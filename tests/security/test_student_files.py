"""Every format that is registered, whoever adds it: no paper has a key, feedback, a question's id, or the seed."""

import base64
import gzip
import html
import io
import json
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from tests.exporters.conftest import build
from tests.security.decoded import decoded
from vlearn.errors import ExportError
from vlearn.exams.exporters import exporter, formats
from vlearn.exams.form import Form, Section, Student
from vlearn.exams.printing import Print
from vlearn.questions.model import (
    Classification,
    Matching,
    MultipleChoice,
    Ordering,
    Question,
    SingleChoice,
    TrueFalse,
)

CANARY, SEED = "Zqxjkv", 7391846205
SECRETS = (CANARY, "918273645", str(SEED), f"{SEED:x}", "ch06-walk", "Answer key")
"""In turn: solutions, feedback, ids, sources and accepted texts; the number asked for; the seed; the objective."""

LAYOUTS: dict[str, dict[str, Any]] = {
    "plain": {},
    "personal": {"student": Student("s17", "Ann O'Neil"), "name": "K7XQ2MP"},
    "in sections": {"sections": (Section(0, "First", "Take care."), Section(6, "Second"))},
    "with a cover and boxes": {"print": Print(size="letter", columns=2, cover=True, boxes=True, space="generous")},
    "in large print": {"print": Print(large=True, space="none", key="answers")},
}


def secret(**layout: Any) -> Form:
    names = count()
    return replace(build(hide=lambda text: f"{CANARY}{next(names)}"), seed=SEED, **layout)


def rendered(name: str, form: Form) -> bytes:
    try:
        return exporter(name).paper(form.paper)
    except ExportError as error:
        if "needs the package" in str(error):
            pytest.skip(str(error))
        raise


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("name", formats())
def test_a_paper_of_every_kind_holds_nothing_for_instructors(name: str, layout: str) -> None:
    text = decoded(rendered(name, secret(**LAYOUTS[layout])))
    assert "processor" in text, "it is read"
    assert [found for found in SECRETS if found in text or found[::-1] in text] == []


@pytest.mark.parametrize("name", formats())
def test_the_same_search_finds_it_all_in_the_key(name: str) -> None:
    form = secret()
    if (key := exporter(name).key) is None:
        pytest.skip(f"{name} has no key")
    rendered(name, form)
    text = decoded(key(form))
    assert {CANARY, "918273645", str(SEED)} <= {found for found in SECRETS if found in text}


def other_key(question: Question) -> Question:
    """The same to a student, with another right answer."""
    match question.answer:
        case SingleChoice(options, correct):
            answer: Any = SingleChoice(options, (correct + 1) % len(options))
        case MultipleChoice(options, chosen):
            answer = MultipleChoice(options, frozenset(range(len(options))) - chosen)
        case TrueFalse(truth, reasons, correct):
            answer = TrueFalse(not truth, reasons, (correct + 1) % len(reasons))
        case Matching(left, right, key):
            answer = Matching(left, right, key[1:] + key[:1])
        case Ordering(items, key):
            answer = Ordering(items, key[1:] + key[:1])
        case Classification(categories, items, key):
            answer = Classification(categories, items, tuple(1 - index for index in key))
        case answer:
            pass
    return replace(question, answer=answer)


@pytest.mark.parametrize("name", formats())
def test_a_paper_is_the_same_bytes_whatever_is_right(name: str) -> None:
    form = build()
    other = replace(form, questions=tuple(map(other_key, form.questions)), seed=form.seed + 1)
    assert form != other
    assert rendered(name, form) == rendered(name, other)


def zipped(data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a/b.bin", data)
    return packed.getvalue()


WRAPPED: dict[str, Callable[[bytes], bytes]] = {
    "as it is": lambda data: data,
    "in a zip": zipped,
    "in a zip in a zip": lambda data: zipped(zipped(data)),
    "base64 in HTML": lambda data: b'<img src="data:image/png;base64,' + base64.b64encode(data) + b'">',
    "base64 of a zip in a notebook": lambda data: json.dumps(
        {"cells": [{"metadata": {"a": base64.b64encode(zipped(data)).decode()}}]}
    ).encode(),
    "base64 for addresses": lambda data: base64.urlsafe_b64encode(b"\xfb\xff\xfe" + data),
    "entities": lambda data: b"".join(f"&#{byte};".encode() for byte in data),
    "entities of entities": lambda data: html.escape("".join(f"&#{byte};" for byte in data)).encode(),
    "percent": lambda data: b"".join(f"%{byte:02x}".encode() for byte in data),
    "escapes in a script": lambda data: b"".join(f"\\u{byte:04x}".encode() for byte in data),
    "hexadecimal": lambda data: data.hex().encode(),
    "gzip": gzip.compress,
    "zlib in base64": lambda data: base64.b64encode(zlib.compress(data)),
    "UTF-16": lambda data: data.decode().encode("utf-16"),
    "backwards": lambda data: data[::-1],
}


@pytest.mark.parametrize("how", WRAPPED)
def test_the_search_sees_through(how: str) -> None:
    assert CANARY in decoded(WRAPPED[how](f"it says {CANARY}7, and there it is".encode()))
