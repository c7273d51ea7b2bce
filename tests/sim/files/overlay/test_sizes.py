"""Bytes that a run copies up: whole files, once, and none where nothing is changed."""

import pytest

from vlearn.sim.files import Plain, filesystem_of, mount
from vlearn.sim.files.overlay.sizes import copied_up, sizes
from vlearn.sim.files.steps import Operation, operate
from vlearn.trace import run

SIZE = 9000
USES = [
    (("read", "/f"), 0, 0),
    (("append", "/f", b"!"), SIZE, SIZE),
    (("write", "/f", b"!", 0), SIZE, SIZE),
    (("write", "/f", b"new"), 0, 0),
    (("truncate", "/f", 10), SIZE, SIZE),
    (("open", "/f"), 0, 0),
    (("open", "/f", True), SIZE, SIZE),
    (("open", "/f", True, True), 0, 0),
    (("chmod", "/f", 0o600), SIZE, 0),
    (("chown", "/f", 7, 7), SIZE, 0),
    (("rename", "/f", "/g"), SIZE, 0),
    (("link", "/f", "/g"), SIZE, 0),
    (("unlink", "/f"), 0, 0),
]


def overlay(options=""):
    return mount((filesystem_of([{"path": "f", "type": "file", "content": bytes(SIZE)}]),), Plain(), options)


@pytest.mark.parametrize(("use", "default", "metacopy"), USES)
def test_a_use_copies_all_of_the_file_or_nothing(use, default, metacopy):
    call = Operation(use[0], use[1:])
    assert copied_up(run(operate, overlay(), [call])) == default
    assert copied_up(run(operate, overlay("metacopy=on"), [call])) == metacopy


def test_contents_follow_metadata_when_they_are_written_and_are_copied_once():
    calls = [Operation("chmod", ("/f", 0o600)), Operation("append", ("/f", b"!")), Operation("append", ("/f", b"!"))]
    for options in ("", "metacopy=on"):
        trace = run(operate, overlay(options), calls)
        assert copied_up(trace) == SIZE
        assert sizes(trace.final) == (SIZE + 2, SIZE)


def test_a_directory_that_goes_is_forgotten_before_its_whiteout_is_told_of():
    lower = filesystem_of([{"path": "d/f", "type": "file", "content": "f"}])
    calls = [Operation("unlink", ("/d/f",)), Operation("rmdir", ("/d",))]
    trace = run(operate, mount((lower,), Plain()), calls)
    shown = [step.state.kind(("d",)) for step in trace.steps]
    assert shown[-1] is None
    removed = trace.kinds.index("remove")
    assert trace.steps[removed].state.stat(("d",)).kind == "dir"


def test_handles_and_mappings_are_read_in_a_run():
    names = (("open", "/f"), ("mmap", 0), ("append", "/f", b"!"), ("pread", 0, 3, SIZE - 2), ("pread", 1, 3, SIZE - 2))
    trace = run(operate, overlay(), [Operation(name, tuple(arguments)) for name, *arguments in names])
    texts = [step.event.text for step in trace.steps if step.event.kind == "answer"]
    assert texts[-2].endswith(r"gives b'\x00\x00!'")
    assert texts[-1].endswith(r"gives b'\x00\x00'")


def test_a_long_argument_is_named_by_its_length_and_a_mode_in_octal():
    assert str(Operation("create", ("/f", bytes(300)))) == "create(/f, 300 bytes)"
    assert str(Operation("chmod", ("/f", 0o755))) == "chmod(/f, 0o755)"
