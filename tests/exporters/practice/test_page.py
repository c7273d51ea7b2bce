"""The page as a file: nothing of a key can be read in it, nothing is loaded, every control is named."""

import base64
import json
import re
from collections.abc import Callable
from dataclasses import replace
from hashlib import sha256
from random import Random
from typing import Any

import pytest

from exporters import practice_html
from exporters.practice_html import changed, left_out, questions
from exporters.sealed import ROUNDS, SLOW_ROUNDS
from tests.exporters.hostile import HOSTILE_COLLECTION, PLAIN, missing
from tests.exporters.reading import Shown
from tests.exporters.test_html import LOADERS, Page
from tests.questions.samples import ANSWERS, question
from vlearn.exams.collection import Collection
from vlearn.exams.form import Form
from vlearn.exams.practice import in_practice_order
from vlearn.questions.model import KINDS, Ordering
from vlearn.questions.shuffle import shuffled

SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def data_of(page: bytes) -> dict[str, Any]:
    (found,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', page.decode())
    data = json.loads(found)
    assert isinstance(data, dict)
    return data


@pytest.fixture(scope="module")
def page() -> str:
    return questions(PLAIN).decode()


def test_same_questions_same_bytes_and_another_title_other_bytes(page: str) -> None:
    assert questions(PLAIN) == page.encode()
    assert questions(replace(PLAIN, title="Another")) != page.encode()


def test_every_kind_has_its_place_and_what_a_person_must_judge_is_named() -> None:
    assert left_out(PLAIN) == ()
    assert [one.id for one in changed(PLAIN)] == ["ch06-essay", "ch06-code"]


def test_nothing_is_loaded_and_only_the_script_of_the_page_may_run(page: str) -> None:
    elements = Page(page)
    assert not elements.all(*LOADERS - {"script"})
    assert elements.all("script") == [{"type": "application/json", "id": "data"}, {}]
    assert not [
        name for _, attrs, _ in elements.elements for name in attrs if name.startswith("on") or name == "action"
    ]
    (policy,) = (m["content"] or "" for m in elements.all("meta") if m.get("http-equiv") == "Content-Security-Policy")
    (script,) = SCRIPT.findall(page)
    digest = base64.b64encode(sha256(script.encode()).digest()).decode()
    assert f"script-src 'sha256-{digest}';" in policy
    assert policy.startswith("default-src 'none';")
    assert "unsafe-eval" not in policy


def test_the_scripts_make_no_code_of_text_and_speak_to_nobody(page: str) -> None:
    (script,) = SCRIPT.findall(page)
    assert not re.findall(r"\beval\b|\bFunction\(|fetch\(|XMLHttpRequest|WebSocket|import\(|https?:", script)
    assert f"const ROUNDS = {ROUNDS};" in script
    assert f"const SLOW_ROUNDS = {SLOW_ROUNDS};" in script


def test_the_page_has_a_language_a_title_one_first_heading_and_a_way_past_its_head(page: str) -> None:
    elements = Page(page)
    assert elements.all("html") == [{"lang": "en"}]
    assert "<title>Nested &amp; &lt;paging&gt;, practice</title>" in page
    headings = [tag for tag, _, _ in elements.elements if tag in ("h1", "h2", "h3")]
    assert headings == ["h1"] + ["h2"] * (len(KINDS) + 1)
    assert elements.all("a")[0]["href"] == "#questions"
    ids = [attrs["id"] for _, attrs, _ in elements.elements if "id" in attrs]
    assert len(ids) == len(set(ids))


def test_every_control_has_a_label_and_every_verdict_is_announced(page: str) -> None:
    elements = Page(page)
    labelled = {attrs.get("for") for attrs in elements.all("label")}
    controls = [e for e in elements.elements if e[0] in ("input", "select", "textarea")]
    assert len(controls) == 35
    for _, attrs, around in controls:
        assert attrs.get("aria-label") or "label" in around or attrs.get("id") in labelled, attrs
    assert sum(attrs.get("role") == "status" for attrs in elements.all("div")) == len(KINDS)


def test_hostile_text_comes_out_as_itself() -> None:
    page = questions(HOSTILE_COLLECTION).decode()
    shown = Shown()
    shown.feed(re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL))
    assert not shown.tags & {"script", "img", "e"}
    assert missing(re.sub("[\0\a]", "\ufffd", shown.text)) == []


CANARY = "Zqxjkv"


def decoded(page: bytes) -> str:
    """The page, and all that is in Base64 in it."""
    text = page.decode()
    inside = (base64.b64decode(blob).decode("latin-1") for blob in re.findall(r'"([A-Za-z0-9+/]{8,}={0,2})"', text)
              if len(blob) % 4 == 0)  # fmt: skip
    return "\n".join((text, *inside))


def test_nothing_that_is_hidden_can_be_read(make_form: Callable[..., Form]) -> None:
    count = iter(range(1000))
    secret = make_form(hide=lambda text: f"{CANARY}{next(count)}")
    text = decoded(questions(Collection("Secret", secret.questions)))
    assert "Question 12" in text, "the reader reads"
    assert len(text) > len(questions(Collection("Secret", secret.questions))) + 5_000, "blobs are decoded"
    assert CANARY not in text
    assert "Because" not in text
    for known in ("918273645", "918 273 645", "20261", "ch06-walk", "difficulty"):
        assert known not in text, known


OTHER_KEYS: dict[str, dict[str, Any]] = {
    "single-choice": {"correct": 0},
    "multiple-choice": {"correct": frozenset({1, 2})},
    "true-false": {"truth": True, "correct": 2},
    "short-text": {"accepted": ("VMCS shadow", "EPT-violation")},
    "matching": {"key": (2, 1, 0)},
    "classification": {"key": (1, 0, 1)},
}


@pytest.mark.parametrize("kind", OTHER_KEYS)
def test_another_key_changes_only_what_is_sealed(kind: str) -> None:
    """Nothing beside the sealed texts, nor their number or lengths, tells which of two keys is the right one."""
    asked = question(ANSWERS[kind])
    answers: Any = (asked.answer, replace(asked.answer, **OTHER_KEYS[kind]))
    pages = [questions(Collection("x", (replace(asked, answer=answer),))) for answer in answers]
    seen = []
    for page in pages:
        data = data_of(page)
        (only,) = data["questions"]
        seen.append((data, sorted(map(len, only.pop("entries"))), bool(only.pop("sealed"))))
    assert seen[0] == seen[1]
    assert pages[0] != pages[1]


def test_equal_answers_of_two_questions_are_sealed_unlike() -> None:
    first = question(ANSWERS["short-text"])
    data = data_of(questions(Collection("x", (first, replace(first, id="ch01-other")))))
    one, two = (set(q["entries"]) for q in data["questions"])
    assert one
    assert not one & two


def test_nothing_to_put_in_order_stands_in_order() -> None:
    solved = question(Ordering(("PML4", "PDPT", "PD", "PT"), (0, 1, 2, 3)))
    for n in range(20):
        answer = in_practice_order(replace(solved, id=f"ch01-order-{n}")).answer
        assert isinstance(answer, Ordering)
        assert [answer.items[index] for index in answer.key] == ["PML4", "PDPT", "PD", "PT"]
        assert answer.key != (0, 1, 2, 3)


def test_practice_has_one_order_for_everybody() -> None:
    asked = question(ANSWERS["single-choice"])
    assert in_practice_order(asked) == in_practice_order(asked)
    assert in_practice_order(shuffled(asked, Random(1))).id == asked.id
    assert practice_html.SUFFIX == ".html"
