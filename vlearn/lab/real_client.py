"""The model's docker client beside the real one: command lines that the client refuses before it asks any daemon.

Where the docker command line is installed it is asked now, and pointed at a socket that does not exist: no daemon of
yours hears of it. Elsewhere the recorded answers of Docker 28.2 are shown, and the table says so.
"""

import json
import os
import shlex
import shutil
import subprocess

from vlearn.blocks import Table, Text
from vlearn.lab.assets import FOLDER
from vlearn.lab.shown import Shown, show
from vlearn.sim.engine.command_line.console import Console

RECORDED = FOLDER / "recorded_client.json"
NOBODY = "unix:///nonexistent/vlearn.sock"
LINES = (
    "run",
    "run --nmae web nginx",
    "run -p 99999:80 nginx",
    "run --memory lots nginx",
    "run --cpus half nginx",
    "run Nginx",
    "exec web",
    "rm",
    "stop",
    "logs",
    "ps all",
    "tag site",
    "push",
    "network create",
    "volume create one two",
    "frobnicate",
)
Answer = tuple[str, int]
"""The first line that is printed, and the exit code."""


def model_answers(lines: tuple[str, ...] = LINES) -> tuple[Answer, ...]:
    """What the model's client says."""
    console = Console()
    return tuple((_first(said.text), said.code) for said in (console.type(f"docker {line}") for line in lines))


def live_answers(lines: tuple[str, ...] = LINES) -> tuple[Answer, ...] | None:
    """What the real client says; None where there is none."""
    if shutil.which("docker") is None:
        return None
    environment = {**os.environ, "DOCKER_HOST": NOBODY, "LC_ALL": "C"}
    environment.pop("DOCKER_CONTEXT", None)
    found = []
    for line in lines:
        command = ["docker", *shlex.split(line)]
        done = subprocess.run(command, capture_output=True, encoding="utf-8", env=environment, check=False, timeout=30)
        found.append((_first(done.stderr or done.stdout), done.returncode))
    return tuple(found)


def recorded_answers() -> tuple[Answer, ...]:
    """What Docker 28.2 said of LINES."""
    return tuple((text, code) for text, code in json.loads(RECORDED.read_text(encoding="utf-8")))


def _first(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def beside_the_client() -> Shown:
    """The lines, what the real client says, and whether the model says the same with the same exit code."""
    live = live_answers()
    how = "asked just now" if live else "recorded earlier, with Docker 28.2: to ask it, install the docker command line"
    rows = tuple(
        (f"docker {line}", theirs[0], str(theirs[1]), "yes" if ours == theirs else "NO")
        for line, theirs, ours in zip(LINES, live or recorded_answers(), model_answers(), strict=True)
    )
    words = Text(f"The docker client, {how}. No daemon is asked: the client alone refuses these.")
    caption = "The first line that is printed, and the exit code. The last column: does the model say the same?"
    return show((words, Table(("Typed", "The client says", "Exit code", "Model"), rows, caption)))
