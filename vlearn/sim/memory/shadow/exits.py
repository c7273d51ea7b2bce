"""What exits besides faults: stores to page tables and loads of CR3. And what the hypervisor does of its own accord.

A store that is not traced does not exit; a load of CR3 always does, and then a lazy hypervisor catches up.
"""

from collections.abc import Iterator
from dataclasses import replace

from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.memory.entries import EPT_RWX
from vlearn.sim.memory.invalidation import LoadCr3, forgotten
from vlearn.sim.memory.shadow.faults import exited
from vlearn.sim.memory.shadow.state import Shadow, ShadowMachine, ShadowTable
from vlearn.sim.memory.shadow.sync import may_run_out_of_step, out_of_step, synced_entry, synced_table
from vlearn.sim.memory.shadow.tables import dropped_leaf, dropped_tables, free_frame, protected
from vlearn.sim.memory.tables import FRAME
from vlearn.trace import Event, Step


def store(vm: ShadowMachine, address: int, entry: int) -> Step[ShadowMachine]:
    """The guest's kernel stores an entry; an exit if the frame is traced."""
    width = vm.mode.entry_bytes
    if address % width or not 0 <= address < 1 << vm.registers.physical_bits:
        raise ModelError(f"no entry lies at guest-physical {address:#x}: entries of {vm.mode.name} have {width} bytes")
    if not 0 <= entry < 1 << 8 * width:
        raise ModelError(f"{entry:#x} is no entry of {vm.mode.name}: it has {8 * width} bits")
    frame = address & -FRAME
    traced = vm.traced(frame)
    vm = replace(vm, memory=vm.memory.set(address, entry))
    name = f"guest {address:#x}"
    if not traced:
        why = "is out of step with its shadow" if frame in vm.unsynced else "has no shadow"
        text = f"the guest stores {entry:#x} at {address:#x}, without an exit: the frame {why}"
        return Step(Event("store-entry", text, (name,)), vm)
    vm = exited(vm)
    text = f"VM exit: a traced store, which the hypervisor carries out for the guest: {entry:#x} at {address:#x}"
    if may_run_out_of_step(vm, frame):
        vm = replace(vm, unsynced=vm.unsynced | {frame})
        text += "; from now on the table may run out of step"
    else:
        kept = len(vm.leaves)
        vm = synced_entry(vm, address)
        dropped = kept - len(vm.leaves)
        text += f"; {dropped} shadow {'entry goes' if dropped == 1 else 'entries go'}" if dropped else ""
    return Step(Event("traced-write", text, (name, "shadow leaf")), vm)


def load_cr3(vm: ShadowMachine) -> Iterator[Step[ShadowMachine]]:
    """The guest has loaded CR3, an exit: find or begin the shadow for its root, and bring it up to date."""
    root = vm.registers.root
    known = next((shadow for shadow in vm.shadows if shadow.root == root), None)
    if known:
        others = tuple(shadow for shadow in vm.shadows if shadow is not known)
        vm, text = (
            replace(vm, shadows=(*others, known)),
            "the hypervisor loads the shadow that it has kept for this root",
        )
    else:
        text = "the hypervisor begins an empty shadow for this root"
        if len(vm.shadows) >= vm.policy.shadows:
            text = f"{text}, in place of the one for {vm.shadows[0].root:#x}"
            vm = dropped_tables(vm, 0, (vm.mode.levels[0].number, 0))
            vm = replace(vm, shadows=vm.shadows[1:])
    vm = exited(entered(vm))
    yield Step(Event("load-cr3", f"VM exit: CR3 := {vm.registers.cr3:#x}; {text}", ("shadow", "TLB")), vm)
    for frame in out_of_step(vm):
        kept = len(vm.leaves)
        vm = synced_table(vm, frame)
        gone = kept - len(vm.leaves)
        words = f"{gone} {'entry goes' if gone == 1 else 'entries go'}"
        text = f"the hypervisor compares the page table at {frame:#x} with its shadow: {words}; it is traced again"
        yield Step(Event("resync", text, (f"guest table {frame:#x}", "shadow leaf")), vm)


def entered(vm: ShadowMachine) -> ShadowMachine:
    """With the processor on the shadow for the guest's root, the last in the list, or a new one."""
    root, top = vm.registers.root, vm.mode.levels[0].number
    if root in vm.unsynced:
        vm = synced_table(vm, root)
    if not vm.shadows or vm.current.root != root:
        new = Shadow(root, Map({(top, 0): ShadowTable(free_frame(vm), root)}))
        vm = protected(replace(vm, shadows=(*vm.shadows, new)), root)
    registers = replace(vm.mmu.walk.registers, cr3=vm.current.tables[top, 0].frame)
    mmu = replace(vm.mmu, walk=replace(vm.mmu.walk, registers=registers))
    return replace(vm, mmu=mmu.forgets(forgotten(LoadCr3(root), mmu.tag)))


def reclaim(vm: ShadowMachine, guest_physical: int) -> Step[ShadowMachine]:
    """The hypervisor takes a page's frame away."""
    page = guest_physical & -FRAME
    place = vm.place(page)
    if place is None or place[1] != FRAME:
        what = "has no frame" if place is None else "lies in a large page of the host"
        raise ModelError(f"guest-physical {guest_physical:#x} {what}; reclaim a page that the host maps by 4 KiB")
    for at, leaf in vm.leaves.items():
        if 0 <= page - leaf.guest_physical < leaf.size:
            vm = dropped_leaf(vm, at)
    host = vm.host.edit(page, "EPT PTE", clear_bits=EPT_RWX)
    vm = replace(
        vm,
        host=host,
        reclaimed=vm.reclaimed | {page},
        spares=vm.spares.delete(page) if page in vm.spares else vm.spares,
    )
    text = (
        f"the hypervisor takes the frame of guest-physical {page:#x} away, and drops the shadow entries that lead there"
    )
    return Step(Event("reclaim", text, (f"host {page:#x}",)), vm)
