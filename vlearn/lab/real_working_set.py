"""The model's dirty pages beside those of this machine's kernel, and a working set that the kernel measured.

First a process writes as the model's guest does, round by round, and the kernel is asked after each round which pages
are dirty. Then a small server answers requests, and what it dirtied goes into the model. Where the kernel tracks no
dirty pages, its answers are those recorded in `recorded_dirty_pages.json`, and the table says so. A write counts as
made at the look that found it, so nothing can be said of shorter spans.
"""

import json
from base64 import b64decode, b64encode
from dataclasses import dataclass, replace
from itertools import pairwise
from time import perf_counter, sleep
from typing import Any

import numpy as np

from vlearn.blocks import Chart, Series, Table, Text
from vlearn.lab.assets import FOLDER
from vlearn.lab.dirty_pages import Bitmap, tracked
from vlearn.lab.shown import Shown, show
from vlearn.sim.migration import MIB, PAGE, Link, PreCopy, Recorded, Uniform, VirtualMachine, plain, transfer
from vlearn.views.migration_timeline import seconds as in_words

RECORDED = FOLDER / "recorded_dirty_pages.json"
MEMORY = 8 * MIB
GUEST = VirtualMachine(MEMORY, (Uniform(2 * MIB, 24e6, 4 * MIB, seed=9),), state=0)
LINK = Link(40e6, 0, 0)
ROUNDS = 6
LOOKS, TICK, REQUESTS = 48, 0.008, 220
LINKS = (12.5e6, 25e6, 50e6, 125e6)
LIMIT = 0.01


@dataclass(frozen=True, slots=True)
class Kernel:
    """What the kernel said: dirty pages by round of the model's guest; the server's, by the second of each look.

    `how` says in a sentence whether and how it was asked.
    """

    dirtied: tuple[int, ...]
    times: tuple[float, ...]
    looks: tuple[Bitmap, ...]
    how: str


def model_rounds() -> tuple[int, ...]:
    """Pages that the model's guest dirties in each live round."""
    report = transfer(GUEST, LINK, PreCopy(plain(rounds=ROUNDS)))
    return tuple(one.dirtied for one in report.rounds if not one.paused)


def measured() -> Kernel:
    """Ask the kernel, which takes half a second. OSError where it tracks no dirty pages."""
    report = transfer(GUEST, LINK, PreCopy(plain(rounds=ROUNDS)))
    ends = np.cumsum([0.0, *(one.seconds for one in report.rounds if not one.paused)]).tolist()
    with tracked(GUEST.pages) as real:
        dirtied = []
        for start, end in pairwise(ends):
            real.memory[GUEST.processors[0].written(start, end) * PAGE] += 1
            dirtied.append(int(real.look().sum()))
        times, looks = [], []
        rng, start = np.random.default_rng(9), perf_counter()
        for _ in range(LOOKS):
            # Few keys are asked for often, most seldom; a key's counter lies anywhere in the table.
            keys = rng.zipf(1.25, REQUESTS) * 0x9E3779B1 % MEMORY
            np.add.at(real.memory, keys, 1)
            sleep(TICK)
            looks.append(real.look())
            times.append(perf_counter() - start)
        return Kernel(tuple(dirtied), tuple(times), tuple(looks), f"The kernel was asked just now, by {real.how}.")


def recorded() -> Kernel:
    """What a kernel said earlier."""
    kept: dict[str, Any] = json.loads(RECORDED.read_text(encoding="utf-8"))
    looks = tuple(np.unpackbits(np.frombuffer(b64decode(one), np.uint8)).astype(bool) for one in kept["looks"])
    how = f"The answers below were recorded earlier, on {kept['kernel']}."
    return Kernel(tuple(kept["dirtied"]), tuple(kept["times"]), looks, how)


def to_record(found: Kernel, kernel: str) -> str:
    """The text of a recording."""
    looks = [b64encode(np.packbits(one).tobytes()).decode("ascii") for one in found.looks]
    times = [round(time, 6) for time in found.times]
    return json.dumps({"kernel": kernel, "dirtied": found.dirtied, "times": times, "looks": looks}, indent=1) + "\n"


def server(found: Kernel, times: int = 64) -> VirtualMachine:
    """A machine that writes as the server did, over and over."""
    whole = found.times[-1]
    at = np.concatenate([np.full(one.sum(), time) for one, time in zip(found.looks, found.times, strict=True)])
    pages = np.concatenate([np.flatnonzero(one) for one in found.looks])
    again = np.concatenate([at + whole * n for n in range(times)])
    return VirtualMachine(MEMORY, (Recorded(again, np.tile(pages, times)),), state=0)


def dirty_by_time(found: Kernel) -> Chart:
    """Memory that became dirty in spans of several lengths, and what it would be if no page were written to twice."""
    spans = [n for n in (1, 2, 4, 8, 16, 24, 48) if n <= len(found.looks)]
    sizes = [
        float(np.mean([np.any(found.looks[n : n + span], axis=0).sum() for n in range(0, len(found.looks), span)]))
        for span in spans
    ]
    length = tuple(found.times[-1] / len(found.looks) * span * 1000 for span in spans)
    real = Series("measured", length, tuple(size * PAGE / 1e6 for size in sizes))
    straight = Series("were every page new", length, tuple(sizes[0] * span * PAGE / 1e6 for span in spans))
    return Chart("What a server dirties while a round lasts", "time (ms)", "dirty memory (MB)", (real, straight))


def beside_the_kernel(live: bool = True) -> Shown:
    """Rounds of the model's guest by model and kernel; the server's dirty memory, and its migration over links."""
    found = recorded()
    if live:
        try:
            found = measured()
        except OSError:
            found = replace(found, how=f"This kernel does not tell. {found.how}")
    pairs = zip(model_rounds(), found.dirtied, strict=True)
    rounds = tuple((str(n), str(a), str(b), "yes" if a == b else "NO") for n, (a, b) in enumerate(pairs, 1))
    moved = [(link, transfer(server(found), Link(link, 0, 0), _strategy(link))) for link in LINKS]
    rows = tuple(
        (f"{link / 1e6:g}", str(len(one.rounds) - 1), f"{one.rounds[-1].sent_bytes / 1e6:.2f}", in_words(one.downtime))
        for link, one in moved
    )
    return show((
        Text(found.how),
        Table(("Round", "Dirty pages, the model", "Dirty pages, the kernel", "Same?"), rounds,
              "A guest of the model, and a process that writes where it writes."),
        dirty_by_time(found),
        Table(("Link (MB/s)", "Live rounds", "Left for the pause (MB)", "Downtime"), rows,
              f"The server in the model: {MEMORY // MIB} MiB, paused once the rest takes {in_words(LIMIT)},"
              f" or after {ROUNDS} rounds."),
    ))  # fmt: skip


def _strategy(link: float) -> PreCopy:
    return PreCopy(plain(left=int(link * LIMIT), rounds=ROUNDS))
