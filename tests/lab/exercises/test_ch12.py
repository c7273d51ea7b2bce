"""Chapter 12's exercises: right answers pass, each likely slip gets its own hint, strange answers get a hint too."""

import pytest

from vlearn.lab.exercises.ch12_layers import (
    BASE,
    GREEDY,
    HEALTHY,
    PANTRY,
    WORK,
    nearsighted,
    operation,
    play,
    upper_of,
    view,
)
from vlearn.lab.exercises.ch12_predictions import PREDICTIONS
from vlearn.sim.files.overlay.sizes import copied_up
from vlearn.sim.images.disk import AddImage, Disk, Start, Write, keep
from vlearn.sim.images.layering import Line, lay
from vlearn.trace import run
from vlearn.views.files_costs import one_file

UPPER = {"/salt": "whiteout", "/shelf": "dir", "/shelf/jam": "whiteout", "/shelf/rice": "file", "/box": "dir"}
MAKE = operation("mkdir", "/board")
FILES = [operation("rename", f"/shelf/{name}", f"/board/{name}") for name in ("jam", "rice")]
REMOVE = operation("rmdir", "/shelf")
ALL = tuple(each for line in GREEDY for each in line.operations)
CLEARED = [operation("unlink", "/shelf/jam"), operation("unlink", "/shelf/rice"), REMOVE, operation("mkdir", "/shelf")]

RIGHT = [
    ("ch12-upper", UPPER),
    ("ch12-copied", 650),
    ("ch12-bug-hunt", [operation("unlink", "/shelf/rice")]),
    ("ch12-bug-hunt", [operation("rename", "/shelf/rice", "/rice")]),
    ("ch12-move", [MAKE, *FILES, REMOVE]),
    ("ch12-shrink", [Line("RUN all", ALL)]),
    ("ch12-shrink", [Line("RUN sources", (*GREEDY[0].operations, *GREEDY[3].operations)),
                     Line("RUN program", (*GREEDY[1].operations, *GREEDY[2].operations))]),
]  # fmt: skip
WRONG = [
    ("ch12-upper", ["/salt"], "a dictionary"),
    ("ch12-upper", UPPER | {"/salt": "gone"}, "none of"),
    ("ch12-upper", UPPER | {"/shelf/salt": "file"}, "holds nothing under"),
    ("ch12-upper", UPPER | {"/box": "opaque dir"}, "a new one hides nothing"),
    ("ch12-upper", {"/salt": "file"}, "leaves something behind"),
    ("ch12-upper", {path: what for path, what in UPPER.items() if path != "/shelf"}, "entries is still missing"),
    ("ch12-copied", 1250, "second append"),
    ("ch12-copied", 50, "how much is copied"),
    ("ch12-copied", 52, "not the part that changes"),
    ("ch12-copied", 605, "change of mode"),
    ("ch12-copied", 645, "opened for writing"),
    ("ch12-copied", 950, "Reading copies nothing"),
    ("ch12-copied", 730, "whiteout"),
    ("ch12-copied", 1, "Ask of each use"),
    ("ch12-copied", "650 MB", "whole number"),
    ("ch12-bug-hunt", [operation("unlink", "/shelf/jam"), operation("unlink", "/salt")], "Which layers have"),
    ("ch12-bug-hunt", [MAKE], "delete or move"),
    ("ch12-bug-hunt", [operation("unlink", "/sugar")], "did not go through"),
    ("ch12-bug-hunt", [MAKE] * 51, "more than enough"),
    ("ch12-bug-hunt", "unlink", "list of operations"),
    ("ch12-move", [operation("rename", "/shelf", "/board")], "EXDEV"),
    ("ch12-move", [MAKE, FILES[0]], "lacks /board/rice"),
    ("ch12-move", [MAKE, *FILES], "still has /shelf/"),
    ("ch12-move", [MAKE, *FILES, REMOVE, operation("append", "/board/jam", b"!")], "other contents"),
    ("ch12-move", MAKE, "list of operations"),
    ("ch12-shrink", list(GREEDY), "have 460 MB"),
    ("ch12-shrink", [Line("RUN a", (*GREEDY[0].operations, *GREEDY[3].operations)), *GREEDY[1:3]], "change modes"),
    ("ch12-shrink", [GREEDY[1], GREEDY[2], GREEDY[0]], "does not see the same files"),
    ("ch12-shrink", [GREEDY[1]], "another mode"),
    ("ch12-shrink", [GREEDY[3]], "fails"),
    ("ch12-shrink", ALL, "list of lines"),
]


def test_the_answer_about_upper_is_what_the_model_leaves():
    assert upper_of(play(PANTRY, WORK).final) == UPPER


def test_the_nearsighted_model_agrees_where_its_author_looked():
    tried = [operation("unlink", "/shelf/jam"), operation("unlink", "/salt")]
    assert view(nearsighted(PANTRY, tried)) == view(play(PANTRY, tried).final)


MAPPED = [
    operation("open", "/Apple"), operation("mmap", 0), operation("append", "/Apple", b"!"),
    operation("pread", 0), operation("pread", 1),
]  # fmt: skip
RUNS = {
    "ch12-shelf": (play(PANTRY, [operation("readdir", "/shelf")]), 0, "merged from lower 0, lower 1"),
    "ch12-first-byte": (play(one_file(9000), [operation("append", "/f", b"!")]), 1, "all 9000 bytes"),
    "ch12-made-again": (play(PANTRY, CLEARED), -2, "marked opaque"),
    "ch12-rename-directory": (play(PANTRY, [operation("rename", "/shelf", "/board")]), 2, "EXDEV"),
    "ch12-old-descriptor": (play(HEALTHY, MAPPED), -2, "b'green!'"),
    "ch12-after-rm": (run(lay, BASE, GREEDY), -1, "a layer of 0 is committed; the image has 460"),
}


@pytest.mark.parametrize("id", RUNS)
def test_what_follows_is_none_of_the_wrong_choices_and_says_what_is_taught(id):
    trace, at, said = RUNS[id]
    text = trace.steps[at].event.text
    assert said in text
    assert text not in PREDICTIONS[id].choices
    assert len(PREDICTIONS[id].choices) == 3


def test_plain_predictions_answer_as_the_model_does():
    byte = [operation("append", "/f", b"!")]
    copied = copied_up(play(one_file(50), byte))
    image = (("base", 180), ("file", 50))
    actions = [AddImage("shop", image)]
    for name in "abc":
        before = run(keep, Disk(), actions).final
        actions += [Start(name, "shop"), Write(name, copied)]
    more = run(keep, Disk(), actions).final.used() - before.used()
    assert PREDICTIONS["ch12-third-container"].answer == f"{more} MB"
