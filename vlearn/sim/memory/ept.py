"""The nested dimension: translating one guest-physical address through the EPT, reference by reference.

Every entry that the guest's walk reads, and the address it ends at, passes through here. Rights are judged once the
whole EPT walk is done, so an entry that is not present, or misconfigured, ends it before any right matters. An EPT A
flag is set as soon as the walk passes the entry, A and D of the entry that maps the page only if the access is allowed.
AMD's nested page tables make the same references; their entries have the format of ordinary page tables, and a refusal
is a nested page fault: neither is modelled.
Source: Intel SDM vol. 3C, "The extended page-table mechanism", "EPT-induced VM exits", "Accessed and dirty flags".
"""

from dataclasses import dataclass

from vlearn.sim.memory.access import EXIT_QUALIFICATION, EptMisconfiguration, EptViolation, named_bits
from vlearn.sim.memory.entries import (
    EPT_A,
    EPT_D,
    EPT_R,
    EPT_RWX,
    EPT_W,
    EPT_X,
    MEMORY_TYPES,
    flags,
    is_present,
    maps_page,
    page_address,
    reserved_bits,
    table_address,
)
from vlearn.sim.memory.modes import Level
from vlearn.sim.memory.state import Reached, Reference, Walk, Walking
from vlearn.trace import Step


@dataclass(frozen=True, slots=True)
class Purpose:
    """What the guest needs a guest-physical address for, a table of its own (level 5 to 1) or the data (0), and how."""

    guest_level: int
    wanted: int

    @property
    def name(self) -> str:
        """The name of the reference that waits for the translation: `gL4`, or `gPA` for the final address."""
        return f"gL{self.guest_level}" if self.guest_level else "gPA"


def through_ept(state: Walk, address: int, purpose: Purpose) -> Walking[tuple[Walk, Reached | None]]:
    """Translate a guest-physical address; no place if a VM exit ended the walk."""
    eptp = state.eptp
    if eptp is None:
        return state, Reached(address)
    wanted = purpose.wanted
    if eptp.accessed_dirty and purpose.guest_level and state.access:
        wanted = EPT_R | EPT_W  # with EPT A/D flags, a walk's access to a guest's table counts as a write
    if address >> eptp.mode.linear_bits:
        yield violation(state, address, purpose, wanted, 0)
        return state, None
    table, rights = eptp.root, EPT_RWX
    for level in eptp.mode.levels:
        at = table + level.index(address) * 8
        entry = state.memory.get(at, 0)
        name = f"{purpose.name}:nL{level.number}"
        reference = Reference(name, level.entry, purpose.guest_level, level.number, at, entry, address)
        shown = " ".join(flags(eptp.mode, entry)) or "not present"
        text = f"the processor reads {reference} at {at:#x}: {entry:#x} ({shown})"
        step = state.reads(reference, "read-ept-entry", text)
        yield step
        state = step.state
        rights &= entry
        if not is_present(eptp.mode, entry):
            yield violation(state, address, purpose, wanted, 0, name)
            return state, None
        page = maps_page(level, entry)
        if problem := misconfigured(state, level, entry, page):
            text = f"EPT misconfiguration at guest-physical {address:#x}: the {level.entry} {problem}"
            yield state.ends(EptMisconfiguration(address), "ept-misconfiguration", text, name)
            return state, None
        if page and wanted & ~rights:
            yield violation(state, address, purpose, wanted, rights, name)
            return state, None
        if eptp.accessed_dirty:
            dirties = EPT_D if page and wanted & EPT_W else 0
            for kind, letter, flag in (("set-accessed", "A", EPT_A), ("set-dirty", "D", dirties)):
                if flag & ~entry:
                    entry |= flag
                    step = state.stores(reference, entry, kind, f"the processor sets {letter} in {reference}")
                    yield step
                    state = step.state
        if page:
            physical = page_address(eptp.mode, level, entry) | address & (level.span - 1)
            dirty = bool(entry & EPT_D) or not eptp.accessed_dirty
            return state, Reached(physical, rights, dirty, level.span)
        table = table_address(eptp.mode, entry)
    raise AssertionError("the last level of every mode maps pages")


def misconfigured(state: Walk, level: Level, entry: int, page: bool) -> str:
    """What is wrong with a present EPT entry, in words; empty if nothing is."""
    eptp = state.eptp
    assert eptp is not None
    if entry & EPT_W and not entry & EPT_R:
        return "allows writes but not reads"
    if entry & EPT_RWX == EPT_X and not eptp.execute_only:
        return "allows fetches but not reads, which this processor does not support"
    if entry & reserved_bits(eptp.mode, level, page, eptp.physical_bits):
        return "has a reserved bit set"
    if page and (entry >> 3 & 7) not in MEMORY_TYPES:
        return f"has the reserved memory type {entry >> 3 & 7}"
    return ""


def violation(state: Walk, address: int, purpose: Purpose, wanted: int, rights: int, *touches: str) -> Step[Walk]:
    """The VM exit: bits 2:0 say what was wanted, 5:3 what all entries allow, 8 whether it is the final translation."""
    access = state.access
    final = access is not None and purpose.guest_level == 0
    qualification = wanted | (rights & EPT_RWX) << 3 | (access is not None) << 7 | final << 8
    outcome = EptViolation(qualification, address, access.address if access else None)
    bits = ", ".join(named_bits(EXIT_QUALIFICATION, qualification))
    text = f"EPT violation at guest-physical {address:#x}: a VM exit with qualification {qualification:#x} ({bits})"
    return state.ends(outcome, "ept-violation", text, *touches)
