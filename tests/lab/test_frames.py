"""Frames that share pieces come out as they went in, and cost little."""

from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.lab.frames import packed, unpacked

PARTS = st.lists(st.sampled_from(["<p>", "</p>", "a", "<", "<td>1</td>", "<td>2</td>", "\n"])).map("".join)


@settings(deadline=None)
@given(st.lists(PARTS))
def test_frames_come_out_as_they_went_in(frames):
    shared = packed(frames)
    assert unpacked(shared) == tuple(frames)
    assert len(set(shared.pieces)) == len(shared.pieces)


def test_a_frame_that_repeats_costs_two_numbers():
    frame = "".join(f"<td>{n}</td>" for n in range(100))
    shared = packed([frame, frame, frame])
    assert shared.ranges == ((0, 100),) * 3


def test_a_frame_that_differs_in_one_place_costs_one_piece():
    frame = "".join(f"<td>{n}</td>" for n in range(100))
    shared = packed([frame, frame.replace(">50<", ">fifty<")])
    assert shared.ranges == ((0, 100), (0, 50, 100, 101, 51, 100))
