"""The processor in non-root operation: instructions that do not exit, and events that go through the guest's own IDT.

Most instructions act as ever, on registers that hold the guest's values. Those that read or write CR0 and CR4 respect
masks and read shadows, and reads of the time-stamp counter add the TSC offset. Left out: masks that hide PE or PG from
a guest in another mode than it believes. Source: Intel SDM vol. 3C, "Changes to instruction behavior in VMX non-root
operation", "Event injection", "Information for VM exits that occur during event delivery".
"""

from collections.abc import Iterator
from dataclasses import replace

from vlearn.sim.cpu import Cpu, Fault, Instruction, deliver, execute
from vlearn.sim.cpu.control import IA32_TSC
from vlearn.sim.cpu.faults import DF, PF, doubles
from vlearn.sim.cpu.state import ECX
from vlearn.sim.monitors.hardware.exits import exit_of_fault
from vlearn.sim.monitors.hardware.reasons import EXTERNAL, HARDWARE_EXCEPTION, TRIPLE_FAULT, Exit, Interruption
from vlearn.sim.monitors.hardware.vmcs import Vmcs

TSC_BITS = (1 << 64) - 1


def seen(vmcs: Vmcs, number: int, value: int) -> int:
    """What the guest reads of CR0 or CR4: the read shadow's bits where the host owns them."""
    mask = vmcs[f"CR{number} guest/host mask"]
    return value & ~mask | vmcs[f"CR{number} read shadow"] & mask


def execute_in_guest(vmcs: Vmcs, cpu: Cpu, instruction: Instruction) -> Cpu:
    """The state after an instruction that does not exit. Raises Fault."""
    form = instruction.form
    if "CR" in form.kinds or form.mnemonic in ("smsw", "lmsw", "clts"):
        shown = replace(cpu, cr0=seen(vmcs, 0, cpu.cr0), cr4=seen(vmcs, 4, cpu.cr4))
        after = execute(shown, instruction)
        return replace(after, cr0=_kept(vmcs, 0, cpu.cr0, after.cr0), cr4=_kept(vmcs, 4, cpu.cr4, after.cr4))
    reads_time = form.mnemonic == "rdtsc" or (form.mnemonic == "rdmsr" and cpu.registers[ECX] == IA32_TSC)
    if reads_time and vmcs.on("Use TSC offsetting"):
        after = execute(replace(cpu, tsc=cpu.tsc + vmcs["TSC offset"] & TSC_BITS), instruction)
        return replace(after, tsc=cpu.tsc + 1)
    return execute(cpu, instruction)


def deliver_in_guest(
    vmcs: Vmcs, cpu: Cpu, event: Interruption, address: int | None = None, injected: bool = False
) -> Iterator[tuple[Interruption, Cpu | Exit]]:
    """Each event from the first to the one that is delivered at last, with the state after it, or the exit it makes.

    An exception goes by the exception bitmap, but an injected one does not exit. While a delivery faults, the state is
    the one before, with CR2 set. Where two faults would make a double fault, the bit of the second one comes first.
    """
    vectoring = None
    while True:
        is_exception = event.type == HARDWARE_EXCEPTION
        if is_exception and not injected:
            exit = exit_of_fault(vmcs, Fault(event.vector, event.error_code, address), vectoring)
            if exit:
                yield event, exit
                return
        if event.vector == PF and address is not None:
            cpu = replace(cpu, cr2=address)
        try:
            after = deliver(cpu, event.vector, event.error_code, "external" if event.type == EXTERNAL else "fault")
        except Fault as second:
            if is_exception and event.vector == DF:
                yield event, Exit(TRIPLE_FAULT)
                return
            yield event, cpu
            first, vectoring, injected = event, event, False
            event, address = Interruption(second.vector, HARDWARE_EXCEPTION, second.error_code), second.address
            doubled = is_exception and doubles(first.vector, second.vector)
            if doubled and exit_of_fault(vmcs, second, vectoring) is None:
                event, address, vectoring = Interruption(DF, HARDWARE_EXCEPTION, 0), None, None
        else:
            yield event, after
            return


def _kept(vmcs: Vmcs, number: int, before: int, after: int) -> int:
    """A control register after a write of the guest's: the bits of the host stay."""
    mask = vmcs[f"CR{number} guest/host mask"]
    return after & ~mask | before & mask
