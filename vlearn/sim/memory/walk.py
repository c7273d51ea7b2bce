"""The page walk as a step model: one step for every entry that the processor reads.

A present bit or a reserved bit ends the walk where it is met; rights are gathered on the way down and judged at the
end. The A flag of an entry that references a table is set as the walk passes it, even if the walk then faults; A and D
of the entry that maps the page are set only if the access is allowed. The manual promises the flags for a translation
that succeeds and leaves the rest open: here the model does what Unicorn (QEMU) does. With an EPT pointer in the state
every one of those reads first walks the EPT (see `ept`), and the manual's order holds: a guest page fault is judged
before the final address is translated.

Left out: TLB and paging-structure caches (see `mmu`), the memory types, and what `access` and `entries` leave out.
Source: Intel SDM vol. 3A, "Paging": "Hierarchical paging structures", "Access rights", "Page-fault exceptions",
"Accessed and dirty flags".
"""

from collections.abc import Iterator
from dataclasses import replace

from vlearn.sim.memory.access import (
    EPT_WANTED,
    ERROR_CODE,
    Access,
    GeneralProtection,
    PageFault,
    Registers,
    Translation,
    error_code,
    named_bits,
)
from vlearn.sim.memory.entries import (
    EPT_R,
    EPT_W,
    A,
    D,
    G,
    P,
    flags,
    maps_page,
    page_address,
    reserved_bits,
    table_address,
)
from vlearn.sim.memory.ept import Purpose, through_ept, violation
from vlearn.sim.memory.state import Descent, Reached, Reference, Walk, Walking
from vlearn.trace import Step


def translate(state: Walk, access: Access, descent: Descent | None = None) -> Iterator[Step[Walk]]:
    """Walk for one access. The last step's state holds the outcome and a memory with the A and D flags that were set.

    A walk normally starts at the root; a paging-structure cache lets it start at a `descent`.
    """
    registers, mode = state.registers, state.registers.mode
    mode.check_width(access.address)
    state = replace(state, access=access, references=(), descents=(), outcome=None)
    if not mode.is_canonical(access.address):
        text = f"#GP(0): {access.address:#x} is not canonical in {mode.name}"
        yield state.ends(GeneralProtection(access.address), "general-protection", text)
        return
    descent = descent or from_root(registers, access.address)
    if descent is None:
        yield page_fault(state, "the PDPTE register is not present", present=False)
        return
    while True:
        level = descent.levels[0]
        state, place = yield from reach_entry(state, descent)
        if place is None:
            return
        reference = entry_at(state, descent, place)
        entry = reference.value
        shown = " ".join(flags(mode, entry)) or "no flag"
        text = f"the processor reads {reference} at {reference.address:#x}: {entry:#x} ({shown})"
        step = state.reads(reference, "read-entry", text)
        yield step
        state = step.state
        if not entry & P:
            yield page_fault(state, f"the {level.entry} is not present", reference.name, present=False)
            return
        page = maps_page(level, entry, registers.pse)
        if entry & reserved_bits(mode, level, page, registers.physical_bits, registers.nxe):
            yield page_fault(state, f"the {level.entry} has a reserved bit set", reference.name, reserved=True)
            return
        rights = descent.rights.limited_by(entry)
        if page:
            break
        state, ok = yield from set_flags(state, reference, place, A)
        if not ok:
            return
        descent = Descent(descent.levels[1:], table_address(mode, entry), rights)
    if not rights.allow(access, registers):
        yield page_fault(state, f"the entries on the way forbid a {access}", reference.name)
        return
    state, ok = yield from set_flags(state, reference, place, A | D if access.kind == "write" else A)
    if not ok:
        return
    address = page_address(mode, level, entry) | access.address & (level.span - 1)
    state, data = yield from through_ept(state, address, Purpose(0, EPT_WANTED[access.kind]))
    if data is None:
        return
    dirty = data.dirty and (bool(entry & D) or access.kind == "write")
    page_size = min(level.span, data.page_size)
    nested = (address, level.span, data.rights) if state.eptp else ()
    outcome = Translation(data.physical, page_size, rights, dirty, bool(entry & G), *nested)
    spaces = f"guest-physical address {address:#x}, host-physical" if nested else "physical"
    yield state.ends(outcome, "translated", f"{access.address:#x} is at {spaces} address {data.physical:#x}")


def from_root(registers: Registers, address: int) -> Descent | None:
    """Where a walk starts: the table in CR3 or, under PAE paging, in a PDPTE register; None if that has P=0."""
    loaded = registers.mode.loaded
    if not loaded:
        return Descent(registers.mode.levels, registers.root)
    pdpte = registers.pdptes[loaded.index(address)]
    return Descent(registers.mode.levels, table_address(registers.mode, pdpte)) if pdpte & P else None


def reach_entry(state: Walk, descent: Descent) -> Walking[tuple[Walk, Reached | None]]:
    """Where the next entry lies in physical memory. In a guest that takes an EPT walk, unless a cache knew it."""
    assert state.access is not None
    level = descent.levels[0]
    offset = level.index(state.access.address) * state.registers.mode.entry_bytes
    if descent.reached:
        place: Reached | None = replace(descent.reached, physical=descent.reached.physical + offset)
    else:
        state, place = yield from through_ept(state, descent.table + offset, Purpose(level.number, EPT_R))
    if place is None:
        return state, None
    table = replace(place, physical=place.physical - offset)
    return replace(state, descents=(*state.descents, replace(descent, reached=table))), place


def entry_at(state: Walk, descent: Descent, place: Reached) -> Reference:
    """The read of the entry at a place: named by its level in a guest (`gL4`), by its own name in a native walk."""
    assert state.access is not None
    level, mode = descent.levels[0], state.registers.mode
    value = state.memory.get(place.physical, 0)
    if state.eptp is None:
        return Reference(level.entry, level.entry, level.number, 0, place.physical, value)
    address = descent.table + level.index(state.access.address) * mode.entry_bytes
    return Reference(f"gL{level.number}", level.entry, level.number, 0, place.physical, value, address)


def set_flags(state: Walk, reference: Reference, place: Reached, wanted: int) -> Walking[tuple[Walk, bool]]:
    """Set A, and D where wanted, in an entry that lacks them; False if the EPT forbids that write, a VM exit."""
    entry = reference.value
    for kind, letter, flag in (("set-accessed", "A", A), ("set-dirty", "D", D)):
        if not flag & wanted & ~entry:
            continue
        if not place.rights & EPT_W:
            assert reference.guest_physical is not None
            purpose = Purpose(reference.guest_level, EPT_R | EPT_W)
            yield violation(state, reference.guest_physical, purpose, purpose.wanted, place.rights, reference.name)
            return state, False
        entry |= flag
        step = state.stores(reference, entry, kind, f"the processor sets {letter} in {reference}")
        yield step
        state = step.state
    return state, True


def page_fault(state: Walk, why: str, *touches: str, present: bool = True, reserved: bool = False) -> Step[Walk]:
    """#PF: CR2 is the linear address, the error code says why."""
    assert state.access is not None
    code = error_code(state.access, state.registers, present, reserved)
    bits = ", ".join(named_bits(ERROR_CODE, code)) or "no bit"
    text = f"#PF: {why}; error code {code:#x} ({bits}), CR2 = {state.access.address:#x}"
    return state.ends(PageFault(code, state.access.address), "page-fault", text, *touches)
