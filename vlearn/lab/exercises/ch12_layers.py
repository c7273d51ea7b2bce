"""The layers that chapter 12's notebook works on, what it does to them, and the wrong model of its bug hunt."""

from collections.abc import Iterable
from typing import Any

from vlearn.sim.files import Overlay, Plain, filesystem_of, mount
from vlearn.sim.files.entries import entries_of
from vlearn.sim.files.overlay.marks import is_opaque, is_whiteout
from vlearn.sim.files.steps import Operation, operate
from vlearn.sim.images.layering import Line
from vlearn.trace import Trace, run

FRUITS = filesystem_of([
    {"path": "Apple", "type": "file", "content": "green"},
    {"path": "Tomato", "type": "file", "content": "fruit"},
])  # fmt: skip
VEGETABLES = filesystem_of([
    {"path": "Carrots", "type": "file", "content": "orange"},
    {"path": "Tomato", "type": "file", "content": "vegetable"},
])  # fmt: skip
HEALTHY = mount((FRUITS, VEGETABLES), Plain())
"""The notes' example: fruits on top of vegetables, and an empty layer for changes above both."""
PANTRY = mount((
    filesystem_of([{"path": "shelf/jam", "type": "file", "content": "sweet"}, {"path": "salt", "type": "file"}]),
    filesystem_of([{"path": "shelf/rice", "type": "file", "content": "dry"}, {"path": "salt", "type": "file"}]),
), Plain())  # fmt: skip
"""A directory in two layers."""


def operation(call: str, *arguments: Any) -> Operation:
    """An operation, shorter to write: `operation("unlink", "/salt")`."""
    return Operation(call, arguments)


def play(overlay: Overlay, operations: Iterable[Operation]) -> Trace[Overlay]:
    """A run of operations."""
    return run(operate, overlay, operations)


WORK = (
    operation("unlink", "/salt"),
    operation("unlink", "/shelf/jam"),
    operation("append", "/shelf/rice", b"!"),
    operation("mkdir", "/box"),
)
"""What one exercise does to the pantry."""
SIZES = {"log": 600, "tool": 45, "photo": 300, "old": 80, "note": 5}
LIBRARY = mount((filesystem_of({"path": n, "type": "file", "content": bytes(s)} for n, s in SIZES.items()),), Plain())
USES = (
    operation("append", "/log", b"!"),
    operation("chmod", "/tool", 0o700),
    operation("read", "/photo"),
    operation("append", "/log", b"!"),
    operation("unlink", "/old"),
    operation("open", "/note", True),
)
"""What another one does with the files of `SIZES`, one after the other."""
HELD = ("file", "whiteout", "dir", "opaque dir")


def upper_of(overlay: Overlay) -> dict[str, str]:
    """What the upper layer holds by path, in the words of HELD."""
    assert overlay.upper is not None
    upper = overlay.upper
    found: dict[str, str] = {}
    for entry in entries_of(upper):
        draft = upper.draft()
        inode = draft.inode(draft.existing(tuple(entry["path"].split("/"))))
        found[f"/{entry['path']}"] = (
            "whiteout" if is_whiteout(inode) else "opaque dir" if is_opaque(inode) else inode.kind
        )
    return found


def failures(trace: Trace[Overlay]) -> list[str]:
    """What failed in a run, in the events' words."""
    return [step.event.text for step in trace.steps if step.event.kind.isupper()]


def nearsighted(overlay: Overlay, operations: Iterable[Operation]) -> Overlay:
    """A wrong model, to be found out: it leaves a whiteout only for what the topmost lower layer has."""
    for each in operations:
        overlay = _with_fewer_whiteouts(play(overlay, [each]).final)
    return overlay


def _with_fewer_whiteouts(overlay: Overlay) -> Overlay:
    assert overlay.upper is not None
    top = overlay.lowers[0]
    kept = (
        entry
        for entry in entries_of(overlay.upper)
        if entry["type"] != "whiteout" or top.kind(tuple(entry["path"].split("/"))) is not None
    )
    return mount(overlay.lowers, filesystem_of(kept), overlay.options)


def view(overlay: Overlay) -> dict[str, bytes]:
    """The merged view: the content of each file by path; a directory has its slash and no content."""
    found: dict[str, bytes] = {}
    todo: list[tuple[str, ...]] = [()]
    while todo:
        at = todo.pop()
        for name in overlay.entries(at):
            path = (*at, name)
            is_dir = overlay.kind(path) == "dir"
            found["/" + "/".join(path) + "/" * is_dir] = b"" if is_dir else overlay.read(path)
            if is_dir:
                todo.append(path)
    return found


GREEDY = (
    Line("RUN fetch", (operation("create", "/sources", bytes(300)),)),
    Line("RUN build", (operation("create", "/program", bytes(40)),)),
    Line("RUN chmod", (operation("chmod", "/program", 0o755),)),
    Line("RUN rm", (operation("unlink", "/sources"),)),
)
"""An image that hides more than it shows."""
BASE = mount((filesystem_of([{"path": "sh", "type": "file", "content": bytes(80)}]),), Plain())
