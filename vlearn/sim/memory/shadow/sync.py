"""Keeping shadows in step with the guest's tables: at each store, or later, when the guest invalidates.

A table that is traced exits at each store, and the shadow entry made from the old value goes at once. A lazy hypervisor
lets a page table run out of step instead: the first store exits, takes the write protection away, and later ones are
free. The shadow may then serve old translations, as a TLB may, until INVLPG looks at one entry, or a load of CR3 at
every entry of every such table, and protects them again. Tables that reference tables are always traced.
"""

from dataclasses import replace

from vlearn.sim.memory.entries import RW, D
from vlearn.sim.memory.shadow.state import ShadowMachine
from vlearn.sim.memory.shadow.tables import dropped_leaf, dropped_tables, protected, with_memory
from vlearn.sim.memory.tables import FRAME


def may_run_out_of_step(vm: ShadowMachine, frame: int) -> bool:
    """Whether a store to the frame may go unseen from now on: a lazy hypervisor, and a table of nothing but PTEs."""
    return vm.policy.lazy and all(level == 1 for _, (level, _), _ in vm.positions(frame))


def synced_entry(vm: ShadowMachine, address: int) -> ShadowMachine:
    """With every shadow entry dropped that was made from the guest's entry at this address and is no longer right."""
    offset, bits = address % FRAME, vm.mode.levels[-1].index_bits
    now = vm.memory.get(address, 0)
    for number, key, table in tuple(vm.positions(address - offset)):
        if vm.shadows[number].tables.get(key) != table:
            continue  # it went with a table above it
        at = table.frame + offset
        below = (key[0] - 1, key[1] << bits | offset // vm.mode.entry_bytes)
        if leaf := vm.leaves.get(at):
            if not still_right(leaf.guest_entry, now, bool(vm.mmu.walk.memory[at] & RW)):
                vm = dropped_leaf(vm, at)
        elif (child := vm.shadows[number].tables.get(below)) and not still_right(
            child.guest_entry, now, child.guest_frame is None
        ):
            vm = dropped_tables(with_memory(vm, vm.mmu.walk.memory.delete(at)), number, below)
    return vm


def still_right(before: int, now: int, writable: bool) -> bool:
    """Whether what was made from an entry may stay: nothing but D has changed, and writes find D set."""
    return not (before ^ now) & ~D and (not writable or bool(now & D))


def synced_table(vm: ShadowMachine, frame: int) -> ShadowMachine:
    """With all entries of one of the guest's tables looked at, and the table traced again."""
    made = {at % FRAME for _, _, table in vm.positions(frame) for at in vm.leaves if at & -FRAME == table.frame}
    for offset in sorted(made):
        vm = synced_entry(vm, frame + offset)
    return protected(replace(vm, unsynced=vm.unsynced - {frame}), frame)


def synced_address(vm: ShadowMachine, linear: int) -> ShadowMachine:
    """With the entry of one page looked at, if its table is out of step: what INVLPG and a page fault ask for."""
    page = vm.mode.levels[-1]
    index = (linear & (1 << vm.mode.linear_bits) - 1) >> page.shift
    table = vm.current.tables.get((page.number, index >> page.index_bits))
    if table is None or table.guest_frame not in vm.unsynced:
        return vm
    assert table.guest_frame is not None
    return synced_entry(vm, table.guest_frame + page.index(linear) * vm.mode.entry_bytes)


def out_of_step(vm: ShadowMachine) -> tuple[int, ...]:
    """The guest's tables below the root in use that are out of step."""
    frames = {table.guest_frame for table in vm.current.tables.values() if table.guest_frame is not None}
    return tuple(sorted(frames & vm.unsynced))
