"""Reading YAML safely: what may stand in a file, where, and what is refused."""

import pytest
import yaml

from vlearn.questions import load as loading
from vlearn.questions.load import LIMIT, load, read

FAULTS = [
    ("a: b: c", 1, ["not YAML", "colon and a space in quotes"]),
    ("a: 1\nb: [1, 2\nc: 3\n", 3, ["not YAML"]),
    ("a: 1\nb:\n\t- c\n", 3, ["not YAML", "indent with spaces"]),
    ("a: 'it's'", 1, ["not YAML", "under `|`"]),
    ("a: [[1]] is it", 1, ["not YAML", "under `|`"]),
    ('a: "open', 1, ["not YAML"]),
    ("a: 1\nb: \x01\n", 2, ["does not allow the character"]),
    ('a: 1\nb: "\\ud800"\n', 2, []),
    ("a: &x 1\nb: *x\n", 2, ["aliases such as *x", "write the text out"]),
    ("a: &x [*x]\n", 1, ["aliases such as *x"]),
    ("a: !!python/object:os.system ls\n", 1, ["tags such as", "python/object"]),
    ("a: !!int 3\n", 1, ["tags such as"]),
    ("a: 1\n---\nb: 2\n", 3, ["second document"]),
    ("a: 1\nb: 2\na: 3\n", 3, ["`a` is given twice, first in line 1"]),
    ("? [a]\n: b\n", 1, ["a name must be plain text"]),
    ("[" * 500_000, 1, ["nested deeper", "is a bracket open?"]),
]


@pytest.fixture(params=["C parser", "Python parser"])
def parser(request, monkeypatch):
    """PyYAML comes with a parser in C, except where it was built without."""
    if request.param == "Python parser":
        monkeypatch.setattr(loading, "_LOADER", yaml.BaseLoader)


@pytest.mark.usefixtures("parser")
@pytest.mark.parametrize(("text", "line", "fragments"), FAULTS, ids=[text[:16] for text, _, _ in FAULTS])
def test_a_fault_is_told_with_its_line_and_what_would_be_right(text, line, fragments):
    (fault,) = read(text).faults
    assert fault[1] == line
    assert all(fragment in fault[2] for fragment in fragments), fault[2]


@pytest.mark.parametrize("scalar", ["no", "24", "0x18", "1:30", "010", "2026-01-01", "null", "~", "<<", ".inf"])
def test_a_scalar_stays_the_text_it_is_written_as(scalar):
    assert read(f"a: {scalar}").value == {"a": scalar}


def test_every_place_has_its_line():
    document = read(
        "questions:\n  - id: a\n    options:\n      - text: >-\n          folded\n          on\n      - x\n"
    )
    assert document.value == {"questions": [{"id": "a", "options": [{"text": "folded on"}, "x"]}]}
    assert document.line(("questions", 0)) == 2
    assert document.line(("questions", 0, "options", 0, "text")) == 4
    assert document.line(("questions", 0, "options", 1)) == 7
    assert document.line(("questions", 0, "options", 1, "text", "deeper")) == 7
    assert document.line(("absent",)) == 1


def test_every_duplicate_name_is_told():
    faults = read("a: 1\na: 2\nb: {c: 1, c: 2}\na: {d: 1}\n").faults
    assert [(where, line) for where, line, _ in faults] == [((), 2), (("b",), 3), ((), 4)]


def test_a_file_beyond_the_limit_is_not_read(tmp_path):
    path = tmp_path / "large.yaml"
    path.write_text("a" * (LIMIT + 1), encoding="utf-8")
    assert "split it" in load(path).faults[0][2]


def test_a_file_that_is_not_utf_8_is_told_at_its_line(tmp_path):
    path = tmp_path / "latin.yaml"
    path.write_bytes("a: 1\nb: é\n".encode("latin-1"))
    assert load(path).faults == [((), 2, "the file is not UTF-8 text: save it as UTF-8")]


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path):
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: x\r\n")
    document = load(path)
    assert document.value == {"a": "1", "b": "x"}
    assert document.line(("b",)) == 2


def test_nested_aliases_are_not_expanded():
    """Each line doubles the one before; 2**60 texts would come of it."""
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60))]
    assert "aliases such as *a0" in read("\n".join(lines)).faults[0][2]
