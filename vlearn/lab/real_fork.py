"""The model's shared pages beside those of this machine's kernel: a process forks, then child and parent write.

A fork leaves both with equal pages in the same frames, read-only, as `Share` leaves two guests; a write takes a frame
of its own. Linux says in smaps how many pages a process shares. (Its own `Share` is KSM, which only root may turn on.)
Where there is no Linux to ask, its answers are those recorded in `recorded_fork.json`, and the page says so.
"""

import json
import subprocess
import sys

from vlearn.blocks import Table, Text
from vlearn.lab.assets import FOLDER
from vlearn.lab.forked_pages import Counts
from vlearn.lab.shown import Shown, show
from vlearn.sim.datacenter.sharing import Memory, Share, Touch, overcommit
from vlearn.sim.datacenter.sharing.actions import Overcommitted
from vlearn.trace import run

RECORDED = FOLDER / "recorded_fork.json"
PAGES, CHILD, PARENT = 64, range(10), range(6, 20)
"""The pages that the child writes, then the parent: four of them are written by both."""
MEASURES = {"shared": "Shared pages", "private": "Private pages", "pss": "Proportional share"}
SECONDS = 10
Answers = tuple[tuple[str, str, Counts], ...]
"""The moment, the process, its counts."""


def model_answers() -> Answers:
    """What the model says: guest 0 for the parent, guest 1 for the child."""
    pages = range(PAGES)
    start = Memory.of(2 * PAGES, (PAGES, PAGES))
    alone = run(overcommit, start, [Touch(0, page, page) for page in pages]).final
    fork: list[Overcommitted] = [*(Touch(1, page, page) for page in pages), Share()]
    forked = run(overcommit, alone, fork).final
    child = run(overcommit, forked, [Touch(1, page, PAGES + page) for page in CHILD]).final
    parent = run(overcommit, child, [Touch(0, page, 2 * PAGES + page) for page in PARENT]).final
    moments = {
        "after the fork": forked,
        f"the child has written {len(CHILD)} pages": child,
        f"the parent has written {len(PARENT)} pages": parent,
    }
    return (
        ("before the fork", "parent", _counts(alone, 0)),
        *((name, who, _counts(memory, n)) for name, memory in moments.items() for n, who in enumerate(_PROCESSES)),
    )


_PROCESSES = ("parent", "child")


def _counts(memory: Memory, guest: int) -> Counts:
    sharers = [len(memory.sharers(page.frame)) for page in memory.guests[guest].pages if page.frame is not None]
    shared = sum(count > 1 for count in sharers)
    return {"shared": shared, "private": len(sharers) - shared, "pss": sum(1 / count for count in sharers)}


def live_answers() -> Answers | None:
    """What this machine's kernel says; None where there is none that does."""
    if not sys.platform.startswith("linux"):
        return None
    spans = (f"{pages.start}:{pages.stop}" for pages in (CHILD, PARENT))
    command = [sys.executable, "-m", "vlearn.lab.forked_pages", str(PAGES), *spans]
    try:
        ran = subprocess.run(command, capture_output=True, encoding="utf-8", check=True, timeout=SECONDS)
    except (OSError, subprocess.SubprocessError):
        return None
    return tuple((moment, who, found) for moment, who, found in json.loads(ran.stdout))


def recorded_answers() -> tuple[Answers, str]:
    """What a kernel said when it was asked, and which kernel."""
    kept = json.loads(RECORDED.read_text(encoding="utf-8"))
    return tuple((moment, who, found) for moment, who, found in kept["answers"]), kept["kernel"]


def beside_fork() -> Shown:
    """For each moment and process, the pages that are shared and private, by the kernel and by the model."""
    live = live_answers()
    kept, kernel = recorded_answers()
    how = "The kernel was asked just now." if live else f"There is no Linux to ask. This was recorded on {kernel}."
    rows = tuple(_row(real, model) for real, model in zip(live or kept, model_answers(), strict=True))
    header = ("Moment", "Process", *(f"{words}: kernel, model" for words in MEASURES.values()), "Same?")
    caption = f"{PAGES} pages; the parent writes 4 of those that the child has written, and {len(PARENT) - 4} others."
    return show((Text(how), Table(header, rows, caption)))


def _row(theirs: tuple[str, str, Counts], ours: tuple[str, str, Counts]) -> tuple[str, ...]:
    moment, who, real = theirs
    model = ours[2]
    both = (f"{real[name]:g}, {model[name]:g}" for name in MEASURES)
    return moment, who, *both, "yes" if (moment, who) == ours[:2] and real == model else "NO"
