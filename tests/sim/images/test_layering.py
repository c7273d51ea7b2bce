"""Images laid layer by layer: what is committed stays, and the same files can cost more or less."""

import pytest

from vlearn.lab.exercises.ch12_layers import BASE, GREEDY, operation, view
from vlearn.sim.files.overlay.sizes import sizes
from vlearn.sim.images.layering import Line, commit, image_size, lay, visible
from vlearn.trace import run

FINAL = run(lay, BASE, GREEDY).final


def test_each_line_leaves_a_layer_of_its_size():
    assert sizes(FINAL) == (0, 0, 40, 40, 300, 80)


def test_deleting_makes_no_image_smaller():
    assert (image_size(FINAL), visible(FINAL)) == (460, 120)


def test_in_one_line_nothing_is_committed_that_is_deleted_again():
    whole = run(lay, BASE, [Line("RUN all", tuple(each for line in GREEDY for each in line.operations))]).final
    assert view(whole) == view(FINAL)
    assert image_size(whole) == visible(whole) == 120


@pytest.mark.parametrize("number", range(len(GREEDY)))
def test_a_commit_changes_nothing_that_anybody_sees(number):
    before = run(lay, BASE, GREEDY[:number]).final.create(("new",), b"new").mkdir(("d",))
    assert view(commit(before)) == view(before)


def test_a_directory_made_anew_stays_opaque_in_its_layer():
    base = commit(BASE.mkdir(("d",)).create(("d", "old")))
    again = Line(
        "RUN again", tuple(operation(*each) for each in (("unlink", "/d/old"), ("rmdir", "/d"), ("mkdir", "/d")))
    )
    assert "/d/old" not in view(run(lay, base, [again]).final)
    assert run(lay, base, [again]).kinds[-1] == "commit"
