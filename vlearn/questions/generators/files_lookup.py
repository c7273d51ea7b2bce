"""Questions about one lookup after another: from which layer is a path seen, if it is seen at all?"""

from random import Random
from typing import Any

from vlearn.blocks import Table, Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Classification
from vlearn.questions.replay import Replay
from vlearn.sim.files import Overlay, Path, filesystem_of, mount
from vlearn.sim.files.overlay.layers import trail
from vlearn.sim.files.steps import Operation, operate
from vlearn.views.files_layers import draw

LAYERS = ("Layer 4", "Layer 3", "Layer 2", "Layer 1")
ABSENT = "It does not exist"
CATEGORIES = (*LAYERS, ABSENT)
NAMES = ("cache", "cert", "config", "hosts", "key", "list", "log", "motd", "rules", "users")
FOLDERS = ("etc", "opt", "srv", "var")


def which_layer(rng: Random) -> Posed:
    """From which of four layers is each of six paths seen?"""
    while True:
        folder, folders_mark = rng.choice(FOLDERS), rng.choice(("opaque", "opaque", "plain"))
        names = rng.sample(NAMES, 7)
        stack = _drawn(rng, folder, names, folders_mark)
        overlay = mount(tuple(filesystem_of(entries) for entries in stack[1:]), filesystem_of(stack[0]))
        paths: list[Path] = [(folder, name) for name in names[:5]] + [(name,) for name in names[5:]]
        asked = rng.sample(paths, 6)
        found = [shown_from(overlay, path) for path in asked]
        if found.count(ABSENT) in (1, 2) and len(set(found)) >= 4:
            break
    key = tuple(CATEGORIES.index(each) for each in found)
    texts = tuple("/" + "/".join(path) for path in asked)
    prompt = (
        Text(
            "An overlay has four layers, of which layer 4 is the upper one. The table lists all that they hold:"
            " `name (whiteout)` is a whiteout, a directory is named only where it is opaque, everything else is a file."
            " From which layer is each path seen in the merged view?"
        ),
        Table(("Layer", "Entries"), tuple((n, _said(e)) for n, e in zip(LAYERS, stack, strict=True)), "From the top."),
    )
    rows = tuple(
        (text, *(f"{one.has}, {one.part}" if one.has else "–" for one in trail(overlay, path)), each)
        for text, path, each in zip(texts, asked, found, strict=True)
    )
    solution = (
        Text(
            "Search from the top. A file, or whatever else is no directory, ends the search; so does a whiteout, and"
            " then the path does not exist. Below an opaque directory nothing of the same directory counts."
        ),
        Table(("Path", *LAYERS, "Seen from"), rows, "The model's lookups."),
    )
    actions = tuple(Operation("stat", (text,)) for text in texts)
    answer = Classification(CATEGORIES, tuple(f"`{text}`" for text in texts), key)
    return Posed(prompt, answer, solution, Replay(operate, overlay, actions, draw))


def shown_from(overlay: Overlay, path: Path) -> str:
    """The layer from which a file is seen, or that it is not."""
    return next((name for name, one in zip(LAYERS, trail(overlay, path), strict=True) if one.part == "shown"), ABSENT)


def _drawn(rng: Random, folder: str, names: list[str], mark: str) -> tuple[list[dict[str, Any]], ...]:
    """Entries of four layers: files and whiteouts in one directory, files beside it, and perhaps an opaque mark."""
    stack: tuple[list[dict[str, Any]], ...] = ([], [], [], [])
    for name in names:
        path = f"{folder}/{name}" if name in names[:5] else name
        levels = sorted(rng.sample(range(4), rng.choice((1, 2, 2, 3))))
        hiding = rng.random() < 0.35 and len(levels) > 1
        for n, level in enumerate(levels):
            whiteout = hiding and n == 0
            stack[level].append(
                {"path": path, "type": "whiteout"}
                if whiteout
                else {"path": path, "type": "file", "content": LAYERS[level]}
            )
    for entries in stack:
        entries.sort(key=lambda entry: str(entry["path"]))
    if mark == "opaque":
        stack[rng.choice((1, 2))].insert(0, {"path": folder, "type": "dir", "opaque": True})
    return stack


def _said(entries: list[dict[str, Any]]) -> str:
    words = {"whiteout": " (whiteout)", "dir": " (an opaque directory)", "file": ""}
    return ", ".join(f"{entry['path']}{words[entry['type']]}" for entry in entries) or "nothing"
