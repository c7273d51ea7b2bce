"""A pipeline file as the model's reader sees it: beside its lines the jobs that they make, what the reader leaves out,
and, of a file that is refused, where and why."""

import re
from collections.abc import Callable, Iterator
from textwrap import wrap

from vlearn.blocks import Block, Figure
from vlearn.errors import ModelError
from vlearn.sim.delivery.pipeline import Pipeline
from vlearn.views.delivery_words import short_of
from vlearn.views.devices_strip import WIDTH
from vlearn.views.svg import FAULT, GREY, INK, PLAIN, READ, SMALL, Look, Shape, box, drawing, text

ROW, NUMBER, NOTE, CHARACTERS = 17, 30, 452, 44
Note = tuple[str, Look]
"""Words beside a line, and how their box looks."""


def draw_file(source: str, read: Callable[[str], Pipeline]) -> tuple[Block, ...]:
    """The file with the reader's notes. A file that the reader refuses is shown too."""
    notes = noted(source, read)
    lines = source.rstrip("\n").split("\n")
    shapes, y = [], 4.0
    for number, words in enumerate(lines, 1):
        beside = notes.get(number, ())
        shapes.append(text(NUMBER - 8, y + 13, str(number), size=10, anchor="end", mono=True))
        # SVG drops spaces at the beginning of a text, so a line is moved to the right instead.
        left = NUMBER + (len(words) - len(words.lstrip())) * 0.602 * SMALL
        shapes.append(text(left, y + 13, short_of(words.strip(), NOTE - left - 12, SMALL), size=SMALL, mono=True))
        after = y + ROW
        for said, look in beside:
            shapes += _note(said, look, y)
            y += _tall(said) + 3
        y = max(after, y)
    alt = "; ".join(f"line {number}: {said}" for number, found in sorted(notes.items()) for said, _ in found)
    return (Figure(drawing(WIDTH, y + 4, shapes), f"A file of {len(lines)} lines. {alt or 'Nothing is remarked'}."),)


def noted(source: str, read: Callable[[str], Pipeline]) -> dict[int, tuple[Note, ...]]:
    """What is to be said of each line: the jobs that it makes, the reader's remarks, or why it is refused."""
    try:
        pipeline = read(source)
    except ModelError as error:
        found = re.match(r"line (\d+): ", str(error))
        line = int(found[1]) if found else 1
        return {line: ((f"refused: {str(error)[found.end() if found else 0 :]}", FAULT),)}
    notes: dict[int, tuple[Note, ...]] = {}
    made: dict[int, list[str]] = {}
    for job in pipeline.jobs:
        waits = f", waits for {' or '.join(job.gate.who) or 'a person'}" if job.gate else ""
        made.setdefault(job.line, []).append(job.name + waits)
    for line, names in made.items():
        notes[line] = ((f"job {names[0]}" if len(names) == 1 else f"{len(names)} jobs: {', '.join(names)}", READ),)
    for remark in pipeline.remarks:
        notes[remark.line] = (*notes.get(remark.line, ()), (remark.text, PLAIN))
    return notes


def _tall(said: str) -> float:
    return 14 * len(wrap(said, CHARACTERS)) + 4


def _note(said: str, look: Look, y: float) -> Iterator[Shape]:
    yield box(NOTE, y, WIDTH - NOTE - 4, _tall(said), look, radius=2)
    for n, words in enumerate(wrap(said, CHARACTERS)):
        yield text(NOTE + 8, y + 13 + 14 * n, words, size=SMALL, fill=INK if look is not PLAIN else GREY)
