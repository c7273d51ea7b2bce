"""Attacks by file, each by its name: it is refused in words or read as what it says, and nothing else happens.

No socket, no process, no other file, by the interpreter's audit events.
"""

import base64
from pathlib import Path

import pytest

from tests.security.targets import OBJECTIVE, TARGETS
from tests.security.watched import watched
from vlearn.errors import BankError, VlearnError
from vlearn.questions.importing.gift import read_gift
from vlearn.questions.importing.imported import Imported
from vlearn.questions.importing.moodle import read_moodle
from vlearn.questions.importing.store import _FIRST, files

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">'
OPTIONS = '<answer fraction="100"><text>a</text></answer><answer fraction="0"><text>b</text></answer>'
XI = 'xmlns:xi="http://www.w3.org/2001/XInclude"'


def quiz(
    text: str = "What?", inner: str = OPTIONS, name: str = "mine", kind: str = "multichoice", file: str = ""
) -> str:
    """A Moodle file with one question."""
    return (
        f'<?xml version="1.0"?><quiz><question type="{kind}"><name><text>{name}</text></name>'
        f"<questiontext><text><![CDATA[{text}]]></text>{file}</questiontext>{inner}</question></quiz>"
    )


def drawn(svg: str | bytes, name: str = "a.svg") -> str:
    """A Moodle file whose question has this picture."""
    content = base64.b64encode(svg if isinstance(svg, bytes) else svg.encode()).decode()
    return quiz(
        f'See <img src="@@PLUGINFILE@@/{name}" alt="x">', file=f'<file name="{name}" encoding="base64">{content}</file>'
    )


LAUGHS = '<!DOCTYPE quiz [<!ENTITY a0 "ha">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)
) + "]>"  # fmt: skip
USES = SVG + '<g id="a0"><path d="M0 0"/></g>' + "".join(
    f'<g id="a{n}"><use href="#a{n - 1}"/><use href="#a{n - 1}"/></g>' for n in range(1, 60)
) + "</svg>"  # fmt: skip

REFUSED_XML = {
    "billion laughs": (f"{LAUGHS}<quiz>&a11;</quiz>", "document type"),
    "one large entity many times": (
        f'<!DOCTYPE q [<!ENTITY a "{"x" * 50_000}">]><quiz>{"&a;" * 50_000}</quiz>',
        "document type",
    ),
    "external entity": ('<!DOCTYPE q [<!ENTITY x SYSTEM "file:///etc/passwd">]><quiz>&x;</quiz>', "document type"),
    "external entity over the network": (
        '<!DOCTYPE q [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]><quiz>&x;</quiz>',
        "document type",
    ),
    "parameter entity": (
        '<!DOCTYPE q [<!ENTITY % p SYSTEM "http://127.0.0.1:9/p.dtd"> %p;]><quiz/>',
        "document type",
    ),
    "document type from the network": ('<!DOCTYPE q PUBLIC "-//x" "http://127.0.0.1:9/x.dtd"><quiz/>', "document type"),
    "deep nesting": ("<quiz>" + "<a>" * 100_000, "nested deeper"),
    "zip bomb": ("PK\x03\x04" + "\0" * 1000, "unpack it"),
    "a NUL": (quiz("a\0b"), "not well-formed"),
    "half a surrogate pair": (quiz(name="&#xD800;"), "not well-formed"),
}


@pytest.mark.parametrize(("xml", "told"), REFUSED_XML.values(), ids=REFUSED_XML)
def test_a_hostile_xml_file_is_refused_in_words_and_nothing_else_happens(xml: str, told: str) -> None:
    with watched() as seen, pytest.raises(BankError, match=told):
        read_moodle(xml.encode(), OBJECTIVE)
    assert seen == []


REFUSED_PICTURES = {
    "a drawing with a document type": (drawn(f'<!DOCTYPE svg [<!ENTITY x "y">]>{SVG}</svg>'), "document type"),
    "a drawing that multiplies itself": (drawn(USES), "more than 50000 elements"),
    "a drawing that contains itself": (drawn(f'{SVG}<g id="a"><use href="#a"/></g></svg>'), "more than 50000 elements"),
    "a drawing nested without end": (drawn(SVG + "<g>" * 30_000 + "</g>" * 30_000 + "</svg>"), "nested deeper"),
    "a drawing that is no drawing": (drawn(b"\x89PNG\r\n\x1a\n\xff"), "no SVG, PNG or JPEG"),
    "base64 that is none": (drawn("x").replace("eA==", "é"), "no SVG, PNG or JPEG"),
    "a picture elsewhere": (quiz('<img src="file:///etc/passwd" alt="x">'), "is not in the file"),
    "a picture above": (quiz('<img src="@@PLUGINFILE@@/../../x.svg" alt="x">'), "is not in the file"),
    "a picture on the network": (quiz('<img src="http://127.0.0.1:9/x.svg" alt="x">'), "is not in the file"),
}


@pytest.mark.parametrize(("xml", "told"), REFUSED_PICTURES.values(), ids=REFUSED_PICTURES)
def test_a_hostile_picture_is_refused_with_its_question(xml: str, told: str) -> None:
    with watched() as seen:
        (refused,) = read_moodle(xml.encode(), OBJECTIVE).refused
    assert told in refused.reason
    assert seen == []


def harmless(imported: Imported, folder: Path) -> str:
    """All that would be written, once it is known that it is one file here and its drawings."""
    made = files(imported, "../../imported", folder)
    assert all(Path(name).name == name and not name.startswith((".", "-")) for name in made)
    return "\n".join(content.decode().removeprefix(_FIRST) for content in made.values())


def test_an_include_is_not_followed(tmp_path: Path) -> None:
    include = f'<xi:include {XI} href="file:///etc/passwd" parse="text"/>'
    with watched() as seen:
        imported = read_moodle(quiz().replace("</questiontext>", f"{include}</questiontext>").encode(), OBJECTIVE)
    assert "root:" not in harmless(imported, tmp_path)
    assert seen == []


@pytest.mark.parametrize("name", ["../../x", "/etc/passwd", "..", "a/../../b", "C:\\x", "-rf", "x\u202ey"])
def test_no_name_leads_out_of_the_folder(name: str, tmp_path: Path) -> None:
    named = drawn(f'{SVG}<path d="M0 0"/></svg>', name.replace("\\", "/")).replace(">mine<", f">{name}<")
    written = harmless(read_moodle(named.encode(), OBJECTIVE), tmp_path)
    assert ".." not in written
    assert "passwd" not in written or "etc-passwd" in written
    harmless(read_gift(f"// [id:{name}]\nWhat?{{=a ~b}}".encode(), OBJECTIVE), tmp_path)


def test_a_program_that_comes_in_is_not_run(tmp_path: Path) -> None:
    """Its reference is kept as text; only grading runs programs, in a process of their own."""
    trap = tmp_path / "ran"
    source = f"def f(x):\n    return x\nopen({str(trap)!r}, 'w')\n__import__('os').system('touch {trap}')"
    table = f"<table><tr><td>f(1)</td><td>1</td></tr></table><pre>{source}</pre>"
    info = f"<graderinfo><text><![CDATA[{table}]]></text></graderinfo><tags><tag><text>kind:code</text></tag></tags>"
    with watched() as seen:
        imported = read_moodle(quiz(kind="essay", inner=info).encode(), OBJECTIVE)
        harmless(imported, tmp_path)
    assert imported.questions[0]["kind"] == "code"
    assert seen == []
    assert not trap.exists()


YAML = {
    "alias bomb": "a0: &a0 [x, x]\n" + "\n".join(f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]" for n in range(1, 40)),
    "merge bomb": "a: &a {b: c}\nd: {<<: [*a, *a, *a]}",
    "Python object": "questions: !!python/object/apply:os.system [touch ran]",
    "Python name": "questions: !!python/name:os.system",
    "binary": "questions: !!binary aGk=",
    "deep nesting": "questions: " + "[" * 400_000,
    "a NUL": "questions: a\0b",
    "a line of 10 MB": "questions: " + "x" * 10_000_000,
    "half a surrogate pair": b"questions: \xed\xa0\x80",
    "half a surrogate pair, escaped": 'questions: "\\ud800"',
}
READ_AS_YAML = ("questions", "blueprint", "corrections", "scoring")


@pytest.mark.parametrize("target", READ_AS_YAML)
@pytest.mark.parametrize("attack", YAML)
def test_hostile_yaml_is_refused_by_every_reader_of_yaml(
    attack: str, target: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = YAML[attack]
    monkeypatch.chdir(tmp_path)
    with watched() as seen, pytest.raises(VlearnError, match=r"\.yaml:\d+: |\.yaml: "):
        TARGETS[target].read(data if isinstance(data, bytes) else data.encode())
    assert seen == []
    assert list(tmp_path.iterdir()) == []


ANYWHERE = {
    "nothing": b"",
    "a NUL": b"\0" * 100,
    "half a surrogate pair": b"\xed\xa0\x80",
    "every byte": bytes(range(256)),
    "a line of 10 MB": b"x" * 10_000_000,
    "10 MB of lines": b"x\n" * 5_000_000,
    "10 MB of brackets": b"[" * 10_000_000,
    "10 MB of quotes": b'"' * 10_000_001,
    "10 MB of commas": b"," * 10_000_000,
    "a hundred thousand columns": b",".join(b"c%d" % n for n in range(100_000)),
    "text turned around": "\u202e,\u2066\u202egnihton\n".encode(),
    "UTF-16": "student,form\n".encode("utf-16"),
    "zip bomb": b"PK\x03\x04" + b"\0" * 1000,
}


@pytest.mark.parametrize("target", TARGETS)
def test_whatever_the_file_is_the_reader_says_so(target: str) -> None:
    for data in ANYWHERE.values():
        with watched() as seen:
            TARGETS[target].refusal(data)
        assert seen == []
