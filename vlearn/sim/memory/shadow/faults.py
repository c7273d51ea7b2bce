"""An access of the guest: the processor walks the shadow, and the hypervisor sees to each fault that this brings.

A fault is true if the guest's own tables forbid the access; then the guest gets the page fault it would have got on
bare metal. Otherwise it is the hypervisor's own doing, and hidden: the hypervisor writes the shadow entry, and the
processor repeats the access. The hypervisor's walk leaves the guest's A and D flags as a processor's would.

An access carries no value, so a write that reaches a page table leaves there what it finds; `StoreEntry` changes one.
"""

from collections.abc import Iterator
from dataclasses import replace

from vlearn.sim.memory.access import ERROR_CODE, Access, GeneralProtection, PageFault, Translation, named_bits
from vlearn.sim.memory.entries import D
from vlearn.sim.memory.invalidation import SwitchWorld, forgotten
from vlearn.sim.memory.mmu import operate
from vlearn.sim.memory.shadow.state import SPARES_AT, Emulated, ShadowMachine
from vlearn.sim.memory.shadow.sync import may_run_out_of_step, synced_address, synced_table
from vlearn.sim.memory.shadow.tables import filled
from vlearn.sim.memory.state import Walk
from vlearn.sim.memory.tables import FRAME
from vlearn.sim.memory.walk import translate
from vlearn.trace import Event, Step


def access_memory(vm: ShadowMachine, access: Access) -> Iterator[Step[ShadowMachine]]:
    """All that one access brings: after a hidden fault the processor repeats it.

    One fault is the rule. A write to a page that turns out to hold a table on the very way to it takes a second one.
    """
    vm = replace(vm, access=access, outcome=None)
    while True:
        for step in on_processor(vm, access):
            yield step
            vm = step.state
        if not isinstance(vm.mmu.walk.outcome, PageFault):
            return
        for step in handled(synced_address(vm, access.address), access):
            yield step
            vm = step.state
        if vm.outcome is not None:
            return


def on_processor(vm: ShadowMachine, access: Access) -> Iterator[Step[ShadowMachine]]:
    """What the processor does with its caches and the shadow. A page fault is an exit."""
    for step in operate(vm.mmu, access):
        event, vm = step.event, replace(vm, mmu=step.state)
        touches = tuple(name if name == "TLB" or "cache" in name else f"shadow {name}" for name in event.touches)
        if event.kind == "page-fault":
            text = f"VM exit: the shadow does not allow a {access}"
            yield Step(Event("shadow-fault", text, touches), exited(vm))
            return
        outcome = vm.mmu.walk.outcome
        vm = replace(vm, outcome=outcome if isinstance(outcome, Translation | GeneralProtection) else None)
        text = event.text.replace("reads the", "reads the shadow's")
        yield Step(Event(event.kind, text, touches), vm)


def exited(vm: ShadowMachine) -> ShadowMachine:
    """After an exit and the entry that ends it: without a VPID the processor has forgotten all translations."""
    rule = forgotten(SwitchWorld(vm.mmu.walk.registers, None, 0), vm.mmu.tag)
    return replace(vm, mmu=vm.mmu.forgets(rule))


def handled(vm: ShadowMachine, access: Access) -> Iterator[Step[ShadowMachine]]:
    """What the hypervisor does about a fault: its own walk of the guest's tables decides which kind it was."""
    steps = list(translate(Walk(vm.registers, vm.memory), access))
    walk = steps[-1].state
    names = [reference.name for reference in walk.references]
    text = f"the hypervisor reads the guest's {', '.join(names) or 'registers'}"
    yield Step(Event("walk-guest", text, tuple(f"guest {name}" for name in names)), vm)
    before = vm.memory
    for step in steps:
        if step.event.kind in ("set-accessed", "set-dirty"):
            vm = replace(vm, memory=step.state.memory)
            (name,) = step.event.touches
            letter = "A" if step.event.kind == "set-accessed" else "D"
            yield Step(
                Event(step.event.kind, f"the hypervisor sets {letter} in the guest's {name}", (f"guest {name}",)), vm
            )
    if isinstance(walk.outcome, Translation):
        last = walk.references[-1].address
        yield from _hidden(vm, walk, walk.outcome, bool((before[last] ^ vm.memory[last]) & D))
    elif isinstance(walk.outcome, PageFault):
        bits = ", ".join(named_bits(ERROR_CODE, walk.outcome.error_code)) or "no bit"
        text = (
            f"a true fault: {steps[-1].event.text.removeprefix('#PF: ').partition(';')[0]}; the guest gets #PF with"
            f" error code {walk.outcome.error_code:#x} ({bits}), CR2 = {access.address:#x}"
        )
        touches = tuple(f"guest {name}" for name in steps[-1].event.touches)
        yield Step(Event("true-fault", text, touches), replace(vm, outcome=walk.outcome))


def _hidden(vm: ShadowMachine, walk: Walk, found: Translation, flagged: bool) -> Iterator[Step[ShadowMachine]]:
    """The guest's tables allow the access; find out what in the hypervisor's own doing did not."""
    access = walk.access
    assert access is not None
    page, leaf = found.physical & -FRAME, f"guest {walk.references[-1].name}"
    if page in vm.reclaimed:
        vm = _found_frame(vm, page)
        yield Step(Event("find-frame", f"the host's map gets a frame for guest-physical {page:#x}", ("host",)), vm)
    place = vm.place(found.physical)
    if place is None:
        text = f"guest-physical {found.physical:#x} is no memory: the hypervisor carries out the {access} as a device"
        yield _emulated(vm, "emulate-access", text, Emulated(found.physical, None), leaf)
        return
    if access.kind == "write" and vm.traced(page):
        if not may_run_out_of_step(vm, page):
            text = f"a traced write: guest-physical {page:#x} holds a page table; the hypervisor carries out the store"
            yield _emulated(vm, "traced-write", text, Emulated(found.physical, place[0]), leaf)
            return
        vm = replace(vm, unsynced=vm.unsynced | {page})
        text = f"a traced write: the page table at guest-physical {page:#x} may run out of step from now on"
        yield Step(Event("run-out-of-step", text, (leaf,)), vm)
    if access.kind == "write" and not found.rights.writable:
        text = "CR0.WP = 0 lets the guest's kernel write here, the processor has WP = 1: the hypervisor does it instead"
        yield _emulated(vm, "emulate-access", text, Emulated(found.physical, place[0]), leaf)
        return
    for reference in walk.references:
        frame = reference.address & -FRAME
        if reference.guest_level > 1 and frame in vm.unsynced:
            vm = synced_table(vm, frame)
    had_entry = vm.entry_for(access.address) is not None
    kind = "fill-shadow" if not had_entry else "record-dirty" if flagged and access.kind == "write" else "renew-shadow"
    vm = filled(vm, walk, found.physical)
    yield Step(Event(kind, f"a hidden fault: {_WHY[kind]}", (leaf, "host", "shadow leaf")), vm)


_WHY = {
    "fill-shadow": "the guest's tables allow the access, so the hypervisor writes the entry that the shadow lacked",
    "record-dirty": "the guest's D is set now, so the shadow's entry may allow writes",
    "renew-shadow": "the guest's tables allow more than the shadow's entry did, which the hypervisor writes anew",
}


def _emulated(vm: ShadowMachine, kind: str, text: str, outcome: Emulated, leaf: str) -> Step[ShadowMachine]:
    return Step(Event(kind, text, (leaf, "host")), replace(vm, outcome=outcome))


def _found_frame(vm: ShadowMachine, page: int) -> ShadowMachine:
    """With the lowest spare frame of the host behind a page whose own was taken away."""
    taken = set(vm.spares.values())
    spare = next(frame for frame in range(SPARES_AT, SPARES_AT + FRAME * (len(taken) + 1), FRAME) if frame not in taken)
    host = vm.host.map_page(page, spare)
    return replace(vm, host=host, reclaimed=vm.reclaimed - {page}, spares=vm.spares.set(page, spare))
