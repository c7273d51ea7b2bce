"""`vlearn cluster`: a served cluster, as somebody uses it, and one grown to size."""

import json
import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner

from vlearn.cli import main


def _served(folder: Path, *options: str) -> subprocess.Popen[str]:
    words = ["cluster", "serve", "--kubeconfig", str(folder / "config"), *options]
    program = f"from vlearn.cli import main; main({words!r})"
    return subprocess.Popen(
        [sys.executable, "-u", "-c", program], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def test_a_served_cluster_answers_until_it_is_interrupted(tmp_path):
    process = _served(tmp_path, "--nodes", "2", "--speed", "0")
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(4)]
        config = tmp_path / "config"
        assert config.stat().st_mode & 0o777 == 0o600
        server = json.loads(config.read_text(encoding="utf-8"))["clusters"][0]["cluster"]["server"]
        assert server.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(f"{server}/api/v1/nodes", timeout=20) as answer:
            names = [node["metadata"]["name"] for node in json.load(answer)["items"]]
    finally:
        os.kill(process.pid, signal.SIGINT)
        rest, _ = process.communicate(timeout=30)
    assert names == ["node-1", "node-2"]
    assert lines[0] == "A cluster of 2 nodes runs at speed 0. In another terminal:\n"
    assert lines[1].strip() == f"export KUBECONFIG={config}"
    assert rest.endswith("The cluster is gone.\n")
    assert process.returncode == 0
    assert not config.exists()


def test_a_kubeconfig_that_is_there_is_kept(tmp_path):
    config = tmp_path / "config"
    config.write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(main, ["cluster", "serve", "--kubeconfig", str(config)])
    assert result.exit_code == 1
    assert "is there already" in result.output
    assert config.read_text(encoding="utf-8") == "mine"


def test_a_grown_cluster_says_what_it_took():
    result = CliRunner().invoke(main, ["cluster", "grow", "--nodes", "2", "--pods", "20"])
    assert result.exit_code == 0
    assert "20 of 20 pods run on 2 nodes." in result.output


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("grow", "--nodes", "1", "--pods", "111"), "1 nodes take 0 to 110 pods, not 111"),
        (("serve", "--speed", "-1"), "Invalid value for '--speed'"),
        (("serve", "--nodes", "0"), "Invalid value for '--nodes'"),
    ],
)
def test_what_is_impossible_is_refused(options: tuple[str, ...], words: str):
    result = CliRunner().invoke(main, ["cluster", *options])
    assert result.exit_code == 2
    assert words in result.output
