"""Frames that share what they have in common, so that fifty nearly equal drawings cost little more than one.

Every frame is cut before its opening tags; each distinct piece is kept once, and a frame is a list of half-open ranges
of pieces. `player.js` puts them together again with the same rule as `unpacked`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_CUT = re.compile(r"(?=<[a-zA-Z])")


@dataclass(frozen=True, slots=True)
class Frames:
    """`ranges[i]` is start, stop, start, stop, ... of frame i over `pieces`."""

    pieces: tuple[str, ...]
    ranges: tuple[tuple[int, ...], ...]


def packed(frames: Iterable[str]) -> Frames:
    """The frames of a run, in order, with every distinct piece stored once."""
    pieces: dict[str, int] = {}
    return Frames(ranges=tuple(_ranges(frame, pieces) for frame in frames), pieces=tuple(pieces))


def unpacked(frames: Frames) -> tuple[str, ...]:
    """The frames as they went in."""
    return tuple(
        "".join("".join(frames.pieces[a:b]) for a, b in zip(r[::2], r[1::2], strict=True)) for r in frames.ranges
    )


def _ranges(frame: str, pieces: dict[str, int]) -> tuple[int, ...]:
    ranges: list[int] = []
    for piece in filter(None, _CUT.split(frame)):
        number = pieces.setdefault(piece, len(pieces))
        if ranges and ranges[-1] == number:
            ranges[-1] += 1
        else:
            ranges += (number, number + 1)
    return tuple(ranges)
