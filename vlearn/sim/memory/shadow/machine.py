"""Shadow paging as a step model: what a guest does, and what the hypervisor does about it.

Every exit is one event, whose kind is in `EXITS`. A store to an entry names it by its guest-physical address: how the
guest's kernel maps its own tables, and what translating that costs, is left out, here as under nested paging. Left out
too: emulated instructions other than stores, several processors, prefetching of shadow entries, shadows that share the
tables of a kernel's half. Sources: Adams and Agesen, ASPLOS 2006, section 2.4; Intel SDM vol. 3C, "Virtualization of
system resources", on the virtual TLB; for lazy synchronization the documentation of the x86 MMU in Linux's KVM.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.memory.access import Access, Registers
from vlearn.sim.memory.invalidation import Invlpg, LoadCr3, forgotten
from vlearn.sim.memory.mmu import Mmu, StoreEntry
from vlearn.sim.memory.page_tables import EptTables
from vlearn.sim.memory.shadow.exits import entered, load_cr3, reclaim, store
from vlearn.sim.memory.shadow.faults import access_memory, exited
from vlearn.sim.memory.shadow.policy import Policy
from vlearn.sim.memory.shadow.state import ShadowMachine
from vlearn.sim.memory.shadow.sync import synced_address
from vlearn.sim.memory.state import Walk
from vlearn.sim.memory.structure_cache import StructureCache
from vlearn.sim.memory.tables import NO_MEMORY, Memory
from vlearn.sim.memory.tlb import Tlb
from vlearn.trace import Event, Step

EXITS = {
    "fill-shadow": "hidden fault: the shadow had no entry",
    "record-dirty": "hidden fault: D had to be set",
    "renew-shadow": "hidden fault: the shadow's entry allowed too little",
    "true-fault": "true fault: the guest gets it",
    "traced-write": "store to a write-protected page table",
    "emulate-access": "access that the hypervisor carries out",
    "invlpg": "INVLPG",
    "load-cr3": "load of CR3",
}
"""The events that are exits of a guest, and why it exited."""


@dataclass(frozen=True, slots=True)
class Reclaim:
    """The hypervisor takes the frame of a guest-physical page away, to use it otherwise; the guest does not know."""

    guest_physical: int


Action: TypeAlias = Access | StoreEntry | Invlpg | LoadCr3 | Reclaim


def shadow_machine(
    registers: Registers,
    memory: Memory,
    host: EptTables,
    policy: Policy | None = None,
    *,
    tlb: Tlb | None = None,
    structures: StructureCache | None = None,
) -> ShadowMachine:
    """A guest whose tables lie in guest-physical `memory`, with an empty shadow. `host` is a map without restrictions.

    Raises ModelError for PAE paging.
    """
    if registers.mode.loaded:
        raise ModelError(f"{registers.mode.name} is not modelled under shadow paging; use 32-bit, 4- or 5-level paging")
    policy = policy or Policy()
    mmu = Mmu(
        Walk(replace(registers, wp=True, pcide=False), NO_MEMORY),
        tlb or Tlb.empty(),
        StructureCache() if structures is None else structures,
        policy.vpid,
    )
    return entered(ShadowMachine(registers, memory, host, policy, mmu))


def operate_shadow(vm: ShadowMachine, action: Action) -> Iterator[Step[ShadowMachine]]:
    """What one action brings about; an access may take many steps."""
    match action:
        case Access():
            yield from access_memory(vm, action)
        case StoreEntry(address, entry):
            yield store(replace(vm, access=None, outcome=None), address, entry)
        case Invlpg(address):
            vm.mode.check_width(address)
            vm = exited(synced_address(replace(vm, access=None, outcome=None), address))
            vm = replace(vm, mmu=vm.mmu.forgets(forgotten(action, vm.mmu.tag)))
            text = f"VM exit: INVLPG {address:#x}; the hypervisor sees to the shadow's entry and forgets the page"
            yield Step(Event("invlpg", text, ("TLB",)), vm)
        case LoadCr3(value):
            vm.mode.check_width(value)
            vm = replace(vm, access=None, outcome=None, registers=replace(vm.registers, cr3=value))
            yield from load_cr3(vm)
        case Reclaim(guest_physical):
            yield reclaim(replace(vm, access=None, outcome=None), guest_physical)
