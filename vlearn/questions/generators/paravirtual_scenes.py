"""What the questions on validation are about: a domain drawn at random, and updates each a case of one rule."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from vlearn.blocks import Table, Text
from vlearn.sim.memory.entries import RW
from vlearn.sim.monitors.paravirtual.domain import Pv
from vlearn.sim.monitors.paravirtual.layout import DIRECTORY_FRAME, MONITOR_FRAMES, NEIGHBOUR_FRAME, TABLE_FRAME
from vlearn.sim.monitors.paravirtual.requests import READ_ONLY, WRITABLE, Update, entry_in_words, maps, set_up

ACCEPTED, FOREIGN, TABLE, OTHER = (
    "accepted",
    "refused: a frame that is not the guest's",
    "refused: a table that the guest could write to",
    "refused: a slot or flag that no guest may use",
)
CATEGORIES = (ACCEPTED, FOREIGN, TABLE, OTHER)


@dataclass(frozen=True, slots=True)
class Scene:
    """A domain, and what its frames are: a page table in use, tables ready for use, ordinary pages, the others'."""

    start: Pv
    table: int
    clean: int
    spoilt: int
    pages: tuple[int, ...]
    read_only: int
    neighbour: int
    monitor: int


def drawn_domain(rng: Random) -> Scene:
    """A domain with random frames in each part, as the monitor itself has accepted it."""
    table, clean, spoilt, read_only, *pages = rng.sample(range(0x20, 0xF0), 7)
    neighbour, monitor = NEIGHBOUR_FRAME, rng.choice(MONITOR_FRAMES)
    contents = (Update(spoilt, rng.randrange(1, 0x400), maps(neighbour, rng.choice((READ_ONLY, WRITABLE)))),
                Update(clean, rng.randrange(1, 0x400), maps(pages[0])))  # fmt: skip
    start = set_up((clean, spoilt, read_only), contents, ((rng.randrange(1, 0x40), table),))
    return Scene(start, table, clean, spoilt, tuple(pages), read_only, neighbour, monitor)


def _entry_of_table(scene: Scene, rng: Random, entry: int) -> Update:
    return Update(scene.table, rng.randrange(0x400), entry)


def _slot(scene: Scene, rng: Random, entry: int) -> Update:
    return Update(DIRECTORY_FRAME, rng.randrange(0x80, 0x300), entry)


Made = Callable[[Scene, Random], Update]
KINDS: dict[str, tuple[Made, ...]] = {
    ACCEPTED: (
        lambda s, r: _entry_of_table(s, r, maps(r.choice(s.pages))),
        lambda s, r: _entry_of_table(s, r, maps(r.choice((s.table, s.clean, DIRECTORY_FRAME)), READ_ONLY)),
        lambda s, r: _entry_of_table(s, r, maps(r.choice((s.neighbour, s.monitor)), r.choice((0, RW)))),
        lambda s, r: _slot(s, r, maps(s.clean)),
        lambda s, r: _entry_of_table(s, r, maps(s.clean)),
    ),
    FOREIGN: (
        lambda s, r: _entry_of_table(s, r, maps(s.neighbour, r.choice((READ_ONLY, WRITABLE)))),
        lambda s, r: _entry_of_table(s, r, maps(s.monitor, r.choice((READ_ONLY, WRITABLE)))),
        lambda s, r: _slot(s, r, maps(s.spoilt)),
    ),
    TABLE: (
        lambda s, r: _entry_of_table(s, r, maps(r.choice((s.table, DIRECTORY_FRAME, TABLE_FRAME)))),
        lambda s, r: _slot(s, r, maps(r.choice(s.pages))),
    ),
    OTHER: (
        lambda s, r: Update(DIRECTORY_FRAME, r.randrange(0x3F0, 0x400), maps(s.clean)),
        lambda s, r: _slot(s, r, maps(s.clean, WRITABLE | 0x80)),
        lambda s, r: _entry_of_table(s, r, maps(r.choice(s.pages), WRITABLE | 0x100)),
    ),
}
"""What to do for each answer; the model's own verdict is the key, and tests hold the two against each other."""


def category(reason: str | None) -> str:
    """Which answer the monitor's reason belongs to."""
    if reason is None:
        return ACCEPTED
    if "belongs to" in reason or "there is no frame" in reason:
        return FOREIGN
    return TABLE if "as well" in reason else OTHER


def setting(scene: Scene) -> tuple[Text, Table]:
    """The rules that the question states, and the table of the frames."""
    spoilt = _only_entry(scene, scene.spoilt)
    rows = (
        (f"{DIRECTORY_FRAME:#x}", "the guest", "page directory in CR3, mapped read-only"),
        (f"{TABLE_FRAME:#x}", "the guest", "page table in use, mapped read-only; its entry n maps frame n"),
        (f"{scene.table:#x}", "the guest", "page table in use, mapped read-only; empty"),
        *((f"{page:#x}", "the guest", "mapped writable once") for page in sorted(scene.pages)),
        (f"{scene.read_only:#x}", "the guest", "mapped read-only; all zero"),
        (f"{scene.clean:#x}", "the guest", f"mapped read-only; {_only_entry(scene, scene.clean)}"),
        (f"{scene.spoilt:#x}", "the guest", f"mapped read-only; {spoilt}"),
        (f"{scene.neighbour:#x}", "another guest", ""),
        (f"{scene.monitor:#x}", "the monitor", ""),
    )
    text = Text(
        "A paravirtualized guest uses direct paging with 32-bit tables of 1024 entries. Entries 0x3F0 to 0x3FF of a"
        " directory are the monitor's, and no guest may set PS, PAT or G. All entries that are not mentioned are 0."
    )
    return text, Table(("Frame", "Belongs to", "What it is used as"), rows)


def _only_entry(scene: Scene, frame: int) -> str:
    words = ((n, scene.start.real.memory.get(frame << 12 | n << 2, 0)) for n in range(0x400))
    return "; ".join(f"entry {n:#x}: {entry_in_words(word)}" for n, word in words if word)
