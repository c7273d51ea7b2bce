"""Functions taken out of vlearn do alone what they do in it."""

import re
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.embedded import source_of
from vlearn.questions import notation
from vlearn.questions.labels import letter

RULES = (
    "single_choice",
    "multiple_choice",
    "true_false",
    "numeric",
    "short_text",
    "keyed",
    "ordering",
    "cloze",
    "trace",
)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_runs_in_a_process_without_packages(rule: str) -> None:
    source = source_of("vlearn.questions.credit", rule)
    assert not re.search(r"\b(vlearn|exporters)\b", source)
    subprocess.run([sys.executable, "-I", "-S", "-c", source], check=True)


def loaded(module: str, name: str) -> Any:
    """The function as its source alone defines it."""
    names: dict[str, Any] = {}
    exec(source_of(module, name), names)
    return names[name]


LETTER, PARSE = loaded("vlearn.questions.labels", "letter"), loaded("vlearn.questions.notation", "parse")


def outcome(parse: Callable[[str], Fraction], text: str) -> Fraction | str:
    try:
        return parse(text)
    except ValueError as error:
        return str(error)


@given(st.integers(0, 10**6), st.text() | st.from_regex(r"[-+]?(0x)?[0-9a-f,._/ ]+", fullmatch=True))
def test_functions_are_the_same_there(index: int, text: str) -> None:
    assert LETTER(index) == letter(index)
    assert outcome(PARSE, text) == outcome(notation.parse, text)


def test_definitions_come_after_what_they_use_and_once() -> None:
    defined = re.findall(r"^(?:def|class) (\w+)", source_of("vlearn.questions.credit", "cloze", "trace"), re.MULTILINE)
    assert len(defined) == len(set(defined))
    assert defined.index("entries") < defined.index("_cells") < defined.index("cloze")
