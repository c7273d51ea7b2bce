"""The cheat sheet of the notes, and what a student would try beside it, typed into the terminal: a golden session.

`cheat_sheet.txt` has each line behind a `$` and below it what the terminal showed; every id stands for any id.
"""

import re
from pathlib import Path

from vlearn.sim.engine.command_line.console import Console

GOLDEN = Path(__file__).with_name("cheat_sheet.txt")
DOCKERFILE = "FROM nginx:alpine\nWORKDIR /usr/share/nginx/html\nRUN rm -rf ./*\nCOPY index.html .\nEXPOSE 80\n"
PAGE = "<h1>my app</h1>\n"


def masked(text: str) -> str:
    """Ids and digests as so many crosses, and the size of a layer as a number: the images of the course may change."""
    text = re.sub(r"\b[0-9a-f]{12,64}\b", lambda match: "x" * len(match[0]), text)
    return re.sub(r"\b\d+(\.\d+)?(k?B)\b +|size: \d+", "N ", text)


def replayed(lines: list[str]) -> str:
    console = Console()
    console.host.mkdir(console.pid, "/root/app", 0o755)
    for name, text in (("Dockerfile", DOCKERFILE), ("index.html", PAGE)):
        console.host.write_file(console.pid, f"/root/app/{name}", text)
    console.type("cd app")
    shown = []
    for line in lines:
        said = console.type(line)
        shown.append(f"$ {line}\n{said.text}{f'[exit code {said.code}]' + chr(10) if said.code else ''}")
    return "".join(shown)


def test_the_cheat_sheet_shows_what_it_has_always_shown() -> None:
    golden = GOLDEN.read_text(encoding="utf-8")
    lines = [line.removeprefix("$ ") for line in golden.splitlines() if line.startswith("$ ")]
    assert masked(replayed(lines)) == masked(golden)
