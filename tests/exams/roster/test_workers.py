"""A Dask cluster makes the same papers as this machine alone, with the same command."""

import pytest
from click.testing import CliRunner

from tests.exams.test_files import tree
from vlearn.cli import main
from vlearn.errors import RosterError
from vlearn.exams.roster.workers import made

QUIZ = "title: Quiz\npoints: 12\nchapters: [ch06]\n"


@pytest.fixture(scope="module")
def cluster():
    distributed = pytest.importorskip("distributed", reason="the extra vlearn[cluster] is not installed")
    options = {"n_workers": 1, "threads_per_worker": 2, "processes": False, "dashboard_address": None}
    with distributed.LocalCluster(**options) as cluster:
        yield cluster.scheduler_address


@pytest.fixture
def command(tmp_path):
    """`vlearn exam roster`, and the folder that it leaves."""
    (tmp_path / "roster.csv").write_text(
        "id,name\n" + "".join(f"{n},Student {n}\n" for n in range(9)), encoding="utf-8"
    )
    (tmp_path / "quiz.yaml").write_text(QUIZ, encoding="utf-8")

    def command(*options):
        files = ["roster.csv", "--blueprint", "quiz.yaml", "--out", options[-1]]
        arguments = [str(tmp_path / word) if "." in word or word == options[-1] else word for word in files]
        result = CliRunner().invoke(main, ["exam", "roster", *arguments, "--seed", "5", *options[:-1]])
        return result, tree(tmp_path / options[-1])

    return command


def test_a_cluster_of_threads_makes_the_same_papers_as_one_process(command, cluster):
    alone, expected = command("--jobs", "1", "alone")
    spread, files = command("--dask", cluster, "spread")
    assert alone.exit_code == spread.exit_code == 0, alone.output + spread.output
    assert "9 papers with keys in" in spread.output
    assert files == expected
    assert sum(name.endswith(".pdf") for name in files) == 18


def test_what_is_wrong_is_one_paragraph_and_exit_code_2(command):
    result, files = command("--format", "pfd", "out")
    assert result.exit_code == 2
    assert "vlearn: there is no exporter named 'pfd'; did you mean 'pdf'?" in result.output
    assert files == {}


def test_a_cluster_that_is_not_there_is_an_error(monkeypatch):
    distributed = pytest.importorskip("distributed", reason="the extra vlearn[cluster] is not installed")

    def client(*_, **__):
        raise OSError("Timed out trying to connect")

    monkeypatch.setattr(distributed, "Client", client)
    with pytest.raises(RosterError, match=r"no Dask cluster with workers at 'tcp://127.0.0.1:9': Timed out"):
        list(made(None, (), dask="tcp://127.0.0.1:9"))
