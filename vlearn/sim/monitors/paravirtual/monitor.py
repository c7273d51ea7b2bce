"""The paravirtual monitor: a ported guest in rings 1 and 3, Xen's interface under it in ring 0.

Ordinary instructions, system calls (through a gate that leads from ring 3 to ring 1) and stores to the shared page take
no monitor. It is entered by a hypercall, a fault, or a device, and each time the real processor goes through the real
IDT into ring 0 and comes back by IRET, so every moment of a run has the ring in which it happens: `vm.real.cpl`.
Left out: more than one virtual processor, grants, event channels that a guest sets up itself, and scheduling between
guests. Sources: Barham et al., "Xen and the art of virtualization", SOSP 2003; Xen's public headers.
"""

from collections.abc import Iterator
from dataclasses import replace

from vlearn.sim.cpu import Fault, Instruction, NoCode, due, execute, fetch
from vlearn.sim.cpu.state import EAX, EBX, ECX, EDI, EDX, ESI, MASK32, Cpu
from vlearn.sim.monitors.costs import PENTIUM_4, Cost, Preset
from vlearn.sim.monitors.paravirtual.crossing import GuestLost, back_to_guest
from vlearn.sim.monitors.paravirtual.domain import Domain, Pv, seen, shared
from vlearn.sim.monitors.paravirtual.hypercalls import call
from vlearn.sim.monitors.paravirtual.interface import BY_NUMBER, ERRORS, UPCALL_MASK, UPCALL_PENDING
from vlearn.sim.monitors.paravirtual.layout import build
from vlearn.sim.monitors.paravirtual.traps import interrupted, trapped
from vlearn.sim.monitors.vm import Happening, Monitor

_ARGUMENTS = (EBX, ECX, EDX, ESI, EDI)


def run_paravirtual(vm: Pv) -> Iterator[Happening[Domain]]:
    """One instruction of the guest, with all that the monitor does about it, or one interrupt."""
    last = vm
    try:
        for happening in _advance(vm):
            last = happening.vm
            yield happening
    except GuestLost as lost:
        text = str(lost)
        vm = replace(last, monitor=replace(last.monitor, ended=f"the monitor has ended the guest: {text}"))
        vm = replace(vm, guest=replace(vm.guest, shutdown=True))
        yield vm.happens("shutdown", lambda: f"the guest is ended: {text}")


def _advance(vm: Pv) -> Iterator[Happening[Domain]]:
    domain = vm.monitor
    if domain.ended:
        yield vm.happens("shutdown" if vm.guest.shutdown else "halted", lambda: domain.ended)
        return
    vector = due(vm.real)
    if vector is not None:
        yield from interrupted(vm, vector)
    elif domain.blocked:
        yield _blocked(vm)
    else:
        try:
            fetched, instruction = fetch(vm.real)
            after = execute(fetched, instruction)
        except Fault as fault:
            yield from trapped(vm, fault)
        except NoCode as error:
            text = str(error)
            yield vm.happens("no-code", lambda: text)
        else:
            yield from _executed(vm, after, instruction)


def _executed(vm: Pv, after: Cpu, instruction: Instruction) -> Iterator[Happening[Domain]]:
    before = vm.real
    if after.cpl == 0:
        yield from _hypercall(replace(vm, real=after))
        return
    vm = replace(vm, real=after, guest=seen(after))
    if before.cpl == 3 and after.cpl == 1:
        yield vm.happens("system-call", lambda: f"`{instruction}` leads from ring 3 to ring 1, at {after.eip:#x}")
    else:
        yield vm.happens("direct", lambda: f"`{instruction}` at {before.eip:#x} in ring {before.cpl}")


def _hypercall(vm: Pv) -> Iterator[Happening[Domain]]:
    number = vm.real.registers[EAX]
    given = tuple(vm.real.registers[register] for register in _ARGUMENTS)
    known = BY_NUMBER.get(number)
    name = known.name if known else f"hypercall {number}"
    shown = ", ".join(f"{value:#x}" for value in given[: len(known.arguments) if known else 0])
    happening = vm.happens("hypercall", lambda: f"{name}({shown}), from ring 1 to ring 0")
    yield happening
    vm, result = yield from call(happening.vm, number, given)
    if vm.monitor.ended:
        yield vm.happens("halted", lambda: vm.monitor.ended)
        return
    vm = replace(vm, real=vm.real.set_register(EAX, result & MASK32))
    for leaving in back_to_guest(vm):
        if leaving.kind == "return" and known and known.name != "iret":
            text, answer = leaving.say(), f"-{ERRORS[-result]}" if -result in ERRORS else str(result)
            yield Happening(leaving.kind, leaving.vm, lambda text=text, answer=answer: f"{text}, EAX = {answer}")  # type: ignore[misc]
        else:
            yield leaving


def _blocked(vm: Pv) -> Happening[Domain]:
    """Nothing runs until an event; without a timer there will be none."""
    real = vm.real
    if shared(real.memory, UPCALL_PENDING) and not shared(real.memory, UPCALL_MASK):
        return replace(vm, monitor=replace(vm.monitor, blocked=False)).happens("idle", lambda: "an event waits")
    if not real.timer.interval:
        ended = replace(vm, guest=replace(vm.guest, halted=True))
        return ended.happens("halted", lambda: "the guest is blocked, and no timer is set that could wake it")
    real = replace(real, tsc=max(real.tsc, real.timer.deadline))
    text = "the guest is blocked until its timer"
    return replace(vm, real=real, guest=seen(real)).happens("idle", lambda: text)


PARAVIRTUAL = Monitor("paravirtualization", build, run_paravirtual)

COSTS = Preset(
    f"{PENTIUM_4.name}, paravirtual",
    {
        **PENTIUM_4.costs,
        "system-call": Cost(242, "M", "syscall, native: no monitor takes part"),
        "validated": Cost(50, "E", "check one entry, and two accounts"),
        "refused": Cost(50, "E", "as much as a check that succeeds"),
        "callback": Cost(100, "E", "build the guest's frame"),
        "bounced": Cost(100, "E", "build the guest's frame"),
        "unhooked": Cost(1000, "E", "copy a page table"),
        "revalidated": Cost(1000, "E", "compare it with the copy"),
        "return": Cost(0, "E", "counted for its own sake; a trap's cycles include the way back"),
    },
)
"""The Pentium 4 of `costs`, with what only this monitor counts."""
