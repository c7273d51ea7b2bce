"""The lab that a cell finds in place of `vlearn.lab` when it runs for paper: a value for what would be a widget.

What shows itself alike on screen and on paper (`show`, `predict`, most of `beside_…`) is the lab's own function. A
player gives some of its frames, a study its first setting. Docker host and cluster are new ones, into which nobody else
types.
"""

from collections.abc import Callable
from functools import cached_property
from typing import Any, TypeVar

from vlearn import course, lab
from vlearn.blocks import Block, Chart, Figure, Table
from vlearn.errors import LabError
from vlearn.lab.checking import exercise_called
from vlearn.lab.docker_cells import DockerTerminal
from vlearn.lab.kubectl_cells import KubectlTerminal
from vlearn.lab.paper.parts import Asked, Frame, Note, Played, Studied
from vlearn.lab.paper.settings import settings
from vlearn.lab.prediction import marked
from vlearn.lab.real_working_set import beside_the_kernel
from vlearn.lab.shown import Shown, show
from vlearn.lab.studies import Blocks, study
from vlearn.trace import Trace
from vlearn.views import Draw, drawn
from vlearn.views.course_map import draw_map

S = TypeVar("S")
MOST_FRAMES = 4
"""Of a run, its first and its last moment among them."""
LONG_TABLE = 8
"""Rows of a table that only the last frame of a run has."""
LINES, LINES_OF_CODE = 3, 8
"""How many lines an exercise has room on; functions and files need more."""
_LONG = ("function", "file", "manifest", "assembl", "list of", "def ")

PERSONAL = {
    "answer": "a question to answer",
    "beneath_this_machine": "what your own machine says of the hypervisor beneath it",
    "chapters": "the table of chapters, with your progress",
    "choose_practice": "a form that opens a practice exam",
    "practice": "a practice exam",
    "practice_history": "the practice exams that you have handed in",
    "progress": "what you have done so far, and what to do next",
    "reset_progress": "a way to begin your record anew",
    "review": "the questions that are due again",
}
"""What only a person at a computer can have."""


class PaperLab:
    """What `lab` is on paper. It has every name that `vlearn.lab` has."""

    @cached_property
    def docker(self) -> DockerTerminal:
        """A docker host of its own."""
        return DockerTerminal()

    @cached_property
    def kubectl(self) -> KubectlTerminal:
        """A cluster of its own."""
        return KubectlTerminal()

    def play(self, trace: Trace[S], draw: Draw[S], title: str = "") -> Played:
        """Some moments of the run."""
        steps = len(trace)
        frames = [
            Frame(n, marked(trace.steps[n - 1].event.text) if n else "", _brief(drawn(trace, draw, n), n == steps))
            for n in moments(steps)
        ]
        return Played(title, steps, tuple(frames))

    def study(self, question: str, draw: Callable[..., Blocks], **controls: Any) -> Studied:
        """The study as it is before anybody moves a control."""
        made = study(question, draw, **controls)
        return Studied(question, settings(made.controls), made.blocks)

    def check(self, id: str, answer: Any) -> Asked:
        """What the exercise asks for."""
        asks = exercise_called(id).asks
        return Asked(f"{asks}.", LINES_OF_CODE if any(word in asks for word in _LONG) else LINES)

    def chart(self, block: Chart) -> Shown:
        """The chart as a picture."""
        return show(block)

    def course_map(self) -> Shown:
        """The map of all chapters."""
        return show(draw_map([chapter.number for chapter in course.COURSE]))

    def beside_the_kernel(self) -> Shown:
        """What the kernel said when it was recorded: how fast it answers now differs from run to run."""
        return beside_the_kernel(live=False)

    def quiz(self, chapter: str, count: int = 5, seed: int | None = None) -> Note:
        """Where the self-test is."""
        return Note(f"In the notebook: a self-test of {count} questions on chapter {course.chapter(chapter).number}.")

    def __getattr__(self, name: str) -> Any:
        if name in PERSONAL:
            return lambda *_, **__: Note(f"In the notebook: {PERSONAL[name]}.")
        return getattr(lab, name)


def _brief(blocks: tuple[Block, ...], last: bool) -> tuple[Block, ...]:
    """Beside a picture, a long table is a log that grows with the run: the last frame has it all."""
    if last or not any(isinstance(block, Figure) for block in blocks):
        return blocks
    return tuple(block for block in blocks if not (isinstance(block, Table) and len(block.rows) > LONG_TABLE))


def moments(steps: int) -> tuple[int, ...]:
    """The start, the end, and at most two moments between them, evenly spaced."""
    if steps < 0:
        raise LabError(f"a run has no {steps} steps")
    gaps = MOST_FRAMES - 1
    return tuple(sorted({round(steps * n / gaps) for n in range(gaps + 1)}))
