"""The page's own grading, run by Node.js."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from exporters import practice_html
from exporters.phrasebook import ENGLISH
from exporters.practice_data import spoken

FOLDER = Path(__file__).parent
GRADING = ("sha256", "sealing", "texts", "numbers", "grading")

Grader = Callable[[dict[str, Any]], Any]


@pytest.fixture(scope="session")
def grader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Grader]:
    """Asks the page's scripts: what it is given and what it gives are what JSON can hold."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on the PATH to run the page's scripts with")
    assert set(GRADING) < set(practice_html.SCRIPTS)
    scripts = Path(practice_html.__file__).parent / "scripts"
    whole = tmp_path_factory.mktemp("page") / "whole.js"
    whole.write_text(
        "\n".join((scripts / f"{name}.js").read_text(encoding="utf-8") for name in GRADING), encoding="utf-8"
    )
    command = [node, FOLDER / "grader.js", whole, json.dumps(spoken(ENGLISH))]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdin
        assert process.stdout

        def ask(asked: dict[str, Any]) -> Any:
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield ask
        process.stdin.close()
