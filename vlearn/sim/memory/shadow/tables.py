"""What the hypervisor does to its shadows: write entries on demand, drop what is no longer right, protect tables.

An entry of a shadow promises no more than the guest's entry has recorded: there is none before A is set, and none that
allows writes before D is. The shadow's own A and D flags are set from the start, so that the processor has none to set.
Whatever is dropped is dropped from the processor's caches too. G is not passed on: every load of CR3 forgets all.
"""

from dataclasses import replace

from vlearn.errors import ModelError
from vlearn.sim.memory.entries import PS, RW, US, XD, A, D, P, page_bits, table_address
from vlearn.sim.memory.invalidation import Forgotten
from vlearn.sim.memory.modes import Level
from vlearn.sim.memory.shadow.state import SHADOW_ROOM, SHADOWS_AT, Key, Leaf, Shadow, ShadowMachine, ShadowTable
from vlearn.sim.memory.state import Walk
from vlearn.sim.memory.tables import FRAME, Memory

EVERYTHING = Forgotten(lambda page: True, lambda table: True)


def with_memory(vm: ShadowMachine, memory: Memory) -> ShadowMachine:
    """With other contents of the memory that the processor walks."""
    return replace(vm, mmu=replace(vm.mmu, walk=replace(vm.mmu.walk, memory=memory)))


def free_frame(vm: ShadowMachine) -> int:
    """The lowest frame that no shadow uses."""
    taken = {table.frame for shadow in vm.shadows for table in shadow.tables.values()}
    for frame in range(SHADOWS_AT, SHADOWS_AT + SHADOW_ROOM, FRAME):
        if frame not in taken:
            return frame
    raise ModelError(f"the shadows need more than {SHADOW_ROOM:#x} bytes; keep fewer of them or map less")


def with_current(vm: ShadowMachine, shadow: Shadow) -> ShadowMachine:
    """With the shadow in use replaced."""
    return replace(vm, shadows=(*vm.shadows[:-1], shadow))


def dropped_leaf(vm: ShadowMachine, at: int) -> ShadowMachine:
    """Without the entry at an address, which maps a page."""
    leaf = vm.leaves[at]
    end = leaf.linear + leaf.size
    vm = with_memory(vm, vm.mmu.walk.memory.delete(at))
    rule = Forgotten(lambda page: page.page < end and leaf.linear < page.page + page.size, lambda table: False)
    return replace(vm, leaves=vm.leaves.delete(at), mmu=vm.mmu.forgets(rule))


def dropped_tables(vm: ShadowMachine, number: int, top: Key) -> ShadowMachine:
    """Without the table at a place of a shadow and all below it; who referenced it has to forget it."""
    shadow, bits = vm.shadows[number], vm.mode.levels[-1].index_bits
    doomed = [key for key in shadow.tables if key[0] <= top[0] and key[1] >> bits * (top[0] - key[0]) == top[1]]
    tables, leaves, memory = shadow.tables.mutate(), vm.leaves.mutate(), vm.mmu.walk.memory.mutate()
    for key in doomed:
        frame = tables.pop(key).frame
        for at in range(frame, frame + FRAME, vm.mode.entry_bytes):
            if memory.pop(at, 0):
                leaves.pop(at, None)
    shadows = (*vm.shadows[:number], replace(shadow, tables=tables.finish()), *vm.shadows[number + 1 :])
    vm = with_memory(replace(vm, shadows=shadows, leaves=leaves.finish()), memory.finish())
    kept = frozenset(frame for frame in vm.unsynced if next(vm.positions(frame), None))
    return replace(vm, unsynced=kept, mmu=vm.mmu.forgets(EVERYTHING))


def protected(vm: ShadowMachine, guest_frame: int) -> ShadowMachine:
    """With no shadow entry left through which the guest could write to the frame unseen."""
    for at, leaf in vm.leaves.items():
        if 0 <= guest_frame - leaf.guest_physical < leaf.size and vm.mmu.walk.memory[at] & RW:
            vm = dropped_leaf(vm, at)
    return vm


def linked(vm: ShadowMachine, level: Level, linear: int, table: int, below: ShadowTable) -> ShadowMachine:
    """With a new table below the entry of `table` for an address."""
    at = table + level.index(linear) * vm.mode.entry_bytes
    if at in vm.leaves:
        vm = dropped_leaf(vm, at)
    rights = RW | US if below.guest_frame is None else below.guest_entry & (RW | US | XD)
    vm = with_memory(vm, vm.mmu.walk.memory.set(at, below.frame | P | A | rights))
    key = (level.number - 1, linear >> level.shift)
    vm = with_current(vm, replace(vm.current, tables=vm.current.tables.set(key, below)))
    return vm if below.guest_frame is None or below.guest_frame in vm.unsynced else protected(vm, below.guest_frame)


def filled(vm: ShadowMachine, walk: Walk, guest_physical: int) -> ShadowMachine:
    """With a shadow entry for the access that the hypervisor's own walk of the guest's tables has just allowed."""
    assert walk.access is not None
    linear = walk.access.address & (1 << vm.mode.linear_bits) - 1
    entries = [vm.memory[reference.address] for reference in walk.references]
    table = vm.current.tables[vm.mode.levels[0].number, 0].frame
    size = FRAME
    for n, level in enumerate(vm.mode.levels):
        key, guest_leaf = (level.number - 1, linear >> level.shift), n >= len(entries) - 1
        entry = entries[min(n, len(entries) - 1)]
        if n == len(entries) - 1:
            size = page_size(vm, guest_physical, level.span)
        if guest_leaf and level.span <= size and key not in vm.current.tables:
            return mapped(vm, level, table, walk.access.address, guest_physical, entry)
        if key not in vm.current.tables:
            below = ShadowTable(free_frame(vm), None if guest_leaf else table_address(vm.mode, entry), entry)
            vm = linked(vm, level, linear, table, below)
        table = vm.current.tables[key].frame
    raise AssertionError("the last level of every mode maps pages")


def page_size(vm: ShadowMachine, guest_physical: int, guest_page: int) -> int:
    """How large a page the shadow may map: guest and host must both have it in one piece, and no traced frame in it."""
    place = vm.place(guest_physical)
    assert place is not None
    sizes = [size for size in vm.mode.page_sizes if size <= min(guest_page, place[1])]
    size = sizes[-1] if vm.policy.large_pages else FRAME
    return FRAME if vm.traces_within(guest_physical & -size, size) else size


def mapped(
    vm: ShadowMachine, level: Level, table: int, address: int, guest_physical: int, guest_entry: int
) -> ShadowMachine:
    """With the entry of a shadow table that maps the page of an address."""
    start = guest_physical & -level.span
    place = vm.place(start)
    assert place is not None
    entry = guest_entry & (RW | US | XD) | P | A | D | (PS if level.number > 1 else 0)
    if not guest_entry & D or vm.traces_within(start, level.span):
        entry &= ~RW
    at = table + level.index(address) * vm.mode.entry_bytes
    vm = with_memory(vm, vm.mmu.walk.memory.set(at, entry | page_bits(vm.mode, level, place[0])))
    leaf = Leaf(address & -level.span, start, level.span, guest_entry)
    return replace(vm, leaves=vm.leaves.set(at, leaf))
