"""Attacks by content on what we write: spreadsheets, every exporter, names of files, and links in the way."""

import ast
import csv
import io
import zipfile
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

import exporters
import vlearn
from exporters import csv_table
from tests.exams.banks import bank, entry
from tests.exams.scoring.exam import KEY
from tests.exporters.conftest import build
from tests.security.decoded import decoded
from tests.security.targets import FORMULA
from tests.security.watched import watched
from vlearn.errors import ExportError, VlearnError
from vlearn.exams.collection import Collection
from vlearn.exams.exporters import exporter, formats, question_exporter, question_formats
from vlearn.exams.files import write_together
from vlearn.exams.form import Student
from vlearn.exams.roster.session import LOOKUP, make_papers
from vlearn.exams.scoring.gradebook import Change, Result, Scored
from vlearn.exams.scoring.report_csv import changes_table, grades_table, reasons_table
from vlearn.questions.grade import Grade, Reason

FORMULAS = (
    "=cmd|' /C calc'!A0",
    "+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    '=HYPERLINK("http://x")',
)
ALL = Fraction(1)


def _results(text: str) -> tuple[Result, ...]:
    question = replace(KEY.forms["A"][0], id="q")
    scored = Scored(question, text, None, Grade(ALL, ALL, (Reason(ALL, text),)))
    return (Result(text, text, text, (scored,), ALL, ALL, text),)


def _looked_up(text: str, folder: Path) -> bytes:
    quoted = '"' + text.replace('"', '""') + '"'
    (folder / "roster.csv").write_text(f"id,name\n{quoted},{quoted}\n", encoding="utf-8")
    (folder / "exam.yaml").write_text("title: Quiz\npoints: 2\n", encoding="utf-8")
    make_papers(
        folder / "roster.csv",
        folder / "exam.yaml",
        1,
        folder / "out",
        ("html",),
        bank=bank(entry("q", points=2)),
        jobs=1,
    )
    return (folder / "out" / LOOKUP).read_bytes()


def _exported(text: str, _: Path) -> bytes:
    question = replace(build().questions[0], source=text, objective=text, generator=text)
    return csv_table.questions(Collection(text, (question,)))


TABLES = {
    "vlearn/exams/scoring/report_csv.py: grades": lambda text, _: grades_table(_results(text)),
    "vlearn/exams/scoring/report_csv.py: reasons": lambda text, _: reasons_table(_results(text)),
    "vlearn/exams/scoring/report_csv.py: changes": lambda text, _: changes_table(
        [Change(text, text, ALL, ALL, text, text, (text,))]
    ),
    "vlearn/exams/roster/session.py": _looked_up,
    "exporters/csv_table.py": _exported,
}
"""Every table that we write, by the module that writes it."""


@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("table", TABLES)
def test_no_cell_of_any_table_is_a_formula(table: str, formula: str, tmp_path: Path) -> None:
    written = TABLES[table](formula, tmp_path).decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(written, newline="")) for cell in row]
    assert any(formula.strip() in cell for cell in cells), "it is there"
    assert [cell for cell in cells if cell.startswith(FORMULA)] == []


def test_every_module_that_writes_a_table_is_among_them() -> None:
    root = Path(vlearn.__file__).parents[1]
    writers = {
        str(path.relative_to(root))
        for package in (vlearn, exporters)
        for path in Path(package.__file__ or "").parent.rglob("*.py")
        if "csv" in path.read_text(encoding="utf-8")
        and any(
            isinstance(node, ast.Attribute)
            and node.attr in ("writer", "DictWriter")
            and ast.unparse(node.value) == "csv"
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        )
    }
    assert writers == {table.partition(":")[0] for table in TABLES}


# Half a surrogate pair is not among them: no reader lets one in, as the attacks on importers show.
SAID = {
    "a NUL": "a\0b",
    "text turned around": "a\u202eb\u2066c",
    "no character": "a\ufffe\uffffb",
    "Typst": '#read("/etc/passwd") #import "/x.typ": * #eval("1") ]#panic() $x$ <label> @ref // /* \\u{0}',
    "markup": "]]><![CDATA[ <!ENTITY x> <?php ?> </script><script>alert(1)</script> &#x41; {{7*7}}",
}


def _written(name: str, text: str) -> bytes:
    form = build(say=lambda said: f"{said} {text}", write=lambda said: f"{said} {text}")
    if name in formats():
        return exporter(name).paper(replace(form, student=Student("7", text)).paper)
    questions = tuple(replace(question, id=f"ch06-{n}") for n, question in enumerate(form.questions))
    return question_exporter(name).questions(Collection(f"Quiz {text}", questions))


@pytest.mark.parametrize("text", SAID)
@pytest.mark.parametrize("name", sorted({*formats(), *question_formats()}))
def test_every_exporter_writes_hostile_text_or_says_why_not(name: str, text: str) -> None:
    _written(name, "harmless")  # what it imports, and the files that it is made of, are read here
    with watched() as seen:
        written = b""
        with suppress(ExportError):
            written = _written(name, SAID[text])
    assert seen == []
    assert "root:x:0" not in decoded(written)


@pytest.mark.parametrize("name", question_formats())
def test_an_id_that_leads_elsewhere_names_no_file(name: str) -> None:
    question = replace(build().questions[0], id="../../x")
    written = b""
    with suppress(VlearnError):
        written = question_exporter(name).questions(Collection("Quiz", (question,)))
    if written.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(written)) as archive:
            assert not [member for member in archive.namelist() if ".." in member or member.startswith("/")]


def test_a_link_in_the_output_folder_is_replaced_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"mine")
    (tmp_path / "out").mkdir()
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / "out" / name).symlink_to(tmp_path / "elsewhere")
    write_together(tmp_path / "out", {"a.pdf": b"a", "b.pdf": b"b"})
    assert (tmp_path / "elsewhere").read_bytes() == b"mine"
    assert [path.is_symlink() for path in (tmp_path / "out").iterdir()] == [False, False]


@pytest.mark.parametrize("name", ["papers", "keys", "manifest.jsonl", "codes.csv", ".unfinished"])
def test_no_link_leads_a_roster_run_out_of_its_folder(name: str, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "file").write_bytes(b"mine")
    (tmp_path / "out" / name).symlink_to(tmp_path / "file" if "." in name[1:] else elsewhere)
    with suppress(ExportError):
        _looked_up("s1", tmp_path)
    assert list(elsewhere.iterdir()) == []
    assert (tmp_path / "file").read_bytes() == b"mine"
