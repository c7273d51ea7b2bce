"""Collections with a question of every kind: plain, and with every field of every question hostile."""

import io
import os
import re
import zipfile
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.exporters.conftest import build
from tests.exporters.reading import squeezed
from tests.exporters.test_hostile_text import HOSTILE
from vlearn.exams.collection import Collection
from vlearn.questions.model import KINDS
from vlearn.render.markdown import escaped

PLAIN = Collection("Nested & <paging>", build().questions)
FORMULAS = ["=1+1", "+1", "-1", "@SUM(1)", "\tx", "\u0007bell\u0000null"]
_TEXT = " and ".join((*FORMULAS, *HOSTILE, "[sound:x.mp3] [latex]x[/latex] {{c1::y}}", "]]> [gap1] <gap n='1'>"))


def hostile() -> tuple[Collection, dict[str, list[str]]]:
    """The collection, and by kind all that a question says to a student."""
    said: list[str] = []

    def write(text: str) -> str:
        said.append(f"field{len(said)}: {_TEXT} :end")
        return said[-1]

    form = build(say=lambda text: escaped(write(text)), write=write, hide=lambda text: f"{text} {_TEXT}")
    questions = tuple(replace(q, id=f"ch06-{kind}") for q, kind in zip(form.questions, KINDS, strict=True))
    used = {q.kind: {int(n) for n in re.findall(r"field(\d+)", repr(q))} for q in questions}
    return Collection(_TEXT, questions), {kind: [said[n] for n in sorted(fields)] for kind, fields in used.items()}


HOSTILE_COLLECTION, SAID = hostile()
collections = pytest.mark.parametrize("collection", [PLAIN, HOSTILE_COLLECTION], ids=["plain", "hostile"])


def missing(shown: str, *without: str) -> list[str]:
    """What the hostile questions, but for those of some kinds, say and `shown` does not; white space does not count."""
    said = [squeezed(field) for kind, fields in SAID.items() if kind not in without for field in fields]
    assert len(said) > 40
    return [field for field in said if re.sub("[\0\a]", "\ufffd", field) not in squeezed(shown)]


def files(content: bytes) -> dict[str, bytes]:
    """What a zip file holds."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


@cache
def schema(name: str) -> Any:
    """A schema of QTI, in the folder VLEARN_SCHEMAS or `../shared/schemas`; without one the test is skipped."""
    etree = pytest.importorskip("lxml.etree", reason="the package lxml is not installed")
    beside = Path(__file__).parents[2].parent / "shared" / "schemas"
    path = Path(os.environ.get("VLEARN_SCHEMAS", beside)) / name
    if not path.is_file():
        pytest.skip(f"no schema {path}: set VLEARN_SCHEMAS to the folder that has it")
    return etree.XMLSchema(file=str(path))


def faults(name: str, content: bytes) -> str:
    """What this schema has against the content; nothing if it is valid."""
    wanted = schema(name)
    from lxml import etree

    return "" if wanted.validate(etree.fromstring(content)) else str(wanted.error_log)
