"""MOVS, STOS, LODS of bytes and dwords, in the direction of DF. REP is left out: write a LOOP."""

from vlearn.sim.cpu.access import load, store
from vlearn.sim.cpu.eflags import DF
from vlearn.sim.cpu.forms import Operands, Semantics, row
from vlearn.sim.cpu.operands import Register
from vlearn.sim.cpu.state import DS, EAX, EDI, ES, ESI, Cpu


def _string(size: int, loads: bool, stores: bool) -> Semantics:
    """Read DS:ESI or the accumulator, write ES:EDI or the accumulator, and move the index registers on."""

    def execute(cpu: Cpu, operands: Operands) -> Cpu:
        accumulator = Register(EAX, size)
        step = -size if cpu.eflags & DF else size
        source, target = cpu.registers[ESI], cpu.registers[EDI]
        cpu, value = load(cpu, DS, source, size) if loads else accumulator.read(cpu)
        cpu = store(cpu, ES, target, size, value) if stores else accumulator.write(cpu, value)
        cpu = cpu.set_register(ESI, source + step) if loads else cpu
        return cpu.set_register(EDI, target + step) if stores else cpu

    return execute


FORMS = (
    row("movsb", "A4", "", _string(1, loads=True, stores=True)),
    row("movsd", "A5", "", _string(4, loads=True, stores=True)),
    row("stosb", "AA", "", _string(1, loads=False, stores=True)),
    row("stosd", "AB", "", _string(4, loads=False, stores=True)),
    row("lodsb", "AC", "", _string(1, loads=True, stores=False)),
    row("lodsd", "AD", "", _string(4, loads=True, stores=False)),
)
