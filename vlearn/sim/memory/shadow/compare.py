"""Shadow and nested paging side by side: the same guest, the same actions, the same host map, what each has to pay.

Both processors have the same TLB and paging-structure caches and the same policy on VPIDs. Under nested paging nothing
in these workloads exits, for the EPT maps all of the guest's memory: MOV to CR3, INVLPG and stores to page tables are
the guest's own affair. What the hypervisor reads and writes during an exit is part of the exit's price and not counted
as references of the processor. The shadows' memory is counted at its peak; the EPT's is what maps the guest's RAM. A
hypervisor with shadows has a map of its own as well, in whatever form, which is not counted.
"""

from dataclasses import dataclass, replace

from vlearn.errors import ModelError
from vlearn.sim.memory.machines import GUEST_AT
from vlearn.sim.memory.mmu import Mmu, StoreEntry, operate
from vlearn.sim.memory.page_tables import EptTables
from vlearn.sim.memory.shadow.machine import EXITS, operate_shadow, shadow_machine
from vlearn.sim.memory.shadow.policy import Policy
from vlearn.sim.memory.shadow.workloads import Workload
from vlearn.sim.memory.state import Walk
from vlearn.sim.memory.structure_cache import StructureCache
from vlearn.sim.memory.tables import FRAME
from vlearn.sim.memory.tlb import Tlb
from vlearn.trace import run

READS = ("read-entry", "read-ept-entry")


@dataclass(frozen=True, slots=True)
class Price:
    """What exits and references are taken to cost, in cycles. The defaults are round numbers, not a measurement."""

    exit: float = 2000
    reference: float = 10


@dataclass(frozen=True, slots=True)
class Costs:
    """What a run cost: accesses made, exits by reason, references and TLB misses of the processor, bytes of tables."""

    accesses: int
    exits: tuple[tuple[str, int], ...]
    references: int
    misses: int
    table_bytes: int

    @property
    def exit_count(self) -> int:
        """All exits together."""
        return sum(count for _, count in self.exits)

    def cycles(self, price: Price | None = None) -> float:
        """Cycles for an access on average, beyond those of the access itself."""
        price = price or Price()
        return (self.exit_count * price.exit + self.references * price.reference) / self.accesses


@dataclass(frozen=True, slots=True)
class Comparison:
    """What one workload costs under shadow paging and under nested paging."""

    shadow: Costs
    nested: Costs

    def winner(self, price: Price | None = None) -> str:
        """`shadow` or `nested`, whichever takes fewer cycles, or `neither`."""
        shadow, nested = self.shadow.cycles(price), self.nested.cycles(price)
        return "neither" if shadow == nested else "shadow" if shadow < nested else "nested"


@dataclass(frozen=True, slots=True)
class Hardware:
    """The processor and the host: TLB, paging-structure caches, VPID (0: none), and the size of the host's pages."""

    tlb_entries: int = 64
    tlb_ways: int = 4
    structure_entries: int = 4
    host_page: int = FRAME


def host_map(ram: int, host_page: int = FRAME) -> EptTables:
    """A map of guest-physical memory from 0, in one block from GUEST_AT on."""
    return EptTables().map_page(0, GUEST_AT, host_page, length=-(-ram // host_page) * host_page)


def shadow_costs(workload: Workload, policy: Policy | None = None, hardware: Hardware | None = None) -> Costs:
    """Run the workload under shadow paging."""
    hardware = hardware or Hardware()
    host = host_map(workload.ram, hardware.host_page)
    tlb, caches = _caches(hardware)
    vm = shadow_machine(workload.registers, workload.memory, host, policy, tlb=tlb, structures=caches)
    counts, references, misses = dict.fromkeys(EXITS, 0), 0, 0
    vm = run(operate_shadow, vm, workload.warm).final
    peak = vm.table_bytes
    for action in workload.actions:
        for step in operate_shadow(vm, action):
            vm, kind = step.state, step.event.kind
            if kind in counts:
                counts[kind] += 1
            references += kind in READS
            misses += kind == "tlb-miss"
        peak = max(peak, vm.table_bytes)
    exits = tuple((kind, count) for kind, count in counts.items() if count)
    return Costs(workload.accesses, exits, references, misses, peak)


def nested_costs(workload: Workload, vpid: int = 1, hardware: Hardware | None = None) -> Costs:
    """Run the workload under nested paging."""
    hardware = hardware or Hardware()
    host = host_map(workload.ram, hardware.host_page)
    tlb, caches = _caches(hardware)
    memory = host.memory.update({_at(host, at): entry for at, entry in workload.memory.items()})
    mmu = Mmu(Walk(workload.registers, memory, host.eptp()), tlb, caches, vpid)
    references = misses = 0
    mmu = run(operate, mmu, workload.warm).final
    for action in workload.actions:
        if isinstance(action, StoreEntry):
            action = replace(action, address=_at(host, action.address))
        for step in operate(mmu, action):
            mmu, kind = step.state, step.event.kind
            references += kind in READS
            misses += kind == "tlb-miss"
    return Costs(workload.accesses, (), references, misses, FRAME * len(host.frames))


def compare(workload: Workload, policy: Policy | None = None, hardware: Hardware | None = None) -> Comparison:
    """The workload under both, on the same hardware and with the policy's VPID. ModelError if it has no access."""
    if not workload.accesses:
        raise ModelError(
            f"workload {workload.name!r} accesses no memory; give it at least one access to share the cost"
        )
    policy = policy or Policy()
    nested = nested_costs(workload, policy.vpid, hardware)
    return Comparison(shadow_costs(workload, policy, hardware), nested)


def _caches(hardware: Hardware) -> tuple[Tlb, StructureCache]:
    if hardware.structure_entries < 0:
        raise ModelError(f"a cache has 0 or more entries, not {hardware.structure_entries}")
    return Tlb.empty(hardware.tlb_entries, hardware.tlb_ways), StructureCache(hardware.structure_entries)


def _at(host: EptTables, guest_physical: int) -> int:
    place = host.lookup(guest_physical)
    if place is None:
        raise ModelError(f"a table entry at guest-physical {guest_physical:#x} lies outside the workload's RAM")
    return place
