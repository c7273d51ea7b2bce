"""Every fixed phrase stands in the tables of `exporters/phrases/`, and in every language the same ones do."""

import io
import json
import re
import tokenize
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from fractions import Fraction
from html import unescape
from pathlib import Path
from string import Formatter
from types import ModuleType
from typing import Any

import pytest

from exporters import docx, html, notebook, pdf, phrasebook, practice_data, practice_html, practice_notebook
from exporters.phrasebook import FOLDER, languages, phrases
from tests.exporters.reading import alternatives, shown_by_docx
from tests.questions.samples import entry_of
from vlearn.course import COURSE
from vlearn.errors import ExportError
from vlearn.exams.collection import Collection
from vlearn.exams.form import Form, Section, Student
from vlearn.exams.printing import Print
from vlearn.questions.answer_key import AnswerWords
from vlearn.questions.bank import Bank
from vlearn.questions.model import KINDS, Bloom
from vlearn.render.chart_words import ChartWords

WORD = re.compile(r"[A-Za-z]{2,}")


def table(language: str) -> dict[str, str]:
    """The phrases as they stand in the file, by the path to each."""

    def flat(value: dict[str, object], path: str) -> Iterator[tuple[str, str]]:
        for name, one in value.items():
            if isinstance(one, dict):
                yield from flat(one, f"{path}{name}.")
            else:
                assert isinstance(one, str)
                yield path + name, one

    return dict(flat(tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8")), ""))


def placeholders(phrase: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(phrase) if name is not None}


def test_english_and_german_are_there() -> None:
    assert {"de", "en"} <= set(languages())


@pytest.mark.parametrize("language", languages())
def test_a_language_has_exactly_the_phrases_and_placeholders_of_english(language: str) -> None:
    english, other = table("en"), table(language)
    assert set(other) == set(english)
    assert {name: placeholders(phrase) for name, phrase in other.items()} == {
        name: placeholders(phrase) for name, phrase in english.items()
    }


@pytest.mark.parametrize("language", languages())
def test_a_phrase_is_one_line_that_ends_as_the_english_one_ends(language: str) -> None:
    english = table("en")
    for name, phrase in table(language).items():
        assert phrase == " ".join(phrase.split()) != "", name
        assert phrase.endswith(".") or not english[name].endswith(".") or name == "decimal_sign", name


def test_the_words_of_a_key_and_of_a_chart_are_english_by_themselves() -> None:
    assert phrases("en").answer == AnswerWords()
    assert phrases("en").chart == ChartWords()


def test_an_unknown_language_is_named_beside_those_that_there_are(form: Form) -> None:
    german = replace(form, print=Print(language="deu"))
    for module in (docx, html, notebook, pdf):
        with pytest.raises(ExportError, match=r"language 'deu'; did you mean 'de'\?; there are de, en"):
            module.paper(german.paper)
        with pytest.raises(ExportError, match="language 'deu'"):
            module.key(german)
    for exporter in (docx, practice_html, practice_notebook):
        with pytest.raises(ExportError, match="language 'deu'"):
            exporter.questions(Collection("x", form.questions, language="deu"))


@pytest.fixture
def pseudo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A language `xx` whose phrases have Cyrillic letters alone, so that every Latin word comes from elsewhere."""
    lines = []
    for line in (FOLDER / "en.toml").read_text(encoding="utf-8").splitlines():
        told = re.sub(r'"(?:\\.|[^"\\])*"', lambda m: re.sub(r"\{\w+\}|[A-Za-z]", _marked, m[0]), line)
        lines.append(line if line.startswith("#") else told)
    path = tmp_path / "xx.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setattr(phrasebook, "FOLDER", tmp_path)
    phrases.cache_clear()
    yield path
    phrases.cache_clear()


def _marked(match: re.Match[str]) -> str:
    return match[0] if match[0].startswith("{") else "ж"


def test_a_table_without_a_phrase_is_refused_with_its_name(pseudo: Path) -> None:
    pseudo.write_text(pseudo.read_text(encoding="utf-8").replace("skip =", "skipped ="), encoding="utf-8")
    with pytest.raises(ExportError, match=r"xx\.toml: .*skip"):
        phrases("xx")


def said(value: object) -> Iterator[str]:
    """All texts in a form."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            yield from said(getattr(value, field.name))
    elif isinstance(value, tuple | list | frozenset):
        for one in value:
            yield from said(one)


def shown_by_html(content: bytes) -> str:
    text = re.sub(r"<style>.*?</style>", "", content.decode(), flags=re.DOTALL)
    labels = re.findall(r'(?:aria-label|placeholder)="([^"]*)"', text)
    return unescape(" ".join((re.sub(r"<[^>]*>", " ", text), *labels)))


def shown_by_notebook(content: bytes) -> str:
    parts = []
    for cell in json.loads(content)["cells"]:
        if cell["cell_type"] == "markdown":
            parts.append(re.sub(r"<[^>]*>", " ", cell["source"]))
            continue
        tokens = tokenize.generate_tokens(io.StringIO(cell["source"]).readline)
        parts += (
            t.string for t in tokens if t.type == tokenize.COMMENT or (t.type == tokenize.STRING and " " in t.string)
        )
    return re.sub(r"\{\w+\}", "", unescape(" ".join(parts)))


def shown_by_pdf(content: bytes) -> str:
    from pypdf import PdfReader

    reader = PdfReader(io.BytesIO(content))
    return " ".join((*(page.extract_text() for page in reader.pages), *alternatives(reader)))


def shown_by_word(content: bytes) -> str:
    from docx import Document

    section = Document(io.BytesIO(content)).sections[0]
    edges = [p.text for part in (section.header, section.footer) for p in part.paragraphs]
    return " ".join((shown_by_docx(content).replace("\t", " "), *edges))


READERS = ((html, shown_by_html), (notebook, shown_by_notebook), (pdf, shown_by_pdf), (docx, shown_by_word))


@pytest.mark.parametrize(("module", "read"), READERS, ids=["html", "notebook", "pdf", "docx"])
@pytest.mark.parametrize(("sectioned", "key"), [(False, "solutions"), (True, "answers")])
def test_no_exporter_has_a_phrase_of_its_own(
    module: ModuleType,
    read: Callable[[bytes], str],
    sectioned: bool,
    key: str,
    make_form: Callable[..., Form],
    pseudo: Path,
) -> None:
    look = Print(language="xx", cover=True, boxes=True, key=key)
    sections = (Section(0, "Erste", "Dazu"), Section(5, "Zweite")) if sectioned else ()
    form = replace(make_form(), sections=sections, print=look, student=Student("17", "Ada"))
    content = set(WORD.findall(" ".join((*said(form), *KINDS, *Bloom, "True False None"))))
    for exported in (module.paper(form.paper), module.key(form)):
        text = read(exported)
        assert "жжжж" in text
        assert set(WORD.findall(text)) - content == set()


def shown_by_practice_page(content: bytes) -> str:
    """What the page has, what its scripts say, and the solutions, which the test leaves open."""
    page = re.sub(r"<script.*?</script>", "", content.decode(), flags=re.DOTALL)
    (data,) = re.findall(r'<script type="application/json" id="data">(.*?)</script>', content.decode())
    known = json.loads(data)
    spoken = [*said_in(known["words"]), *(one["where"] for one in known["objectives"])]
    return shown_by_html(" ".join((page, *spoken, *(q["solution"] for q in known["questions"]))).encode())


def said_in(words: dict[str, Any]) -> Iterator[str]:
    for phrase in words.values():
        yield from said_in(phrase) if isinstance(phrase, dict) else [re.sub(r"\{\w+\}", "", phrase)]


@pytest.mark.parametrize(
    ("module", "read"),
    [(practice_html, shown_by_practice_page), (practice_notebook, shown_by_notebook), (docx, shown_by_word)],
    ids=["practice", "practice-notebook", "docx"],
)
def test_no_exporter_of_questions_for_people_has_a_phrase_of_its_own(
    module: ModuleType, read: Callable[[bytes], str], form: Form, pseudo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = tuple(replace(question, generator="") for question in form.questions)
    monkeypatch.setattr(practice_data, "locked", lambda question, salt, solution: {"solution": solution})
    monkeypatch.setattr(practice_notebook, "course_bank", lambda: Bank(tuple(map(entry_of, asked))))
    text = read(module.questions(Collection("Erste", asked, language="xx")))
    titles = (chapter.title for chapter in COURSE)
    content = set(WORD.findall(" ".join((*said(asked), *titles, *KINDS, *Bloom, "Erste True False None"))))
    assert text.count("жжжж") > len(asked)
    assert set(WORD.findall(text)) - content == set()


def test_a_practice_page_names_its_language_and_writes_points_its_way(form: Form) -> None:
    asked = (replace(form.questions[0], points=Fraction(5, 2)),)
    page = practice_html.questions(Collection("x", asked, language="de")).decode()
    assert '<html lang="de">' in page
    assert "<b>2,5 Punkte</b>" in page
    assert '"decimal_sign":","' in page
