"""The exercises of chapter 12. Every check runs the union filesystem: on entries, a number, operations, or layers."""

from collections.abc import Sequence
from typing import Any

from vlearn.lab.exercise import Exercise, Hint, is_whole
from vlearn.lab.exercises.ch12_layers import (
    BASE,
    GREEDY,
    HELD,
    LIBRARY,
    PANTRY,
    SIZES,
    USES,
    WORK,
    failures,
    nearsighted,
    play,
    upper_of,
    view,
)
from vlearn.sim.files.overlay.sizes import copied_up
from vlearn.sim.files.steps import Operation
from vlearn.sim.images.layering import Line, image_size, lay
from vlearn.trace import run


def _upper(answer: Any) -> Hint | None:
    if not isinstance(answer, dict):
        return Hint('Give a dictionary from paths to what is there: `{"/salt": "whiteout", ...}`.')
    right = upper_of(play(PANTRY, WORK).final)
    if answer == right:
        return None
    for path, what in answer.items():
        if what not in HELD:
            return Hint(f"`{what}` is none of {', '.join(HELD)}.")
        if path not in right:
            return Hint(f"Upper holds nothing under `{path}`. Only what was changed, and the way to it, is there.")
        if what != right[path]:
            return Hint(f"`{path}` is there, but not as `{what}`. {_why(right[path])}")
    missing = next(path for path in right if path not in answer)
    return Hint(f"One of the {len(right)} entries is still missing. {_why(right[missing])}")


def _why(kind: str) -> str:
    return {
        "file": "A file that is changed is copied up whole, one that is made is made there.",
        "whiteout": "Deleting what lower layers have leaves something behind. What?",
        "dir": "Before a file can be copied up or covered, its directory must be there; a new one hides nothing.",
        "opaque dir": "A directory made where one was deleted must hide the old one.",
    }[kind]


def _copied(answer: Any) -> Hint | None:
    if not is_whole(answer):
        return Hint("The answer is a whole number of MB.")
    right = copied_up(play(LIBRARY, USES))
    if answer == right:
        return None
    slips = {
        right + SIZES["log"]: "After its copy-up, `log` is in the upper layer. The second append copies nothing.",
        right - SIZES["log"]: "One byte at the end of a file: how much is copied before it can be written?",
        right - SIZES["log"] + 2: "Copy-up takes the whole file, not the part that changes.",
        right - SIZES["tool"]: "A change of mode needs a copy of the file as well, with its contents.",
        right - SIZES["note"]: "Copy-up happens when a file is opened for writing, even if nothing is written then.",
        right + SIZES["photo"]: "Reading copies nothing: it goes to the layer that has the file.",
        right + SIZES["old"]: "To delete a file, overlayfs writes a whiteout. Is the content needed for that?",
    }
    return Hint(slips.get(answer, "Ask of each use: is the file opened for writing or changed, and not in upper yet?"))


def _operations(answer: Any) -> tuple[Operation, ...] | Hint:
    if not isinstance(answer, Sequence) or not all(isinstance(each, Operation) for each in answer):
        return Hint('Give a list of operations, such as `[operation("unlink", "/salt")]`.')
    if len(answer) > 50:
        return Hint("Fifty operations are more than enough.")
    return tuple(answer)


def _witness(answer: Any) -> Hint | None:
    given = _operations(answer)
    if isinstance(given, Hint):
        return given
    trace = play(PANTRY, given)
    if view(trace.final) != view(nearsighted(PANTRY, given)):
        return None
    if failed := failures(trace):
        return Hint(f"Both models show the same. And one operation did not go through: {failed[0]}.")
    if "whiteout" not in trace.kinds:
        return Hint("Both models show the same. They can differ in whiteouts only, so delete or move something.")
    return Hint("Both models show the same. Which layers have the names that you deleted, and which one does it ask?")


def _move(answer: Any) -> Hint | None:
    given = _operations(answer)
    if isinstance(given, Hint):
        return given
    trace = play(PANTRY, given)
    if failed := failures(trace):
        return Hint(f"An operation fails: {failed[0]}.")
    wanted = {path.replace("/shelf", "/board"): content for path, content in view(PANTRY).items()}
    seen = view(trace.final)
    if seen == wanted:
        return None
    if missing := sorted(wanted.keys() - seen.keys()):
        return Hint(f"The merged view lacks `{missing[0]}`.")
    if left := sorted(seen.keys() - wanted.keys()):
        return Hint(f"The merged view still has `{left[0]}`.")
    return Hint("The names are right, but a file has other contents than before.")


def _shrink(answer: Any) -> Hint | None:
    if not isinstance(answer, Sequence) or not all(isinstance(line, Line) for line in answer):
        return Hint('Give a list of lines, such as `[Line("RUN all", (...))]`; the operations may come from `GREEDY`.')
    trace = run(lay, BASE, answer)
    if failed := failures(trace):
        return Hint(f"An operation fails: {failed[0]}.")
    wanted = run(lay, BASE, GREEDY).final
    if view(trace.final) != view(wanted):
        return Hint("A container of your image does not see the same files.")
    if trace.final.stat(("program",)).mode != 0o755:
        return Hint("The program has another mode than in `GREEDY`'s image.")
    got = image_size(trace.final)
    smallest = sum(map(len, view(wanted).values()))
    if got <= smallest:
        return None
    return Hint(
        f"The layers have {got} MB, of which a container sees {smallest}. What is committed stays: let a file come and"
        " go within one line, and change modes in the line that makes the file."
    )


EXERCISES = (
    Exercise("ch12-copied", "ch12-predict-copy-up", "a whole number of MB", _copied),
    Exercise("ch12-upper", "ch12-explain-whiteouts", "a dictionary from each path in the upper layer to what is there",
             _upper),
    Exercise("ch12-bug-hunt", "ch12-explain-whiteouts",
             "a list of operations on `PANTRY` after which the wrong model shows something else", _witness),
    Exercise("ch12-move", "ch12-diagnose-surprise",
             "a list of operations that all succeed and bring `/shelf` to `/board`", _move),
    Exercise("ch12-shrink", "ch12-compute-disk-use",
             "a list of lines whose image shows the same files in no more bytes than a container sees", _shrink),
)  # fmt: skip
