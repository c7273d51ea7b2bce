"""Hypothesis strategies for shadow paging: a guest with two processes that share tables, and what it may do."""

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.sim.memory.random_machines import CONTROL, PHYSICAL_BITS, RAM, ROOT, scenes
from vlearn.sim.memory import (
    FIVE_LEVEL,
    FOUR_LEVEL,
    KIB,
    MIB,
    TWO_LEVEL,
    Access,
    EptTables,
    Invlpg,
    LoadCr3,
    StoreEntry,
    StructureCache,
    Tlb,
    Walk,
)
from vlearn.sim.memory.shadow import Policy, Reclaim, shadow_machine

SECOND = 0x8_0000
"""The root of the guest's other process: a copy of the first one's, so that both share the tables below."""
HOSTS = {
    size: EptTables(physical_bits=PHYSICAL_BITS).map_page(0, 256 * MIB, size, length=RAM) for size in (4 * KIB, 2 * MIB)
}
CACHES = ((Tlb.empty(2, 2), StructureCache(0)), (Tlb.empty(8, 2), StructureCache(2)))


@dataclass(frozen=True)
class Guest:
    """A machine under shadow paging, and the pages and entries that its guest has to play with."""

    start: object
    pages: tuple
    entries: tuple


@st.composite
def guests(draw, policies):
    scene = draw(scenes(modes=(TWO_LEVEL, FOUR_LEVEL, FIVE_LEVEL), flips=2))
    memory = scene.tables.memory
    for at, entry in scene.tables.memory.items():
        if at & -4096 == ROOT:
            memory = memory.set(at - ROOT + SECOND, entry)
    leaves = [scene.tables.path(page)[-1] for page, _ in scene.pages]
    if draw(st.booleans()) and leaves[0].level.number == 1:  # a page that shows one of the guest's own tables
        frame = draw(st.sampled_from(sorted({at & -4096 for at in memory})))
        memory = memory.set(leaves[0].address, frame | leaves[0].entry & 0xFFF)
    registers = scene.tables.registers(**{name: draw(st.booleans()) for name in CONTROL})
    host = HOSTS[draw(st.sampled_from(sorted(HOSTS)))]
    tlb, structures = draw(st.sampled_from(CACHES))
    start = shadow_machine(registers, memory, host, draw(policies), tlb=tlb, structures=structures)
    return Guest(start, scene.pages, tuple(at for at in sorted(memory) if not at >> PHYSICAL_BITS))


POLICIES = {
    lazy: st.builds(
        Policy,
        lazy=st.just(lazy),
        shadows=st.sampled_from((1, 4)),
        vpid=st.sampled_from((0, 1)),
        large_pages=st.booleans(),
    )
    for lazy in (False, True)
}


@st.composite
def actions(draw, guest, state):
    """One thing that the guest, or now and then the hypervisor, does next."""
    page, size = draw(st.sampled_from(guest.pages))
    address = page + draw(st.sampled_from((0, 16, size // 2, size - 16)))
    if draw(st.integers(0, 9)) == 0:
        address ^= 1 << draw(st.integers(12, state.mode.register_bits - 1))
    kinds = ("access",) * 5 + ("store",) * 4 + ("invlpg", "cr3", "reclaim")
    match draw(st.sampled_from(kinds)):
        case "access":
            kind = draw(st.sampled_from(("read", "write", "write", "execute")))
            return Access(address, kind, draw(st.booleans()), draw(st.booleans()))
        case "store":
            at = draw(st.sampled_from(guest.entries))
            other = state.memory.get(draw(st.sampled_from(guest.entries)), 0)
            bit = draw(st.sampled_from((0, 1, 1, 2, 5, 6, 6, 7, 12, 13)))
            new = draw(st.sampled_from((0, other, state.memory.get(at, 0) ^ 1 << bit)))
            return StoreEntry(at, new)
        case "invlpg":
            return Invlpg(address)
        case "cr3":
            return LoadCr3(draw(st.sampled_from((ROOT, SECOND))))
    mapped = [
        leaf.guest_physical
        for leaf in state.leaves.values()
        if (place := state.place(leaf.guest_physical)) and place[1] == 4 * KIB
    ]
    return Reclaim(draw(st.sampled_from(mapped))) if mapped else Invlpg(address)


def bare(state, memory=None):
    """The processor as it would be on bare metal, on the guest's own tables."""
    return Walk(state.registers, state.memory if memory is None else memory)
