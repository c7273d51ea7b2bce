"""A roster is read as it is, in any script and the encodings it says, or refused with file and line."""

import pytest

from vlearn.errors import RosterError
from vlearn.exams.roster.students import read_roster

NAMES = [
    "Ada Lovelace",
    "María/José, Jr.",
    'Jürgen "J" Groß',
    "王小明",
    "محمد علي",
    "שרה כהן",
    "Zoë O'Neil",
    "../../etc/passwd",
    "=HYPERLINK(1)",
    "🙂",
]


def quoted(text):
    return '"' + text.replace('"', '""') + '"'


ROSTER = "id,name\n" + "".join(f"s/{n},{quoted(name)}\n" for n, name in enumerate(NAMES))


@pytest.fixture
def read(tmp_path):
    def read(content, encoding=None):
        path = tmp_path / "roster.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return [(one.student.id, one.student.name, one.line) for one in read_roster(path, encoding)]

    return read


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_names_of_any_script_are_read_as_they_are(read, encoding):
    assert read(ROSTER.encode(encoding)) == [(f"s/{n}", name, n + 2) for n, name in enumerate(NAMES)]


@pytest.mark.parametrize(
    "content",
    [
        "id,name\n7,Ada\n",
        "\r\n\r\nID ; Name\r\n7;Ada\r\n",
        "name\tseat\tid\nAda\t12\t7\n",
        "id,name,seat\n,,\n\n 7 ,  Ada \n",
        b"\xef\xbb\xbfid,name\r7,Ada\r",
    ],
)
def test_spreadsheets_write_the_same_roster_in_many_ways(read, content):
    assert [row[:2] for row in read(content)] == [("7", "Ada")]


def test_a_named_encoding_is_used_and_another_is_never_guessed(read):
    content = "id,name\n1,Zoë\n".encode("cp1252")
    assert read(content, "cp1252") == [("1", "Zoë", 2)]
    with pytest.raises(RosterError, match=r"roster.csv:2: this line is not utf-8: .* --encoding cp1252"):
        read(content)


def test_a_name_over_two_lines_does_not_shift_the_lines_below(read):
    with pytest.raises(RosterError, match=r"^[^\n]*roster.csv:4: `name` is empty[^\n]*$"):
        read('id,name\n1,"Ada\nLovelace"\n2,\n')


def test_large_print_is_for_whom_the_roster_says_so(tmp_path):
    path = tmp_path / "roster.csv"
    path.write_text("id;name; Print \n1;Ada;large\n2;Bob;\n3;Eve; Large\n4;Mia\n", encoding="utf-8")
    assert [one.large for one in read_roster(path)] == [True, False, True, False]


WRONG = [
    ("", r":1: the roster has no column 'id' \(there are: none\)\n.*:1: the roster has no column 'name'"),
    ("id,surname\n1,Ada\n", r":1: the roster has no column 'name' .*'id', 'surname'\); did you mean 'surname'\?"),
    ("id,name,ID\n1,Ada,2\n", r":1: the roster has the column 'id' 2 times"),
    ("id,name\n", r":1: the roster lists no student"),
    ("id,name\n1,Ada\n2,Bob\n1,Ada\n", r":4: student '1' is listed twice, first in line 2"),
    ("id,name\ne\u0301,Ada\n\u00e9,Bob\n", r":3: student 'é' is listed twice, first in line 2"),
    ("id,name\n1\n", r":2: `name` is empty"),
    ("id,name\n,Ada\n2,\n", r":2: `id` is empty.*\n.*:3: `name` is empty"),
    ('id,name\n1,Ada\n2,"Bob\n3,Eve\n', r":3: the row that begins here is not CSV"),
    ('id,name\n1,"A"da\n', r":2: the row that begins here is not CSV"),
    (f"id,name\n{'9' * 61},Ada\n", r":2: `id` has 61 characters; it may have 60"),
    ("id,name\n1,A\x00da\n", r":2: `name` has the invisible character U\+0000"),
    ("id,name\n1,A\u202eda\n", r":2: `name` has the invisible character U\+202E"),
    ("id,name,print\n1,Ada,\n2,Bob,big\n", r":3: `print` is 'big'; it must be large, or empty for print as everybody"),
    ("id,name,print,print\n1,Ada,,\n", r":1: the roster has the column 'print' 2 times"),
    (b"\xff\xfei", r":1: this line is not utf-16"),
]


@pytest.mark.parametrize(("content", "told"), WRONG)
def test_what_is_wrong_is_told_with_its_line(read, content, told):
    with pytest.raises(RosterError, match=rf"roster.csv{told}"):
        read(content)


def test_a_file_that_is_not_there_and_an_encoding_that_nobody_knows_are_errors(read, tmp_path):
    with pytest.raises(RosterError, match=r"nobody.csv: the roster cannot be read: No such file"):
        read_roster(tmp_path / "nobody.csv")
    with pytest.raises(RosterError, match="no encoding named 'klingon'"):
        read("id,name\n1,Ada\n", "klingon")
