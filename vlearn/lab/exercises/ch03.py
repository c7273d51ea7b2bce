"""The exercises of chapter 3. The checks count with the model, ask it for updates, and run a student's port."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from vlearn.lab.exercise import Exercise, Hint
from vlearn.lab.exercises.ch03_port import port_works
from vlearn.sim.memory.entries import RW, P
from vlearn.sim.monitors.paravirtual import Paging, Refused, paging
from vlearn.sim.monitors.paravirtual.counting import entries
from vlearn.sim.monitors.paravirtual.domain import Pv, with_paging
from vlearn.sim.monitors.paravirtual.layout import DIRECTORY_FRAME, NEIGHBOUR_FRAME
from vlearn.sim.monitors.paravirtual.requests import Update, batched, request, set_up
from vlearn.sim.monitors.paravirtual.updates import update
from vlearn.trace import run

MIB = 1 << 20
LENGTH, ENTRY_SIZE, BATCH = 512 * MIB, 8, 64
DOMAIN = set_up()
"""The domain of the exercises as its builder makes it: all its frames are mapped writable, but for its two tables."""
SLOT, NEW_TABLE, PAGE = 1, 0x30, 0x31


def _counts(answer: Any) -> Hint | None:
    if not (isinstance(answer, tuple) and len(answer) == 3):
        return Hint("Give three numbers: `(traps, announcements, batches)`.")
    right = entries(LENGTH, ENTRY_SIZE)
    traps, tables, batches = answer
    if traps != right.entries:
        return Hint(
            "Each page of 4 KiB (4096 bytes) has an entry, and each store to an entry traps. 1 MiB is 2^20 bytes."
        )
    if tables == entries(LENGTH, 4).tables:
        return Hint(
            "That many page tables it would be with entries of 4 bytes. How many of 8 bytes has a page of 4096?"
        )
    if tables != right.tables:
        return Hint(
            "A page table is one page of 4096 bytes. How many entries are in it, and how many tables hold them all?"
        )
    if batches != right.batches(BATCH):
        return Hint(f"A batch carries {BATCH} entries, whatever tables they are in.")
    return None


def _updates(answer: Any) -> tuple[Update, ...] | None:
    if isinstance(answer, Sequence) and answer and all(isinstance(one, Update) for one in answer):
        return tuple(answer)
    return None


def _new_table(answer: Any) -> Hint | None:
    updates = _updates(answer)
    if updates is None:
        return Hint("Give a list of updates, such as `[Update(0x30, 0, maps(0x31))]`.")
    trace = run(batched, DOMAIN, [updates])
    if trace.kinds[-1] == "refused":
        return Hint(f"Update {len(trace)} is not accepted. {trace.steps[-1].event.text}.")
    accounts = paging(trace.final)
    slot = accounts.entry(DIRECTORY_FRAME, SLOT)
    if not slot & P:
        return Hint(f"All accepted, but entry {SLOT} of the directory, frame {DIRECTORY_FRAME:#x}, leads nowhere yet.")
    entry = accounts.entry(slot >> 12, 0)
    if not entry & P or entry >> 12 != PAGE:
        return Hint(f"All accepted, but 0x400000 does not lead to frame {PAGE:#x}: look at entry 0 of the new table.")
    if not entry & slot & RW:
        return Hint("All accepted, but the page is read-only: R/W must be set in both entries on the way.")
    return None


def trusting(vm: Pv, updates: Sequence[Update]) -> bool:
    """A wrong monitor, to be found out: whether it accepts all of the updates.

    It checks every entry that is written to a table in use. What a table has in it when it is put into use, it takes.
    """
    try:
        for one in updates:
            vm = with_paging(vm, _trustingly(paging(vm), one))
    except Refused:
        return False
    return True


def _trustingly(accounts: Paging, one: Update) -> Paging:
    page = accounts.pages.get(one.entry >> 12)
    if one.frame != DIRECTORY_FRAME or not one.entry & P or page is None or page.uses:
        return update(accounts, one.frame << 12 | one.index << 2, one.entry)
    words = {at: word for at, word in accounts.memory.items() if at >> 12 == one.entry >> 12}
    blank = accounts.memory
    for at in words:
        blank = blank.set(at, 0)
    after = update(replace(accounts, memory=blank), one.frame << 12 | one.index << 2, one.entry)
    memory = after.memory
    for at, word in words.items():
        memory = memory.set(at, word)
    return replace(after, memory=memory)


def _bug_hunt(answer: Any) -> Hint | None:
    updates = _updates(answer)
    if updates is None:
        return Hint("Give a list of updates, such as `[Update(0x30, 0, maps(0x31))]`.")
    kinds = run(request, DOMAIN, updates).kinds
    wrong, right = trusting(DOMAIN, updates), "refused" not in kinds
    if wrong and not right:
        return None
    if wrong:
        return Hint(
            "Both monitors accept all of it, and nothing is wrong with it. Try to get hold of a frame that is not"
            f" yours: frame {NEIGHBOUR_FRAME:#x} belongs to another guest."
        )
    return Hint(
        f"Both refuse update {kinds.index('refused') + 1}. The wrong monitor checks what is written to a table *in"
        " use*. What does it not look at?"
    )


EXERCISES = (
    Exercise("ch03-count", "ch03-count-page-table-traps",
             "three numbers, `(traps, announcements, batches)`", _counts),
    Exercise("ch03-new-table", "ch03-predict-validation",
             "a list of `Update(frame, index, entry)` after which 0x400000 leads to frame 0x31, writable", _new_table),
    Exercise("ch03-bug-hunt", "ch03-predict-validation",
             "a list of `Update(frame, index, entry)` that the wrong monitor accepts and the right one does not",
             _bug_hunt),
    Exercise("ch03-port", "ch03-port-kernel",
             "the source of the ported kernel, as text", port_works),
)  # fmt: skip
