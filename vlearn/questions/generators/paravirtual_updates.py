"""Questions whose key is what a monitor says of updates of page tables under direct paging.

Each kind of update is a case of one rule. The mistakes behind the wrong answers are those of monitors that look at
less: at the owner alone, at the entry and not at the flag P, at a new table's use and not at its content.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Classification, Numeric
from vlearn.questions.replay import Replay
from vlearn.sim.memory.entries import RW, P
from vlearn.sim.monitors.paravirtual.domain import Pv
from vlearn.sim.monitors.paravirtual.layout import DIRECTORY_FRAME, MONITOR_FRAMES, NEIGHBOUR_FRAME, TABLE_FRAME
from vlearn.sim.monitors.paravirtual.requests import (
    READ_ONLY,
    WRITABLE,
    Update,
    batched,
    entry_in_words,
    maps,
    reason_against,
    request,
    set_up,
)
from vlearn.trace import Step
from vlearn.views.paravirtual import draw_domain

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


def _scene(rng: Random) -> Scene:
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


def _setting(scene: Scene) -> tuple[Text, Table]:
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


def judge_updates(rng: Random) -> Posed:
    """Sort updates, each tried on the same domain: accepted, or refused for which reason."""
    scene = _scene(rng)
    kinds = [*rng.sample(KINDS[ACCEPTED], 2), *(rng.choice(KINDS[c]) for c in CATEGORIES[1:])]
    kinds.append(rng.choice(KINDS[FOREIGN] + KINDS[TABLE]))
    updates = list(dict.fromkeys(made(scene, rng) for made in kinds))
    rng.shuffle(updates)
    reasons = [reason_against(scene.start, one) for one in updates]
    key = tuple(CATEGORIES.index(category(reason)) for reason in reasons)
    text, table = _setting(scene)
    prompt = (
        Text(
            f"{text.markdown}\n\nThe guest asks for each of the updates below by `mmu_update`; each is tried on its"
            " own, from the state in the table. What does the monitor say of it?"
        ),
        table,
    )
    listed = "\n".join(f"- {one}: {reason or 'accepted'}." for one, reason in zip(updates, reasons, strict=True))
    replay = Replay(judged, scene.start, tuple(updates), draw_domain)
    return Posed(prompt, Classification(CATEGORIES, tuple(map(str, updates)), key), (Text(listed),), replay)


def judged(vm: Pv, asked: Update) -> Iterator[Step[Pv]]:
    """One request, whose outcome is drawn but not kept: the next one finds the domain as it was."""
    for step in request(vm, asked):
        yield Step(step.event, vm)


def batch_until_refused(rng: Random) -> Posed:
    """How many updates of one `mmu_update` are carried out, each on the state that those before it left?"""
    scene = _scene(rng)
    updates = _batch(scene, rng)
    text, table = _setting(scene)
    listed = "\n".join(f"{n}. {one}" for n, one in enumerate(updates, 1))
    replay = Replay(batched, scene.start, (tuple(updates),), draw_domain)
    trace = replay.trace()
    done = trace.kinds.count("validated")
    prompt = (
        Text(
            f"{text.markdown}\n\nOne hypercall `mmu_update` carries these updates; the monitor checks and carries them"
            f" out one after another, up to the first that it refuses.\n\n{listed}\n\nHow many are carried out?"
        ),
        table,
    )
    told = Text("\n".join(f"- {step.event.text}." for step in trace.steps))
    return Posed(prompt, Numeric(Fraction(done), unit="updates"), (told,), replay)


def _batch(scene: Scene, rng: Random) -> list[Update]:
    """A page becomes a table: protected, filled, put into use, written once more; some such batches go wrong."""
    page, other = scene.pages[0], scene.pages[1]
    slot = rng.randrange(0x80, 0x300)
    protect = Update(TABLE_FRAME, page, maps(page, READ_ONLY))
    use = Update(DIRECTORY_FRAME, slot, maps(page))
    fill = Update(page, rng.randrange(0x200), maps(rng.choice((other, scene.pages[2]))))
    early = Update(page, rng.randrange(0x200, 0x300), maps(scene.neighbour, rng.choice((P, WRITABLE, RW))))
    late = Update(page, rng.randrange(0x300, 0x400), maps(rng.choice((scene.neighbour, page, scene.clean))))
    unmap = Update(scene.table, rng.randrange(0x400), maps(rng.choice(scene.pages), READ_ONLY))
    updates = [protect, fill, use, late]
    if rng.random() < 0.5:
        updates.insert(rng.choice((0, 1, 2)), early)
    if rng.random() < 0.5:
        updates.insert(rng.randrange(len(updates)), unmap)
    if rng.random() < 0.25:
        updates.remove(protect)
        updates.insert(updates.index(use) + 1, protect)
    return updates
