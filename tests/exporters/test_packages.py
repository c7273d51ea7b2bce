"""Packages that are the same everywhere, XML that is always well-formed, and the entry points of all these formats."""

import hashlib
import io
import os
import subprocess
import sys
import zipfile
from importlib.metadata import entry_points
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exporters.packages import package
from exporters.xml_tree import document, element, from_html
from tests.exporters.hostile import PLAIN
from vlearn.exams.collection import Collection

FORMATS = ("anki", "csv", "docx", "json", "nbgrader", "qti12", "qti21")
PROGRAM = "from tests.exporters.test_packages import digests; print(digests())"


def digests() -> str:
    exporters = [next(iter(entry_points(group="vlearn.question_exporters", name=name))).load() for name in FORMATS]
    return " ".join(hashlib.sha256(exporter.questions(PLAIN)).hexdigest() for exporter in exporters)


def test_every_format_is_the_same_in_another_process_with_another_hash_seed() -> None:
    elsewhere = {"PYTHONHASHSEED": "7", "TZ": "Pacific/Auckland", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=os.environ | elsewhere, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == digests()


@pytest.mark.parametrize("name", FORMATS)
def test_a_collection_of_nothing_is_a_file_too(name: str) -> None:
    exporter = next(iter(entry_points(group="vlearn.question_exporters", name=name))).load()
    nothing = Collection("", ())
    assert exporter.questions(nothing)
    assert exporter.left_out(nothing) == ()
    assert exporter.SUFFIX.startswith(".")


def test_a_package_holds_its_files_in_order_with_one_date() -> None:
    content = package({"b": b"1", "a/c": b"2"})
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert [(e.filename, e.date_time, archive.read(e)) for e in archive.infolist()] == [
            ("b", (1980, 1, 1, 0, 0, 0), b"1"),
            ("a/c", (1980, 1, 1, 0, 0, 0), b"2"),
        ]


@given(st.text(), st.text(), st.text())
def test_any_text_makes_well_formed_xml(one: str, two: str, three: str) -> None:
    root = ET.fromstring(document(element("a", {"b": one}, two, element("c"), three)))
    assert [child.tag for child in root] == ["c"]


def test_html_keeps_what_is_allowed_and_the_text_of_the_rest() -> None:
    (made,) = from_html(
        '<p dir="auto" class="x">a<br>b <span>c&lt;</span><em>d</em></p>\n',
        {"p": frozenset({"class"}), "br": frozenset(), "em": frozenset()},
    )
    assert ET.tostring(made, encoding="unicode") == '<p class="x">a<br />b c&lt;<em>d</em></p>\n'
