"""Same exam, same bytes: twice in a process, and in processes that hash differently."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.exporters.reading import FORMATS, Format, in_every_format
from vlearn.exams.form import Form, Section
from vlearn.exams.printing import Print

PROGRAM = """
from tests.exporters.conftest import build
from tests.exporters.test_same_bytes import digests
print(digests(build()))
"""


def digests(form: Form) -> str:
    look = Print(size="letter", columns=2, cover=True, boxes=True, space="generous", key="answers", language="de")
    forms = (form, replace(form, print=look, sections=(Section(0, "One"), Section(5, "Two", "*Well*."))))
    made = ((one.exporter, form) for one in FORMATS for form in forms)
    files = (file for exporter, form in made for file in (exporter.paper(form.paper), exporter.key(form)))
    return " ".join(hashlib.sha256(file).hexdigest() for file in files)


def test_twice_in_one_process(make_form: Callable[..., Form]) -> None:
    assert digests(make_form()) == digests(make_form())


@pytest.mark.parametrize("seed", ["1", "2"])
def test_in_another_process_with_another_hash_seed(form: Form, seed: str) -> None:
    elsewhere = {"PYTHONHASHSEED": seed, "TZ": "Pacific/Auckland", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, env=os.environ | elsewhere, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == digests(form)


@in_every_format
def test_another_title_gives_other_bytes(format: Format, make_form: Callable[..., Form]) -> None:
    other = make_form(write=lambda text: f"{text}.")
    assert format.exporter.paper(make_form().paper) != format.exporter.paper(other.paper)
