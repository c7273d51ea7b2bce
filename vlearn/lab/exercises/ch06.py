"""The exercises of chapter 6. Every check runs a model: on the student's number, function, witness or machine."""

from collections.abc import Iterator
from typing import Any

from vlearn.lab.exercise import Exercise, Hint, is_whole
from vlearn.sim.memory.access import Access, EptMisconfiguration, EptViolation, PageFault, Translation
from vlearn.sim.memory.entries import RW, US, XD, P, maps_page, table_address
from vlearn.sim.memory.machines import machine, smallest_machine
from vlearn.sim.memory.modes import EPT4, FOUR_LEVEL, GIB, KIB, MIB, TWO_LEVEL
from vlearn.sim.memory.page_tables import PageTables
from vlearn.sim.memory.state import Walk
from vlearn.sim.memory.walk import translate
from vlearn.trace import Step, run

PUZZLE = (
    PageTables(TWO_LEVEL, root=0x3000)
    .map_page(0x00C0_3000, 0x0009_A000)
    .map_page(0x00C0_4000, 0x0007_1000, writable=False)
    .map_page(0x0080_3000, 0x0002_8000, user=False)
)
"""The tables of the first two exercises."""
ADDRESS = 0x00C0_3ABC
READ_ONLY = 0x00C0_4010
SUPERVISOR_ONLY = 0x0080_3010


def _outcome(state: Walk, access: Access) -> object:
    return run(translate, state, [access]).final.outcome


def _translate(answer: Any) -> Hint | None:
    if not is_whole(answer):
        return Hint("The answer is a whole number, such as `0x12345`.")
    outcome = _outcome(machine(PUZZLE), Access(ADDRESS))
    assert isinstance(outcome, Translation)
    if answer == outcome.physical:
        return None
    leaf = PUZZLE.path(ADDRESS)[-1].entry
    slips = {
        outcome.physical - ADDRESS % (4 * KIB): "That is the page frame. Where in the page is the byte?",
        leaf: "That is the entry itself, flags and all. Which bits of it are the frame?",
        leaf + ADDRESS % (4 * KIB): "Clear the flags of the entry (its low 12 bits) before you add the offset.",
        ADDRESS: "That is the linear address. Follow it through the tables.",
    }
    return Hint(slips.get(answer, "Split the address into 10 + 10 + 12 bits, and follow the two indices from CR3."))


def _error_code(answer: Any) -> Hint | None:
    if not is_whole(answer):
        return Hint("The answer is a whole number, the error code, such as `0b000`.")
    outcome = _outcome(machine(PUZZLE), Access(READ_ONLY, "write", user=True))
    assert isinstance(outcome, PageFault)
    wrong = answer ^ outcome.error_code
    if not wrong:
        return None
    if wrong & 1:
        return Hint("Bit 0 (P): was an entry missing (0), or did the rights of entries that are there forbid it (1)?")
    if wrong & 2:
        return Hint("Bit 1 (W/R) tells what the access was: a write is 1.")
    if wrong & 4:
        return Hint("Bit 2 (U/S) tells who made the access: user mode is 1.")
    return Hint("Bits 0 to 2 are right. No reserved bit is set, and this is not a fetch: the others are 0.")


WALKS = tuple(
    (guest, guest_page, host_page)
    for guest, guest_page in ((FOUR_LEVEL, 4 * KIB), (FOUR_LEVEL, 2 * MIB), (FOUR_LEVEL, GIB), (TWO_LEVEL, 4 * KIB))
    for host_page in (4 * KIB, 2 * MIB)
)


def _references(answer: Any) -> Hint | None:
    if not callable(answer):
        return Hint("Give the function itself: `lab.check(..., references)`, without calling it.")
    for guest, guest_page, host_page in WALKS:
        g, h = guest.depth(guest_page), EPT4.depth(host_page)
        tables = PageTables(guest).map_page(guest_page, 4 * guest_page, guest_page)
        state = smallest_machine(tables, guest_page, host_page)
        counted = len(run(translate, state, [Access(guest_page)]).final.references)
        said = answer(g, h)
        if said == counted:
            continue
        if not is_whole(said):
            return Hint(f"For g = {g} and h = {h} your function returns {type(said).__name__}, not a whole number.")
        if said == g + h:
            why = "That walks each table once. Where does a guest entry lie, before the processor has read it?"
        elif said == g * h:
            why = "Each guest entry needs an EPT walk; but the guest's entries are read too, and what do they lead to?"
        elif said == counted + 1:
            why = "Do not count the access to the data itself."
        else:
            why = "Count the rows of the grid in the player, and the references in each."
        return Hint(f"For g = {g} and h = {h} the model reads {counted} entries; your function says {said}. {why}")
    return None


def leaf_only(state: Walk, access: Access) -> Iterator[Step[Walk]]:
    """A wrong model, to be found out: it looks at the rights of the last entry alone."""
    registers = state.registers
    memory = state.memory
    table = registers.root
    for level in registers.mode.levels[:-1]:
        at = table + level.index(access.address) * registers.mode.entry_bytes
        entry = memory.get(at, 0)
        if not entry & P or maps_page(level, entry):
            break
        memory = memory.set(at, (entry | RW | US) & ~XD)
        table = table_address(registers.mode, entry)
    yield from translate(Walk(registers, memory), access)


def _witness(answer: Any) -> Hint | None:
    if not (isinstance(answer, tuple) and len(answer) == 2 and isinstance(answer[0], PageTables)):
        return Hint("Give a pair: the page tables and the access, as in `(tables, Access(0x1000, user=True))`.")
    tables, access = answer
    if not isinstance(access, Access):
        return Hint("The second of the pair is an `Access`.")
    if tables.mode is not FOUR_LEVEL and tables.mode is not TWO_LEVEL:
        return Hint("Use 4-level or 32-bit paging.")
    right = _outcome(machine(tables), access)
    wrong = run(leaf_only, machine(tables), [access]).final.outcome
    if type(right) is not type(wrong) or (isinstance(right, PageFault) and right != wrong):
        return None
    same = "the access goes through" if isinstance(right, Translation) else "a fault"
    return Hint(
        f"Both models say the same here: {same}. The wrong one agrees as long as every entry on the way allows all that"
        " the last one allows. Use `tables.edit(address, 'PDE', clear_bits=...)`."
    )


def _violation(answer: Any) -> Hint | None:
    if not isinstance(answer, Walk) or answer.eptp is None:
        return Hint("Give a virtual machine, made by `guest(tables, ept)`.")
    outcome = _outcome(answer, Access(0x40_0000, "write"))
    if isinstance(outcome, EptMisconfiguration):
        return Hint("That is a misconfiguration: no EPT entry may allow writes but not reads. Withhold both.")
    if isinstance(outcome, Translation):
        return Hint("The write goes through. Change the EPT, not the guest's tables, so that it withholds something.")
    if not isinstance(outcome, EptViolation):
        return Hint("The guest's own tables refuse the write, and the guest gets a fault. Change the EPT, not them.")
    if outcome.qualification >> 8 & 1:
        return Hint(
            "An EPT violation, but at the page itself (bit 8 of the qualification is 1). Withhold a frame that holds"
            " one of the guest's tables: `tables.frames` lists them."
        )
    return None


EXERCISES = (
    Exercise("ch06-translate", "ch06-walk-page-table", "the physical address of 0x00C03ABC, a whole number",
             _translate),
    Exercise("ch06-error-code", "ch06-predict-error-code", "the error code of the fault, a whole number", _error_code),
    Exercise("ch06-references", "ch06-count-references", "a function `references(g, h)` that returns a whole number",
             _references),
    Exercise("ch06-bug-hunt", "ch06-predict-error-code",
             "a pair (tables, access) for which the wrong model and the right one differ", _witness),
    Exercise("ch06-violation", "ch06-diagnose-nested-fault",
             "a virtual machine in which a write to 0x400000 is an EPT violation while the walk reads a guest table",
             _violation),
)  # fmt: skip
