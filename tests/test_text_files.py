"""Text is UTF-8 whatever the system's locale is: every call that opens a file as text says so."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def careless(source):
    """The lines of the calls that read or write text in the encoding of the locale."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name("tarfile" | "gzip"), attr="open")):
                continue  # bytes
            case ast.Call(func=ast.Attribute(attr="read_text" | "write_text")):
                pass
            case ast.Call(func=ast.Attribute(attr="open"), args=[]):
                pass
            case ast.Call(func=ast.Name("open") | ast.Attribute(attr="open"), args=[*_, ast.Constant("r" | "w" | "a")]):
                pass
            case _:
                continue
        if "encoding" not in {keyword.arg for keyword in node.keywords}:
            yield node.lineno


def test_every_text_file_is_opened_as_utf_8():
    files = [path for folder in ("vlearn", "exporters", "tests") for path in (ROOT / folder).rglob("*.py")]
    assert len(files) > 200
    assert [(str(path), line) for path in files for line in careless(path.read_text(encoding="utf-8"))] == []


CARELESS = ["path.read_text()", "path.write_text(text)", "open(name, 'w')", "path.open('a')", "path.open()"]
CAREFUL = ["path.read_text(encoding='utf-8')", "path.read_bytes()", "open(name, 'rb')", "opener.open(url)"]


@pytest.mark.parametrize(("source", "found"), [(s, [1]) for s in CARELESS] + [(s, []) for s in CAREFUL])
def test_what_is_careless(source, found):
    assert list(careless(source)) == found
