"""HLT, the control registers, INVLPG, the MSRs, CPUID, RDTSC. All but SMSW, CPUID and RDTSC are privileged."""

from dataclasses import replace

from vlearn.errors import ModelError
from vlearn.sim.cpu.control import CD, CR0_BITS, CR0_TS, CR4_BITS, ET, IA32_TSC, NW, PE, TSD
from vlearn.sim.cpu.faults import GP, UD, Fault
from vlearn.sim.cpu.forms import Operands, row
from vlearn.sim.cpu.instructions.tables import require_cpl0, require_no_umip
from vlearn.sim.cpu.state import EAX, EBX, ECX, EDX, MASK32, Cpu


def halt(cpu: Cpu, operands: Operands) -> Cpu:
    """HLT: nothing more until an interrupt."""
    require_cpl0(cpu)
    return replace(cpu, halted=True)


def move_from_control(cpu: Cpu, operands: Operands) -> Cpu:
    """MOV from CR0, CR2, CR3 or CR4."""
    _require_control(cpu, operands[1].number)
    cpu, value = operands[1].read(cpu)
    return operands[0].write(cpu, value)  # type: ignore[no-any-return]


def move_to_control(cpu: Cpu, operands: Operands) -> Cpu:
    """MOV to CR0, CR2, CR3 or CR4."""
    number = operands[0].number
    _require_control(cpu, number)
    cpu, value = operands[1].read(cpu)
    match number:
        case 0:
            return _write_cr0(cpu, value)
        case 2:
            return replace(cpu, cr2=value)
        case 3:
            return replace(cpu, cr3=value)
        case _:
            if value & ~CR4_BITS:
                raise Fault(GP, 0)
            return replace(cpu, cr4=value)


def _require_control(cpu: Cpu, number: int) -> None:
    if number not in (0, 2, 3, 4):
        raise Fault(UD)
    require_cpl0(cpu)


def _write_cr0(cpu: Cpu, value: int) -> Cpu:
    if not value & PE:
        if value >> 31:
            raise Fault(GP, 0)
        raise ModelError("CR0 with PE = 0 would enter real mode, which this processor leaves out")
    if value & NW and not value & CD:
        raise Fault(GP, 0)
    return replace(cpu, cr0=value & CR0_BITS | ET)


def load_machine_status_word(cpu: Cpu, operands: Operands) -> Cpu:
    """LMSW: the low four bits of CR0, of which it can set PE but not clear it."""
    require_cpl0(cpu)
    cpu, value = operands[0].read(cpu)
    return replace(cpu, cr0=cpu.cr0 & ~0xE | value & 0xF)


def store_machine_status_word(cpu: Cpu, operands: Operands) -> Cpu:
    """SMSW: CR0 for everybody; a 32-bit register gets all of it."""
    require_no_umip(cpu)
    destination = operands[0]
    return destination.write(cpu, cpu.cr0 & (1 << 8 * destination.size) - 1)  # type: ignore[no-any-return]


def clear_task_switched(cpu: Cpu, operands: Operands) -> Cpu:
    """CLTS."""
    require_cpl0(cpu)
    return replace(cpu, cr0=cpu.cr0 & ~CR0_TS)


def only_at_cpl0(cpu: Cpu, operands: Operands) -> Cpu:
    """INVLPG, INVD, WBINVD: without TLB and caches they have nothing to do but trap."""
    require_cpl0(cpu)
    return cpu


def read_msr(cpu: Cpu, operands: Operands) -> Cpu:
    """RDMSR: the MSR that ECX names, to EDX:EAX."""
    require_cpl0(cpu)
    number = cpu.registers[ECX]
    value = cpu.tsc if number == IA32_TSC else cpu.msrs.get(number)
    if value is None:
        raise Fault(GP, 0)
    return cpu.set_register(EAX, value).set_register(EDX, value >> 32)


def write_msr(cpu: Cpu, operands: Operands) -> Cpu:
    """WRMSR, likewise."""
    require_cpl0(cpu)
    number, value = cpu.registers[ECX], cpu.registers[EDX] << 32 | cpu.registers[EAX]
    if number == IA32_TSC:
        deadline = cpu.timer.deadline + value - cpu.tsc
        return replace(cpu, tsc=value, timer=replace(cpu.timer, deadline=deadline))
    if number not in cpu.msrs:
        raise Fault(GP, 0)
    return replace(cpu, msrs=cpu.msrs.set(number, value))


def identify(cpu: Cpu, operands: Operands) -> Cpu:
    """CPUID: the leaf in EAX; one that the processor does not have reads as zeros."""
    answers = cpu.cpuid.get(cpu.registers[EAX], (0, 0, 0, 0))
    for register, value in zip((EAX, EBX, ECX, EDX), answers, strict=True):
        cpu = cpu.set_register(register, value)
    return cpu


def read_time_stamp(cpu: Cpu, operands: Operands) -> Cpu:
    """RDTSC, which CR4.TSD reserves for CPL 0. Time is counted in instructions."""
    if cpu.cr4 & TSD:
        require_cpl0(cpu)
    return cpu.set_register(EAX, cpu.tsc & MASK32).set_register(EDX, cpu.tsc >> 32)


FORMS = (
    row("hlt", "F4", "", halt),
    row("mov r32, CR", "0F 20 /r", "MR", move_from_control),
    row("mov CR, r32", "0F 22 /r", "RM", move_to_control),
    row("lmsw r/m16", "0F 01 /6", "M", load_machine_status_word),
    row("smsw r32", "0F 01 /4", "M", store_machine_status_word),
    row("smsw r16", "66 0F 01 /4", "M", store_machine_status_word),
    row("smsw m16", "0F 01 /4", "M", store_machine_status_word),
    row("clts", "0F 06", "", clear_task_switched),
    row("invlpg m", "0F 01 /7", "M", only_at_cpl0),
    row("invd", "0F 08", "", only_at_cpl0),
    row("wbinvd", "0F 09", "", only_at_cpl0),
    row("rdmsr", "0F 32", "", read_msr),
    row("wrmsr", "0F 30", "", write_msr),
    row("cpuid", "0F A2", "", identify),
    row("rdtsc", "0F 31", "", read_time_stamp),
)
