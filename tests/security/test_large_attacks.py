"""Attacks by size: in a process with 1 GiB of memory and a minute they end in words, and nothing is written."""

import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.security.test_import_attacks import LAUGHS, drawn, quiz

LARGE = {
    "billion laughs": f"{LAUGHS}<quiz>&a11;</quiz>",
    "a picture of 20 MB": drawn("x" * 15_000_000),
    "a text of 20 MB": quiz("x" * 20_000_000),
    "a name of 20 MB": quiz(name="x" * 20_000_000),
    "a hundred thousand questions": "<quiz>" + '<question type="x"/>' * 100_000 + "</quiz>",
    "half a million elements": "<quiz>" + "<a/>" * 600_000 + "</quiz>",
}


def _little() -> None:
    """1 GiB of memory and a minute."""
    resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))


@pytest.mark.parametrize("attack", LARGE)
def test_a_large_attack_ends_in_words_with_little_memory(attack: str, tmp_path: Path) -> None:
    (tmp_path / "bank.xml").write_text(LARGE[attack], encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", "from vlearn.cli import main; main()", "bank", "import", "bank.xml", "--into", "new"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
        preexec_fn=_little,
    )  # fmt: skip
    assert done.returncode in (1, 2), done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "new").exists()
