"""Seconds that a notebook takes from a fresh kernel to its last cell, beside an empty notebook."""

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from vlearn.bench import Measurement
from vlearn.content import notebooks


def _seconds(notebook: nbformat.NotebookNode, folder: str) -> float:
    start = time.perf_counter()
    NotebookClient(notebook, timeout=300, resources={"metadata": {"path": folder}}).execute()
    return time.perf_counter() - start


def measure() -> Iterator[Measurement]:
    """Wall time including the start of the kernel, which the empty notebook shows."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["VLEARN_PROGRESS"] = str(Path(folder) / "progress.json")  # not into the user's own record
        empty = _seconds(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), folder)
        yield Measurement("an empty notebook", empty, "s")
        for path in sorted(Path(notebooks()).glob("*.ipynb")):
            seconds = _seconds(nbformat.read(path, as_version=4), folder)
            yield Measurement(path.stem, seconds, "s", "an empty notebook", seconds / empty)
