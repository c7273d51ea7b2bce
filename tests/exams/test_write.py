"""Exams are rendered by installed exporters, ours and anybody's, and only then written."""

import sys

import pytest

from exporters import pdf
from tests.exams.banks import bank, blueprint, entry
from tests.exams.test_files import tree
from vlearn.errors import ExportError
from vlearn.exams.blueprint import Blueprint
from vlearn.exams.exporters import formats, usable_formats
from vlearn.exams.forms import forms
from vlearn.exams.write import write_exam

BANK = bank(*(entry(f"q{n}") for n in range(6)))

MODULES = {
    "plain": """
SUFFIX = ".txt"
def paper(paper): return f"{paper.form}: {len(paper.items)} questions".encode()
def key(form): return f"{form.name}: {[q.id for q in form.questions]}".encode()
""",
    "keyless": """
SUFFIX = "quiz.zip"
key = None
def paper(paper): return b"zip"
""",
    "twin": """
SUFFIX = ".txt"
key = None
def paper(paper): return b"twin"
""",
    "broken": """
from vlearn.errors import ExportError
SUFFIX = ".doc"
key = None
def paper(paper):
    if paper.form == "B":
        raise ExportError("question 3 has a picture that cannot be drawn")
    return b"fine"
""",
    "unready": "import a_package_that_nobody_has\n",
}


@pytest.fixture
def installed(tmp_path_factory, monkeypatch):
    """Another package with exporters, found as any installed one is."""
    site = tmp_path_factory.mktemp("site")
    info = site / "made_up-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: made-up\nVersion: 1.0\n", encoding="utf-8")
    points = "".join(f"{name} = made_up_{name}\n" for name in MODULES)
    (info / "entry_points.txt").write_text(f"[vlearn.exporters]\n{points}", encoding="utf-8")
    for name, source in MODULES.items():
        (site / f"made_up_{name}.py").write_text(source, encoding="utf-8")
    monkeypatch.syspath_prepend(site)


@pytest.fixture
def two_forms():
    return forms(blueprint(6), BANK, 0)


def test_our_own_formats_are_installed():
    assert {"html", "notebook", "pdf"} <= set(formats())


def test_all_of_our_own_formats_can_be_written_here():
    assert {"html", "notebook", "pdf"} <= set(usable_formats()[0])


def test_a_format_that_lacks_a_package_is_left_out_and_said_why(installed, monkeypatch):
    pdf._compiler.cache_clear()
    monkeypatch.setitem(sys.modules, "typst", None)
    usable, left_out = usable_formats()
    assert {"plain", "keyless", "html", "notebook"} <= set(usable)
    assert left_out["pdf"] == "a PDF needs the package typst: pip install 'vlearn[pdf]'"
    assert left_out["unready"].startswith("the exporter 'unready' needs the package a_package_that_nobody_has")
    assert set(usable) | set(left_out) == set(formats())


def test_every_form_is_written_in_every_format_with_its_key(installed, two_forms, tmp_path):
    written = write_exam(two_forms, ["plain", "keyless"], tmp_path)
    assert [path.name for path in written] == [
        "made-up-A-paper.txt",
        "made-up-A-key.txt",
        "made-up-A-paper.quiz.zip",
        "made-up-B-paper.txt",
        "made-up-B-key.txt",
        "made-up-B-paper.quiz.zip",
    ]
    assert tree(tmp_path).keys() == {path.name for path in written}
    assert (tmp_path / "made-up-A-paper.txt").read_bytes() == b"A: 3 questions"


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Practice exam: memory virtualization", "practice-exam-memory-virtualization-A-paper.txt"),
        ("../../etc/passwd", "etc-passwd-A-paper.txt"),
        ("Übung Nº 1 (a/b)", "ubung-no-1-a-b-A-paper.txt"),
        ("測驗 🙂", "exam-A-paper.txt"),
        ("long " * 40, "long-long-long-long-long-long-long-long-long-long-long-long-A-paper.txt"),
    ],
)
def test_titles_become_file_names_that_every_system_can_have(installed, tmp_path, title, name):
    made = forms(Blueprint(title=title, points=6, forms=("A",)), BANK, 0)
    assert write_exam(made, ["plain"], tmp_path)[0] == tmp_path / name


def test_progress_is_told_before_each_step_and_at_the_end(installed, two_forms, tmp_path):
    told = []
    write_exam(two_forms, ["plain", "keyless"], tmp_path, lambda *step: told.append(step))
    assert told == [(0, 4), (1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_format_named_twice_is_written_once(installed, two_forms, tmp_path):
    assert len(write_exam(two_forms, ["plain", "plain"], tmp_path)) == 4


WRONG = [
    (
        ["plain", "pfd"],
        r"there is no exporter named 'pfd'; did you mean 'pdf'\? \(installed are: broken, docx, html, keyless, ",
    ),
    ([], "needs at least one format"),
    (["plain", "twin"], "form A as twin would be a second file named made-up-A-paper.txt"),
    (["plain", "broken"], "question 3 has a picture that cannot be drawn"),
    (["unready"], "the exporter 'unready' needs the package a_package_that_nobody_has, which is not installed"),
]


@pytest.mark.parametrize(("wanted", "told"), WRONG, ids=[str(wanted) for wanted, _ in WRONG])
def test_nothing_is_written_when_anything_is_wrong(installed, two_forms, tmp_path, wanted, told):
    with pytest.raises(ExportError, match=told):
        write_exam(two_forms, wanted, tmp_path / "out")
    assert tree(tmp_path) == {}
