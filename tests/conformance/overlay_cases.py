"""Runs the recorded cases of `data/overlay` against the union filesystem.

A case has layers, operations by path, their results, and what is in the merged view before and after them and in the
upper layer in the end. A run returns None, or a sentence that says where the model differs from the case.
"""

from collections.abc import Mapping
from typing import Any

from tests.conformance.overlay_player import Player, shown_entry
from vlearn.sim.files import Path, Plain, filesystem_of, mount
from vlearn.sim.files.overlay.marks import IMPURE, ORIGIN, PREFIX, is_whiteout

Case = Mapping[str, Any]


def upper(layer: Plain) -> dict[str, dict[str, Any]]:
    """What is in the upper layer, with its marks; the origin is left out, as in the recording."""
    found: dict[str, dict[str, Any]] = {}
    todo: list[tuple[Path, int]] = [((), 1)]
    while todo:
        path, ino = todo.pop()
        inode = layer.inodes[ino]
        if path and is_whiteout(inode):
            found["/".join(path)] = {"type": "whiteout"}
        elif path:
            marks = {
                n: v.decode() for n, v in inode.xattrs.items() if n.startswith(PREFIX) and n not in (IMPURE, ORIGIN)
            }
            found["/".join(path)] = (
                shown_entry(layer, path)
                | ({"xattr": marks} if marks else {})
                | ({"impure": True} if IMPURE in inode.xattrs else {})
            )
        todo += [((*path, name), child) for name, child in inode.entries.items()]
    return found


def overlay(case: Case) -> str | None:
    """Every operation's value or errno, the merged view before and after, and the upper layer in the end."""
    lowers = tuple(filesystem_of(layer) for layer in case["lower"])
    top = None if case.get("readonly") else filesystem_of(case.get("upper", ()))
    player = Player(mount(lowers, top, case.get("opts") or ""))
    problem = _differs("the merged view before", case["initial_merged"], player.merged())
    if problem:
        return problem
    for number, (op, recorded) in enumerate(zip(case["ops"], case["results"], strict=True), 1):
        modelled = player.play(op)
        if recorded != modelled:
            return f"operation {number}, {op}: the case has {recorded}, the model has {modelled}"
    problem = _differs("the merged view after", case["final_merged"], player.merged())
    if problem or player.place.overlay.upper is None:
        return problem
    if player.place.overlay.lowers != lowers:
        return "a lower layer has changed"
    return _differs("the upper layer", case["final_upper"], upper(player.place.overlay.upper))


def _differs(what: str, recorded: Mapping[str, object], modelled: Mapping[str, object]) -> str | None:
    for path in sorted({*recorded, *modelled}):
        if recorded.get(path) != modelled.get(path):
            return f"{what}, {path}: the case has {recorded.get(path)}, the model has {modelled.get(path)}"
    return None
