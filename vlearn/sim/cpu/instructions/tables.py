"""The registers of the descriptor tables and the task: LGDT, LIDT, LLDT, LTR trap at CPL > 0; SGDT, SIDT, SLDT, STR
trap only with CR4.UMIP, which processors before 2017 lack.
"""

from dataclasses import replace

from vlearn.sim.cpu.control import UMIP
from vlearn.sim.cpu.faults import GP, Fault
from vlearn.sim.cpu.forms import Operands, Semantics, row
from vlearn.sim.cpu.loading import load_ldtr, load_tr
from vlearn.sim.cpu.state import Cpu, TableRegister


def require_cpl0(cpu: Cpu) -> None:
    """#GP(0) in any other ring: what makes an instruction privileged."""
    if cpu.cpl:
        raise Fault(GP, 0)


def require_no_umip(cpu: Cpu) -> None:
    """#GP(0) at CPL > 0 with CR4.UMIP (user-mode instruction prevention)."""
    if cpu.cpl and cpu.cr4 & UMIP:
        raise Fault(GP, 0)


def _store_table(name: str) -> Semantics:
    def execute(cpu: Cpu, operands: Operands) -> Cpu:
        require_no_umip(cpu)
        table = cpu.gdtr if name == "gdtr" else cpu.idtr
        cpu = operands[0].write_part(cpu, 0, 2, table.limit)
        return operands[0].write_part(cpu, 2, 4, table.base)  # type: ignore[no-any-return]

    return execute


def _load_table(name: str) -> Semantics:
    def execute(cpu: Cpu, operands: Operands) -> Cpu:
        require_cpl0(cpu)
        cpu, limit = operands[0].read_part(cpu, 0, 2)
        cpu, base = operands[0].read_part(cpu, 2, 4)
        table = TableRegister(base, limit)
        return replace(cpu, gdtr=table) if name == "gdtr" else replace(cpu, idtr=table)

    return execute


def store_ldtr(cpu: Cpu, operands: Operands) -> Cpu:
    """SLDT: the selector; a 32-bit register gets it zero-extended."""
    require_no_umip(cpu)
    return operands[0].write(cpu, cpu.ldtr.selector)  # type: ignore[no-any-return]


def store_tr(cpu: Cpu, operands: Operands) -> Cpu:
    """STR, likewise."""
    require_no_umip(cpu)
    return operands[0].write(cpu, cpu.tr.selector)  # type: ignore[no-any-return]


def load_ldt_register(cpu: Cpu, operands: Operands) -> Cpu:
    """LLDT."""
    require_cpl0(cpu)
    cpu, selector = operands[0].read(cpu)
    return load_ldtr(cpu, selector)


def load_task_register(cpu: Cpu, operands: Operands) -> Cpu:
    """LTR."""
    require_cpl0(cpu)
    cpu, selector = operands[0].read(cpu)
    return load_tr(cpu, selector)


FORMS = (
    row("sgdt m", "0F 01 /0", "M", _store_table("gdtr")),
    row("sidt m", "0F 01 /1", "M", _store_table("idtr")),
    row("lgdt m", "0F 01 /2", "M", _load_table("gdtr")),
    row("lidt m", "0F 01 /3", "M", _load_table("idtr")),
    row("sldt r32", "0F 00 /0", "M", store_ldtr),
    row("sldt r16", "66 0F 00 /0", "M", store_ldtr),
    row("sldt m16", "0F 00 /0", "M", store_ldtr),
    row("str r32", "0F 00 /1", "M", store_tr),
    row("str r16", "66 0F 00 /1", "M", store_tr),
    row("str m16", "0F 00 /1", "M", store_tr),
    row("lldt r/m16", "0F 00 /2", "M", load_ldt_register),
    row("ltr r/m16", "0F 00 /3", "M", load_task_register),
)
