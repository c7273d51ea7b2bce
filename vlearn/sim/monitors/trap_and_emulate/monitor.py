"""The monitor: it runs the guest directly until something traps, and then does to the virtual processor what is due.

There is one rule for traps: the processor model advances the guest's own state by a step. So a privileged instruction
is emulated, a fault that the guest's own tables justify is injected through the guest's IDT, and one that only the
shadows caused is not. A device's interrupt enters the monitor whatever the guest's IF is; it is injected when virtual
IF allows.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from immutables import Map

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.cpu import Cpu, Fault, Instruction, NoCode, acknowledge, advance, deliver, due, execute, fetch
from vlearn.sim.cpu import Happening as Stepped
from vlearn.sim.cpu.paging import physical
from vlearn.sim.cpu.state import NO_TIMER
from vlearn.sim.memory.access import Kind
from vlearn.sim.memory.tables import FRAME
from vlearn.sim.monitors.bare import sentence
from vlearn.sim.monitors.trap_and_emulate.compression import COMPRESSIONS
from vlearn.sim.monitors.trap_and_emulate.layout import own_words
from vlearn.sim.monitors.trap_and_emulate.mapping import real_state, virtual_state
from vlearn.sim.monitors.trap_and_emulate.state import TrapAndEmulate
from vlearn.sim.monitors.vm import RAM, Happening, Monitor, Vm
from vlearn.sim.monitors.write_log import logged, unlogged

_DIRECT = "`{}` at {:#x} runs directly in ring {}"
_TRAP = "{} at {:#x}: the guest in ring {} enters the monitor in ring 0"
_DEVICE = "interrupt {:#x} from a device reaches the real processor, whose IF is 1, and enters the monitor"
_HELD = "the monitor holds interrupt {:#x} back: the guest's IF is 0"
_EMULATED = {
    "emulated": "the monitor does `{}` on the virtual processor, in its ring {}",
    "traced-write": "`{}` writes to a traced page: the monitor does it in ring {}, and its shadow follows",
    "shadow-fill": "the guest's tables allow `{}` in ring {}: the monitor does it and completes its shadow",
}


def trap_and_emulate(compression: str = "0/1/3", umip: bool = False) -> Monitor[TrapAndEmulate]:
    """The monitor with its ring compression, on a processor with or without user-mode instruction prevention."""
    if compression not in COMPRESSIONS:
        raise ModelError(f"there is no ring compression {compression!r}{did_you_mean(compression, COMPRESSIONS)}")
    kept = TrapAndEmulate(COMPRESSIONS[compression], umip)
    name = f"trap-and-emulate, rings {compression}" + (", with UMIP" if umip else "")
    return Monitor(name, partial(start, kept), run_one)


def start(kept: TrapAndEmulate, guest: Cpu) -> Vm[TrapAndEmulate]:
    """Take a guest in: its memory, the monitor's own above it, the first shadows."""
    ram = {address: word for address, word in guest.memory.items() if address < RAM}
    kept, memory = kept.rebuilt(guest, Map(ram | own_words()))
    return Vm(guest, real_state(guest, kept, memory), kept)


def run_one(vm: Vm[TrapAndEmulate]) -> Iterator[Happening[TrapAndEmulate]]:
    """One instruction of the guest, or one interrupt."""
    if vm.guest.halted or vm.guest.shutdown:
        yield from _emulate(vm, None)
    elif (vector := due(vm.real)) is not None or due(vm.guest) is not None:
        yield from _interrupted(vm, vector)
    else:
        yield from _direct(vm)


def _interrupted(vm: Vm[TrapAndEmulate], vector: int | None) -> Iterator[Happening[TrapAndEmulate]]:
    if vector is not None:
        real = deliver(acknowledge(vm.real, vector), vector, source="external")
        entered = replace(vm, real=real).happens("interrupt", partial(_DEVICE.format, vector))
        yield entered
        vm = entered.vm
        if due(vm.guest) is None:
            real = real_state(vm.guest, vm.monitor, vm.real.memory)
            yield replace(vm, real=replace(real, timer=NO_TIMER)).happens("held", partial(_HELD.format, vector))
            return
    yield from _emulate(vm, None)


def _direct(vm: Vm[TrapAndEmulate]) -> Iterator[Happening[TrapAndEmulate]]:
    real = vm.real
    where = real.eip, real.cpl
    try:
        fetched, instruction = fetch(logged(real))
        after, written = unlogged(execute(fetched, instruction))
    except Fault as fault:
        yield from _trapped(vm, _entered(real, fault), fault)
    except NoCode as error:
        yield vm.happens("no-code", partial(str, error))
    else:
        if after.cpl == 0:  # through a gate of the monitor's IDT: an INT
            yield from _trapped(vm, after, instruction)
            return
        guest = virtual_state(vm.guest, real, after, written, vm.monitor.compression)
        direct = replace(vm, guest=guest, real=after)
        yield direct.happens("direct", partial(_DIRECT.format, instruction, *where))


def _entered(real: Cpu, fault: Fault) -> Cpu:
    """The real processor in the monitor's handler of a fault."""
    if fault.address is not None:
        real = replace(real, cr2=fault.address)
    return deliver(real, fault.vector, fault.error_code)


def _trapped(vm: Vm[TrapAndEmulate], real: Cpu, cause: Fault | Instruction) -> Iterator[Happening[TrapAndEmulate]]:
    shown = f"`{cause}`" if isinstance(cause, Instruction) else cause
    trapped = replace(vm, real=real).happens("trap", partial(_TRAP.format, shown, vm.real.eip, vm.real.cpl))
    yield trapped
    yield from _emulate(trapped.vm, cause)


def _emulate(vm: Vm[TrapAndEmulate], cause: Fault | Instruction | None) -> Iterator[Happening[TrapAndEmulate]]:
    """Advance the virtual processor by a step, follow its tables, and load f of it into the real one."""
    for stepped in advance(logged(vm.guest)):
        before, (guest, written) = vm.guest, unlogged(stepped.cpu)
        kept, memory = vm.monitor.follow(before, guest, written, vm.real.memory)
        vm = replace(vm, guest=guest, real=real_state(guest, kept, memory), monitor=kept)
        kind = _kind(vm, stepped, cause)
        happening = vm.happens(kind, partial(_sentence, kind, stepped, before))
        yield happening
        vm = happening.vm


def _kind(vm: Vm[TrapAndEmulate], stepped: Stepped, cause: Fault | Instruction | None) -> str:
    if stepped.kind in ("fault", "interrupt") or isinstance(cause, Instruction):
        return "injected"
    if stepped.kind != "executed":
        return stepped.kind
    if cause is None or cause.address is None or cause.error_code is None:
        return "emulated"
    return _of_page_fault(vm, cause.address, "write" if cause.error_code & 2 else "read")


def _of_page_fault(vm: Vm[TrapAndEmulate], address: int, kind: Kind) -> str:
    """What a page fault was for that the guest's own tables did not cause, seen from afterwards."""
    try:
        physical(vm.real, address, kind, vm.real.cpl == 3)
    except Fault:
        try:
            _, at = physical(vm.guest, address, kind, vm.guest.cpl == 3)
        except Fault:  # the instruction itself has changed what the address means
            return "emulated"
        return "traced-write" if kind == "write" and at & -FRAME in vm.monitor.traced else "emulated"
    return "shadow-fill"


def _sentence(kind: str, stepped: Stepped, before: Cpu) -> str:
    if kind in _EMULATED:
        return _EMULATED[kind].format(stepped.subject, before.cpl)
    text = sentence(stepped, before)
    return f"the monitor injects what the virtual processor would see: {text}" if kind == "injected" else text


TRAP_AND_EMULATE = trap_and_emulate()
