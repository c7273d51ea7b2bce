"""The union filesystem in the words of the lecture notes, and what a run of it tells."""

import pytest

from vlearn.errors import ModelError
from vlearn.sim.files import Failure, Options, Plain, filesystem_of, mount
from vlearn.sim.files.overlay.layers import trail
from vlearn.sim.files.overlay.marks import is_whiteout
from vlearn.sim.files.steps import CALLS, Operation, operate
from vlearn.trace import run

FRUITS = filesystem_of(
    [{"path": "Apple", "type": "file", "content": "green"}, {"path": "Tomato", "type": "file", "content": "fruit"}]
)
VEGETABLES = filesystem_of(
    [
        {"path": "Carrots", "type": "file", "content": "orange"},
        {"path": "Tomato", "type": "file", "content": "vegetable"},
    ]
)
HEALTHY = mount((FRUITS, VEGETABLES), Plain())


def test_fruits_and_vegetables_are_merged_and_the_tomato_is_a_fruit():
    assert HEALTHY.entries(()) == ("Apple", "Carrots", "Tomato")
    assert HEALTHY.read(("Tomato",)) == b"fruit"


def test_removing_the_tomato_does_not_uncover_the_vegetable():
    after = HEALTHY.unlink(("Tomato",))
    assert after.entries(()) == ("Apple", "Carrots")
    assert is_whiteout(after.upper.inodes[after.upper.inodes[1].entries["Tomato"]])
    assert after.lowers == (FRUITS, VEGETABLES)


TRAILS = [
    (HEALTHY, "Tomato", ["nothing", "shown", "hidden"]),
    (HEALTHY, "Carrots", ["nothing", "nothing", "shown"]),
    (HEALTHY, "", ["shown", "merged", "merged"]),
    (HEALTHY.append(("Carrots",), b"!"), "Carrots", ["shown", "nothing", "hidden"]),
    (HEALTHY.unlink(("Tomato",)), "Tomato", ["hides", "hidden", "hidden"]),
    (HEALTHY.unlink(("Tomato",)).mkdir(("Tomato",)), "Tomato", ["shown", "hidden", "hidden"]),
]


@pytest.mark.parametrize(("overlay", "name", "parts"), TRAILS)
def test_the_trail_says_which_layer_is_shown(overlay, name, parts):
    assert [layer.part for layer in trail(overlay, (name,) if name else ())] == parts


RUNS = [
    (("read", "/Tomato"), ("look-up", "answer")),
    (("append", "/Carrots", b"!"), ("look-up", "copy-up", "done")),
    (("unlink", "/Apple"), ("look-up", "whiteout", "done")),
    (("rename", "/Apple", "/Pear"), ("look-up", "look-up", "copy-up", "rename", "whiteout", "done")),
    (("mkdir", "/d"), ("look-up", "create", "done")),
    (("link", "/Apple", "/Pear"), ("look-up", "look-up", "copy-up", "link", "done")),
    (("rmdir", "/Apple"), ("look-up", "ENOTDIR")),
    (("read", "/no/thing"), ("ENOENT",)),
]


def test_a_whiteout_below_an_opaque_directory_hides_nothing_any_more():
    top = filesystem_of([{"path": "d", "type": "dir", "opaque": True}])
    below = filesystem_of([{"path": "d/f", "type": "whiteout"}])
    stack = mount((top, below, filesystem_of([{"path": "d/f", "type": "file"}])))
    assert [layer.part for layer in trail(stack, ("d", "f"))] == ["nothing", "hidden", "hidden"]
    first = run(operate, stack, [Operation("stat", ("/d/f",))]).steps[0].event
    assert "is hidden: the directory that has it is not part of the merged one" in first.text


def test_the_trail_of_a_moved_directory_says_that_it_is_redirected():
    lower = filesystem_of([{"path": "d/f", "type": "file"}])
    moved = mount((lower,), Plain(), "redirect_dir=on").rename(("d",), ("e",))
    assert [(layer.has, layer.part) for layer in trail(moved, ("e",))] == [
        ("dir", "shown"),
        ("redirected dir", "merged"),
    ]


@pytest.mark.parametrize(("operation", "kinds"), RUNS)
def test_a_run_tells_what_happens(operation, kinds):
    assert run(operate, HEALTHY, [Operation(operation[0], operation[1:])]).kinds == kinds


def test_the_steps_lead_to_the_state_that_the_method_gives():
    trace = run(operate, HEALTHY, [Operation("unlink", ("/Tomato",)), Operation("mkdir", ("/Tomato",))])
    assert trace.final == HEALTHY.unlink(("Tomato",)).mkdir(("Tomato",))
    copied = next(
        step
        for step in run(operate, HEALTHY, [Operation("append", ("/Apple", b"!"))]).steps
        if step.event.kind == "copy-up"
    )
    assert "all 5 bytes" in copied.event.text
    assert copied.state.read(("Apple",)) == b"green"


def test_every_call_of_the_table_is_a_method_of_the_filesystem():
    assert all(hasattr(HEALTHY, call) for call in CALLS)


def test_a_failed_rename_keeps_the_mark_it_made():
    overlay = HEALTHY.mkdir(("a",)).mkdir(("b",)).create(("b", "f"))
    with pytest.raises(Failure, match="ENOTEMPTY") as failure:
        overlay.rename(("a",), ("b",))
    upper = failure.value.filesystem.upper
    assert upper.getxattr(("a",), "trusted.overlay.opaque") == b"y"


def test_a_file_keeps_its_inode_number_when_it_is_copied_up_and_a_hard_link_does_not():
    lower = filesystem_of([
        {"path": "f", "type": "file", "content": "f"},
        {"path": "g", "type": "file", "content": "g"},
        {"path": "h", "type": "hardlink", "target": "g"},
    ])  # fmt: skip
    before = mount((lower,), Plain())
    after = before.chmod(("f",), 0o600).chmod(("g",), 0o600)
    assert after.stat(("f",)).ino == before.stat(("f",)).ino
    assert after.stat(("g",)).ino != before.stat(("g",)).ino
    assert (after.stat(("g",)).links, after.stat(("h",)).links) == (1, 2)


def test_a_descriptor_sees_the_copy_and_a_mapping_stays_with_the_original():
    overlay, handle = HEALTHY.open(("Apple",))
    overlay, mapping = overlay.mmap(handle)
    overlay = overlay.append(("Apple",), b"!")
    assert overlay.pread(handle) == b"green!"
    assert overlay.pread(mapping) == b"green"


def test_a_directory_with_lower_layers_moves_only_with_redirects():
    lower = filesystem_of([{"path": "d/f", "type": "file", "content": "f"}])
    with pytest.raises(Failure, match="EXDEV"):
        mount((lower,), Plain()).rename(("d",), ("e",))
    moved = mount((lower,), Plain(), "redirect_dir=on").rename(("d",), ("e",))
    assert moved.read(("e", "f")) == b"f"
    assert moved.upper.getxattr(("e",), "trusted.overlay.redirect") == b"d"


def test_copy_up_into_a_full_upper_layer_fails_and_shows_the_old_file():
    lower = filesystem_of([{"path": "f", "type": "file", "content": "f" * 9000}])
    overlay = mount((lower,), Plain.sized(4096))
    with pytest.raises(Failure, match="ENOSPC") as failure:
        overlay.chmod(("f",), 0o600)
    assert failure.value.filesystem.stat(("f",)).mode == 0o644


@pytest.mark.parametrize("options", ["index=on", "redirect_dir=maybe", "metacopy=on,redirect_dir=off"])
def test_options_that_cannot_be_are_refused(options):
    with pytest.raises(ModelError):
        Options.parse(options)


def test_an_overlay_needs_two_layers():
    with pytest.raises(ModelError, match="at least two"):
        mount((FRUITS,))
