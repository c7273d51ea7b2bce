"""MOV to CR3. Under PAE paging it also loads the four PDPTE registers, once, so that no later walk reads a PDPTE.

In a guest those loads go through the EPT: they count as reads even with EPT A/D flags, and an EPT violation then has no
linear address. A present PDPTE with a reserved bit set is #GP(0) here, never a page fault later. What the load does to
the TLB is in `mmu`. Left out: VM entry, which takes the PDPTEs from the VMCS instead.
Source: Intel SDM vol. 3A, "PDPTE registers"; vol. 3C, "EPT violations".
"""

from collections.abc import Iterator
from dataclasses import replace

from vlearn.sim.memory.access import GeneralProtection
from vlearn.sim.memory.entries import EPT_R, P, reserved_bits
from vlearn.sim.memory.ept import Purpose, through_ept
from vlearn.sim.memory.state import Reference, Walk
from vlearn.trace import Event, Step


def load_cr3(state: Walk, value: int) -> Iterator[Step[Walk]]:
    """Load CR3. If the load faults or exits, the registers keep what they had."""
    before = state.registers
    mode = before.mode
    mode.check_width(value)
    loaded = replace(before, cr3=value)
    state = replace(state, access=None, references=(), descents=(), outcome=None)
    if mode.loaded:
        purpose = Purpose(mode.loaded.number, EPT_R)
        state, place = yield from through_ept(state, loaded.root, purpose)
        if place is None:
            return
        pdptes: list[int] = []
        for i in range(4):
            address = place.physical + 8 * i
            pdpte = state.memory.get(address, 0)
            guest_physical = loaded.root + 8 * i if state.eptp else None
            reference = Reference(f"PDPTE{i}", "PDPTE", mode.loaded.number, 0, address, pdpte, guest_physical)
            step = state.reads(reference, "load-pdpte", f"PDPTE register {i} := {pdpte:#x}, from {address:#x}")
            yield step
            state = step.state
            if pdpte & P and pdpte & reserved_bits(mode, mode.loaded, False, before.physical_bits):
                text = f"#GP(0): PDPTE {i} has a reserved bit set; CR3 stays {before.cr3:#x}"
                yield state.ends(GeneralProtection(value), "general-protection", text, reference.name)
                return
            pdptes.append(pdpte)
        loaded = replace(loaded, pdptes=tuple(pdptes))
    yield Step(Event("load-cr3", f"CR3 := {value:#x}", ("CR3",)), replace(state, registers=loaded))
