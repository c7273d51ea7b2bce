"""A run that is killed and a disk that is full, for real: signal 9, and a limit to what a process may write."""

import hashlib
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

VLEARN = (sys.executable, "-c", "from vlearn.cli import main; main()")
ROSTER = ("exam", "roster", "roster.csv", "--blueprint", "quiz.yaml", "--seed", "5", "--format", "html", "--jobs", "1")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a roster and a blueprint."""
    (tmp_path / "roster.csv").write_text(
        "id,name\n" + "".join(f"s{n},Student {n}\n" for n in range(20)), encoding="utf-8"
    )
    (tmp_path / "quiz.yaml").write_text("title: Quiz\npoints: 6\nquestions: 3\n", encoding="utf-8")
    return tmp_path


def files(folder: Path) -> dict[str, str]:
    """A digest of each file, by its name."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def run(folder: Path, *arguments: str, largest: int | None = None) -> subprocess.CompletedProcess[str]:
    """The command in the folder; with `largest` it can write no file of more bytes."""
    limit = (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))) if largest else None
    return subprocess.run(
        [*VLEARN, *arguments], cwd=folder, capture_output=True, text=True, check=False, preexec_fn=limit
    )


def test_a_run_that_is_killed_leaves_whole_papers_and_goes_on(folder: Path) -> None:
    with subprocess.Popen([*VLEARN, *ROSTER], cwd=folder, stdout=subprocess.DEVNULL) as killed:
        while killed.poll() is None and len(list((folder / "out" / "papers").glob("*"))) < 3:
            time.sleep(0.005)
        killed.kill()
    left = {name: digest for name, digest in files(folder / "out").items() if name.startswith(("papers/", "keys/"))}
    assert len(left) >= 3
    assert run(folder, *ROSTER).returncode == 0
    assert run(folder, *ROSTER, "--out", "whole").returncode == 0
    whole = files(folder / "whole")
    assert left.items() <= whole.items(), "what was there was whole"
    assert files(folder / "out") == whole


def test_a_disk_that_is_full_for_papers_is_told_and_leaves_none_that_is_half(folder: Path) -> None:
    done = run(folder, *ROSTER[:-1], "2", largest=5000)
    assert (done.returncode, "Traceback" in done.stderr, "Warning" in done.stderr) == (2, False, False), done.stderr
    assert "vlearn: out: the papers cannot be written here (File too large); the finished ones are kept" in done.stderr
    assert not [name for name in files(folder / "out") if name != "codes.csv"]


def test_a_disk_that_is_full_for_an_exam_leaves_nothing(folder: Path) -> None:
    done = run(folder, "exam", "--blueprint", "quiz.yaml", "--format", "html", "--out", "exam", largest=3000)
    assert (done.returncode, "Traceback" in done.stderr) == (2, False), done.stderr
    assert "vlearn: exam: the exam cannot be written here (File too large), and nothing was changed" in done.stderr
    assert not (folder / "exam").exists()
