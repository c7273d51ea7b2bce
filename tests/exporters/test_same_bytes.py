"""Same exam, same bytes: twice in a process, and in processes that hash differently."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from exporters import html, notebook, pdf
from vlearn.exams.form import Form

PROGRAM = """
import hashlib
from exporters import html, notebook, pdf
from tests.exporters.conftest import build
form = build()
for exporter in (html, notebook, pdf):
    print(hashlib.sha256(exporter.paper(form.paper)).hexdigest(), hashlib.sha256(exporter.key(form)).hexdigest())
"""


def digests(form: Form) -> str:
    pairs = ((exporter.paper(form.paper), exporter.key(form)) for exporter in (html, notebook, pdf))
    return "".join(f"{hashlib.sha256(a).hexdigest()} {hashlib.sha256(b).hexdigest()}\n" for a, b in pairs)


def test_twice_in_one_process(make_form: Callable[..., Form]) -> None:
    assert digests(make_form()) == digests(make_form())


@pytest.mark.parametrize("seed", ["1", "2"])
def test_in_another_process_with_another_hash_seed(form: Form, seed: str) -> None:
    elsewhere = {"PYTHONHASHSEED": seed, "TZ": "Pacific/Auckland", "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, env=os.environ | elsewhere, capture_output=True, text=True, check=True)
    assert done.stdout == digests(form)


@pytest.mark.parametrize("exporter", [html, notebook, pdf])
def test_another_title_gives_other_bytes(exporter: ModuleType, make_form: Callable[..., Form]) -> None:
    other = make_form(write=lambda text: f"{text}.")
    assert exporter.paper(make_form().paper) != exporter.paper(other.paper)
