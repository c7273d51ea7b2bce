"""The model's union filesystem beside the real thing: the same operations on a live overlayfs mount of this machine.

The mount is made by a child process in namespaces of its own (`overlay_mount.py`), as root or, where the kernel lets
ordinary users mount overlays, as anybody. Elsewhere the kernel's answers are those recorded in `recorded_overlay.json`,
and the page says so. What is compared: every value or errno, the merged view, and the upper layer with its marks.
"""

import json
import subprocess
import sys
from functools import cache
from tempfile import TemporaryDirectory
from typing import Any

from vlearn.blocks import Table, Text
from vlearn.lab.assets import FOLDER
from vlearn.lab.shown import Shown, show
from vlearn.sim.files import Overlay, Plain, filesystem_of, mount
from vlearn.sim.files.overlay.marks import is_opaque, is_whiteout
from vlearn.sim.files.steps import Operation, operate
from vlearn.trace import run

RECORDED = FOLDER / "recorded_overlay.json"
LOWERS: tuple[tuple[dict[str, Any], ...], ...] = (
    (
        {"path": "Apple", "type": "file", "content": "green"},
        {"path": "Tomato", "type": "file", "content": "fruit"},
        {"path": "pantry/jam", "type": "file", "content": "sweet"},
    ),
    (
        {"path": "Carrots", "type": "file", "content": "orange"},
        {"path": "Tomato", "type": "file", "content": "vegetable"},
        {"path": "pantry/rice", "type": "file", "content": "dry"},
        {"path": "one", "type": "file", "content": "linked"},
        {"path": "other", "type": "hardlink", "target": "one"},
    ),
)
CALLS: tuple[tuple[Any, ...], ...] = (
    ("readdir", "/"),
    ("read", "/Tomato"),
    ("unlink", "/Tomato"),
    ("read", "/Tomato"),
    ("open", "/Apple"),
    ("mmap", 0),
    ("append", "/Apple", b"!"),
    ("pread", 0),
    ("pread", 1),
    ("append", "/one", b"!"),
    ("read", "/other"),
    ("rename", "/pantry", "/cellar"),
    ("rmdir", "/pantry"),
    ("unlink", "/pantry/jam"),
    ("unlink", "/pantry/rice"),
    ("rmdir", "/pantry"),
    ("mkdir", "/pantry"),
    ("readdir", "/pantry"),
    ("rename", "/pantry", "/cellar"),
    ("create", "/cellar/wine", b"red"),
    ("rename", "/Carrots", "/cellar/Carrots"),
    ("unlink", "/cellar"),
    ("mkdir", "/Apple/core"),
)
OPERATIONS = tuple(Operation(call, tuple(arguments)) for call, *arguments in CALLS)
"""`open` and `mmap` answer with handles, 0 and 1, which `pread` reads from."""
Answers = dict[str, Any]


def model_answers() -> Answers:
    """What the model says, in the form of the recording."""
    overlay = mount(tuple(filesystem_of(entries) for entries in LOWERS), Plain())
    results: list[object] = []
    for operation in OPERATIONS:
        trace = run(operate, overlay, [operation])
        last = trace.steps[-1].event
        results.append(_value(overlay, operation) if last.kind == "answer" else last.kind.replace("done", "ok"))
        overlay = trace.final
    assert overlay.upper is not None
    return {"results": results, "merged": _tree(overlay), "upper": _tree(overlay.upper)}


def _value(overlay: Overlay, operation: Operation) -> object:
    """What a query answers, as JSON has it."""
    path = tuple(str(operation.arguments[0]).strip("/").split("/")) if operation.arguments[0] != "/" else ()
    match operation.call:
        case "readdir":
            return list(overlay.entries(path))
        case "read":
            return overlay.read(path).decode()
        case "pread":
            return overlay.pread(operation.arguments[0]).decode()
        case "open":
            return overlay.open(path)[1]
    return overlay.mmap(operation.arguments[0])[1]


def _tree(files: Overlay | Plain) -> dict[str, str]:
    found: dict[str, str] = {}
    todo: list[tuple[str, ...]] = [()]
    while todo:
        at = todo.pop()
        for name in files.entries(at):
            path = (*at, name)
            kind = files.stat(path).kind
            what = "dir" if kind == "dir" else f"file {files.read(path).decode()!r}" if kind == "file" else kind
            if isinstance(files, Plain):
                draft = files.draft()
                inode = draft.inode(draft.existing(path))
                what = "whiteout" if is_whiteout(inode) else "opaque dir" if is_opaque(inode) else what
            found["/".join(path)] = what
            if kind == "dir":
                todo.append(path)
    return dict(sorted(found.items()))


@cache
def live_answers() -> Answers | None:
    """What this machine's kernel says; None where it lets us mount no overlay."""
    asked = {"lowers": LOWERS, "operations": [(each.call, *map(_plain, each.arguments)) for each in OPERATIONS]}
    with TemporaryDirectory(prefix="vlearn-overlay-") as folder:
        command = [sys.executable, "-m", "vlearn.lab.overlay_mount", folder]
        try:
            ran = subprocess.run(
                command, input=json.dumps(asked), capture_output=True, encoding="utf-8", check=True, timeout=20
            )
        except (OSError, subprocess.SubprocessError):
            return None
    answers: Answers = json.loads(ran.stdout)
    return answers


def _plain(argument: object) -> object:
    return argument.decode() if isinstance(argument, bytes) else argument


def recorded_answers() -> Answers:
    """What a kernel said when it was asked."""
    answers: Answers = json.loads(RECORDED.read_text(encoding="utf-8"))
    return answers


def beside_overlayfs() -> Shown:
    """The operations with the kernel's answers and the model's; then the merged view and the upper layer of both."""
    live, ours = live_answers(), model_answers()
    theirs = live or recorded_answers()
    how = "asked just now" if live else "recorded earlier, as no overlay may be mounted here"
    calls = zip(OPERATIONS, theirs["results"], ours["results"], strict=True)
    rows = tuple((str(call), _cell(real), _cell(model), _same(real, model)) for call, real, model in calls)
    return show((
        Text(f"The kernel is {theirs['kernel']}, {how}."),
        Table(("Operation", "The kernel", "The model", "Same?"), rows, "Two lower layers, an empty upper one."),
        _compared("merged", theirs, ours, "The merged view in the end."),
        _compared("upper", theirs, ours, "The upper layer in the end."),
    ))  # fmt: skip


def _compared(part: str, theirs: Answers, ours: Answers, caption: str) -> Table:
    paths = sorted({*theirs[part], *ours[part]})
    pairs = [(path, theirs[part].get(path, "nothing"), ours[part].get(path, "nothing")) for path in paths]
    rows = tuple((f"/{path}", real, model, _same(real, model)) for path, real, model in pairs)
    return Table(("Path", "The kernel", "The model", "Same?"), rows, caption)


def _cell(answer: object) -> str:
    return ", ".join(answer) or "nothing" if isinstance(answer, list) else str(answer)


def _same(real: object, model: object) -> str:
    return "yes" if real == model else "NO"
