"""The model's ring beside the real thing: the same moves by the macros of Xen's public header io/ring.h.

Where a C compiler and the header are installed (on Debian and Ubuntu: the packages gcc and libxen-dev), `io_ring.c` is
compiled and asked now; elsewhere its recorded answers are shown, and the table says so. The macros are run one move
after another by one thread: what they say of indices and notifications is compared, not what barriers do.
"""

import json
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from vlearn.blocks import Table, Text
from vlearn.lab.assets import FOLDER
from vlearn.lab.shown import Shown, show
from vlearn.sim.devices.ring import WORD
from vlearn.sim.devices.ring_run import Answer, Collect, FinalCheck, Publish, RingMove, RingState, Take, use_ring
from vlearn.trace import run

PROGRAM, RECORDED = FOLDER / "io_ring.c", FOLDER / "recorded_io_ring.json"
SIZE, START = 4, WORD - 3
MOVES: tuple[RingMove, ...] = (
    Publish(3), FinalCheck("backend"), Take(2), Answer(1), Collect(1), Publish(2), Take(3), Answer(4),
    FinalCheck("backend"), Collect(4), FinalCheck("frontend"), Publish(1), Publish(1), Take(2), Answer(2),
)  # fmt: skip
"""Moves across the wrap of the indices; each says how many messages it moves, and finds as many."""
INDICES = ("req_prod", "req_cons", "rsp_prod", "rsp_cons", "req_event", "rsp_event")
Row = tuple[int, ...]
"""The six indices, free slots, waiting requests and responses; 1 if the move notifies, or a last look finds work."""


def model_answers(moves: tuple[RingMove, ...] = MOVES, start: int = START) -> tuple[Row, ...]:
    """What the model says after each move."""
    state, rows = RingState.empty(SIZE, start), []
    for move in moves:
        trace = run(use_ring, state, [move])
        state, ring = trace.final, trace.final.ring
        counts = (ring.free, ring.waiting_requests, ring.waiting_responses)
        rows.append(
            (*(getattr(ring, name) for name in INDICES), *counts, int(bool({"notify", "stay"} & {*trace.kinds})))
        )
    return tuple(rows)


def header_answers(moves: tuple[RingMove, ...] = MOVES, start: int = START) -> tuple[Row, ...] | None:
    """What the macros of Xen's header say after each move; None where there is no compiler, or no header."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    asked = "".join(f"{_word(move)}\n" for move in moves)
    with TemporaryDirectory() as folder:
        program = str(Path(folder, "io_ring"))
        compiled = subprocess.run([compiler, "-o", program, str(PROGRAM)], capture_output=True, check=False)
        if compiled.returncode:
            return None
        said = subprocess.run(
            [program, str(start)], input=asked, capture_output=True, encoding="utf-8", check=True
        ).stdout
    return tuple(tuple(map(int, line.split())) for line in said.splitlines())


def _word(move: RingMove) -> str:
    return f"{move.end} 0" if isinstance(move, FinalCheck) else f"{type(move).__name__} {move.count}"


def recorded_answers() -> tuple[Row, ...]:
    """What the macros said of MOVES when they were asked, with the header of Xen 4.17."""
    return tuple(map(tuple, json.loads(RECORDED.read_text(encoding="utf-8"))))


def beside_xens_header() -> Shown:
    """The moves, what Xen's macros say after each, and whether the model says the same."""
    live = header_answers()
    how = "asked just now" if live else "recorded earlier with Xen 4.17: to ask it, install a C compiler and libxen-dev"
    rows = []
    for move, theirs, ours in zip(MOVES, live or recorded_answers(), model_answers(), strict=True):
        *indices, free, _, _, told = theirs
        cells = (*map(_index, indices), str(free), _said(move, bool(told)))
        rows.append((_named(move), *cells, "yes" if ours == theirs else "NO"))
    head = ("Move", *INDICES, "Free", "Said", "Model")
    words = (
        f"The macros of Xen's header io/ring.h, compiled from C, {how}. The ring has {SIZE} slots. The frontend"
        " publishes requests and collects responses, the backend takes and answers; each looks a last time before it"
        " may sleep."
    )
    caption = f"All indices begin at {_index(START)}. The last column: does the model say the same?"
    return show((Text(words), Table(head, tuple(rows), caption)))


def _index(value: int) -> str:
    """The index, or how far it is before the wrap."""
    return str(value) if value < WORD // 2 else f"2³²−{WORD - value}"


def _said(move: RingMove, told: bool) -> str:
    match move:
        case Publish() | Answer():
            return "notify" if told else "no"
        case FinalCheck():
            return "go on" if told else "sleep"
    return ""


def _named(move: RingMove) -> str:
    return f"{move.end} looks" if isinstance(move, FinalCheck) else f"{type(move).__name__.lower()} {move.count}"
