"""Questions whose key is a run of shadow paging: which kind of fault an access brings, how many exits a run takes."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric, SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.memory.access import Access
from vlearn.sim.memory.entries import RW, US, A, P
from vlearn.sim.memory.invalidation import Invlpg, LoadCr3
from vlearn.sim.memory.mmu import StoreEntry
from vlearn.sim.memory.modes import MIB, TWO_LEVEL
from vlearn.sim.memory.page_tables import EptTables, PageTables
from vlearn.sim.memory.shadow.machine import EXITS, Action, Reclaim, operate_shadow, shadow_machine
from vlearn.sim.memory.shadow.policy import Policy
from vlearn.sim.memory.shadow.state import ShadowMachine
from vlearn.sim.memory.tables import FRAME
from vlearn.trace import run
from vlearn.views.memory_shadow import draw_shadow

HOST = EptTables().map_page(0, 16 * MIB, length=MIB)
"""Guest-physical memory of 1 MiB, which the host has in one block."""
_TABLE = PageTables(TWO_LEVEL).next_frame
"""Where the only page table of these guests lies: in the first frame after the directory."""
KINDS = ("read", "write")
NOTHING = "none: the access needs no exit"
FAULTS = {
    "true-fault": "a true fault, which the guest gets as a page fault",
    "fill-shadow": "a hidden fault: the shadow has no entry for the page",
    "record-dirty": "a hidden fault: the shadow's entry is read-only until D is set",
    "traced-write": "a traced write: the page holds a page table of the guest",
    "none": NOTHING,
}
"""What an access can bring, by the kind of the event that is the exit."""
_MISTAKES = {
    "true-fault": "The guest's own tables allow this access, so the guest must not see a fault.",
    "fill-shadow": "An entry is missing before the first use, and after the hypervisor or the guest has made it go.",
    "record-dirty": "This happens at the first write to a page that the shadow maps already, while the guest's D is 0.",
    "traced-write": "Only the frames that hold the guest's own page tables are write-protected for this.",
    "none": "The processor knows the shadow alone, and the shadow does not allow this access yet.",
}


@dataclass(frozen=True, slots=True)
class Move:
    """An action, and the words for it."""

    action: Action
    words: str


def _machine(tables: PageTables, lazy: bool = False) -> ShadowMachine:
    return shadow_machine(tables.registers(), tables.memory, HOST, Policy(lazy=lazy))


def _access(page: int, kind: str, user: bool = True) -> Move:
    who = "a program" if user else "the guest kernel"
    verb = "reads from" if kind == "read" else "writes to"
    action = Access(page * FRAME, "read" if kind == "read" else "write", user)
    return Move(action, f"{who} {verb} page {page}")


def exits_of(start: ShadowMachine, moves: tuple[Move, ...]) -> tuple[tuple[str, ...], ...]:
    """The kinds of the exits that each move brings."""
    found, vm = [], start
    for move in moves:
        trace = run(operate_shadow, vm, [move.action])
        found.append(tuple(kind for kind in trace.kinds if kind in EXITS))
        vm = trace.final
    return tuple(found)


def which_fault(rng: Random) -> Posed:
    """What does this access bring under shadow paging, after what has gone before?"""
    page, physical = rng.randrange(16, 1000), rng.randrange(16, 250)
    tables = PageTables(TWO_LEVEL)
    shape = rng.choice(("plain", "plain", "read-only", "supervisor", "absent", "table"))
    target = _TABLE if shape == "table" else physical * FRAME
    tables = tables.map_page(page * FRAME, target, writable=shape != "read-only", user=shape != "supervisor")
    if shape == "absent":
        tables = tables.edit(page * FRAME, "PTE", clear_bits=P)
    words = {
        "plain": "P = 1, R/W = 1, U/S = 1",
        "read-only": "P = 1, R/W = 0, U/S = 1",
        "supervisor": "P = 1, R/W = 1, U/S = 0",
        "absent": "P = 0",
        "table": "P = 1, R/W = 1, U/S = 1; the frame that it names holds this very page table",
    }[shape]
    user = shape != "table" and (shape != "supervisor" or rng.random() < 0.5)
    before = tuple(_before(rng, shape, page, physical, user))
    asked = _access(page, rng.choice(KINDS), user)
    moves = (*before, asked)
    start = _machine(tables)
    exits = exits_of(start, moves)[-1]
    right = exits[-1] if exits else "none"
    wrong = [(FAULTS[kind], _MISTAKES[kind]) for kind in FAULTS if kind != right]
    options, correct = distractors(rng, FAULTS[right], wrong, len(wrong))
    first = f"First, {'; then '.join(move.words for move in before)}. Now" if before else "As the first thing of all,"
    prompt = Text(
        "A hypervisor write-protects the guest's page tables, fills an empty shadow one entry at a time on demand,"
        " drops a page's entry from it when the guest changes its own, and maps a page read-only in the shadow until"
        f" the guest's D is set. The guest's entry of page {page} starts with {words}, A = 0 and D = 0; its directory"
        f" allows everything, and CR0.WP = 1. {first} {asked.words}. What does this last access bring?"
    )
    return Posed(
        (prompt,), SingleChoice(options, correct), (_run_table(moves, exits_of(start, moves)), Text(_RULE)),
        Replay(operate_shadow, start, tuple(move.action for move in moves), draw_shadow),
    )  # fmt: skip


_RULE = (
    "The guest's own tables decide first: what they forbid is a true fault. What they allow may still meet a shadow"
    " without an entry, one that is read-only because D is 0, or a write-protected page table; the guest sees none of"
    " these."
)


def _before(rng: Random, shape: str, page: int, physical: int, user: bool) -> Iterator[Move]:
    """What has happened to the page before: uses that fill the shadow, and now and then a change that empties it."""
    if shape == "table":  # a write that comes first takes two exits: one for the entry, one for the store
        yield _access(page, "read", user)
        return
    for _ in range(rng.randrange(3)):
        yield _access(page, "write" if rng.random() < 0.4 else "read", user)
    if shape == "plain":
        change = rng.choice(("none", "none", "reclaim", "clear-dirty"))
        if change == "reclaim":
            yield Move(Reclaim(physical * FRAME), f"the hypervisor takes the system frame of page {page} away")
        if change == "clear-dirty":
            value = physical * FRAME | P | RW | US | A
            words = f"the guest kernel stores the entry of page {page} anew, with A = 1 and D = 0"
            yield Move(StoreEntry(_TABLE + page * 4, value), words)
            yield Move(Invlpg(page * FRAME), "it executes INVLPG for the page")


def count_shadow_exits(rng: Random, lazy: bool = False) -> Posed:
    """How many exits does this short run take under shadow paging?"""
    count = rng.randrange(2, 5)
    pages = sorted(rng.sample(range(16, 1000), count))
    frames = rng.sample(range(16, 250), count + 1)
    spare = next(n for n in range(1000, 1024) if n not in pages)
    tables = PageTables(TWO_LEVEL).map_page(spare * FRAME, 0xF000)
    moves: list[Move] = []
    for page, frame in zip(pages, frames[1:], strict=True):
        moves.append(_store(page, frame, f"the guest kernel maps page {page}, which was not present"))
    moves += (_access(page, rng.choice(KINDS)) for page in rng.choices(pages, k=count + rng.randrange(2, 4)))
    moved = rng.choice(pages)
    moves.append(_store(moved, frames[0], f"the guest kernel stores another frame in the entry of page {moved}"))
    moves.append(Move(Invlpg(moved * FRAME), f"it executes INVLPG for page {moved}"))
    if rng.random() < 0.5:
        moves.append(Move(LoadCr3(tables.root), "it loads CR3 with the root that it holds already"))
    moves += (_access(page, rng.choice(KINDS)) for page in rng.choices([moved, *pages], k=2))
    # The table has a shadow only once a walk has passed it: a read of the spare page has seen to that.
    start = run(operate_shadow, _machine(tables, lazy), [Access(spare * FRAME)]).final
    found = exits_of(start, tuple(moves))
    tracing = (
        "lets a page table run out of step with its shadow after the first store to it, which exits, until the guest"
        " loads CR3, and looks at a page's entry again at INVLPG"
        if lazy
        else "write-protects the page table for good, so that each store to it exits, and drops the shadow entry made"
        " from the old value"
    )
    prompt = Text(
        f"A hypervisor {tracing}. It fills the shadow one entry at a time on demand, and maps a page read-only in the"
        " shadow until the guest's D is set. INVLPG and loads of CR3 exit. The page table is shadowed already, pages"
        f" {', '.join(map(str, pages))} have no entry in it; every entry that the kernel stores is writable, with"
        f" A = D = 0. This happens, in this order: {'; '.join(move.words for move in moves)}. How many exits are there?"
    )
    total = sum(map(len, found))
    return Posed(
        (prompt,), Numeric(Fraction(total), unit="exits"),
        (_run_table(tuple(moves), found), Text(f"Together: **{total}** exits.")),
        Replay(operate_shadow, start, tuple(move.action for move in moves), draw_shadow),
    )  # fmt: skip


def _store(page: int, frame: int, words: str) -> Move:
    return Move(StoreEntry(_TABLE + page * 4, frame * FRAME | P | RW | US), words)


def _run_table(moves: tuple[Move, ...], exits: tuple[tuple[str, ...], ...]) -> Table:
    rows = tuple(
        (str(n), f"{move.words[0].upper()}{move.words[1:]}", "; ".join(EXITS[kind] for kind in kinds) or "none")
        for n, (move, kinds) in enumerate(zip(moves, exits, strict=True), 1)
    )
    return Table(("Step", "What happens", "Exit"), rows, "Each step and the exit that it takes.")
