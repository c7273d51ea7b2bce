"""The processor: an x86 of teaching size, 32-bit protected mode, with rings, segments, gates, paging and interrupts.

    cpu = boot("start: mov eax, 5\\n int 0x80", ring=3, gates={...})     # a machine that is ready to run
    cpu["eax"], cpu["cs"], cpu.cpl, cpu.iopl, cpu.memory[0x1000]         # frozen; words by physical address

    program = assemble(text, origin=0x4000, symbols={}, forms=())        # Program: code, labels, image, start
    cpu = load(cpu, program, offset=0)                                   # one more program in memory
    instruction = parse_instruction("mov eax, [ebx+4]")                  # Instruction(form, operands, length)
    encode(instruction, address)                                         # its machine code
    FORMS, MNEMONICS[name], ROBIN_IRVINE[name]                           # the instruction table
    form.mnemonic, form.kinds, form.opcode, form.semantics, form.undefined   # semantics(cpu, operands) -> Cpu

    cpu, instruction = fetch(cpu)            # raises Fault or NoCode
    cpu = execute(cpu, instruction)          # raises Fault(vector, error_code, address); then nothing has changed
    cpu = deliver(cpu, vector, error_code, source="fault" | "software" | "external")    # raises Fault
    for fault, cpu in deliver_fault(cpu, fault): ...         # with double faults; the state is None at a triple fault
    due(cpu), acknowledge(cpu, vector)       # the external interrupt that would be taken now
    for happening in advance(cpu): ...       # Happening(kind, cpu, subject): one step as values
    run(step, cpu, range(20))                # one step as a model of vlearn.trace
    run_program(cpu, limit).final            # a Trace until halted, shutdown, no-code or step-limit
    run_to_end(cpu, limit)                   # Ending(kind, cpu, steps), without a trace

A semantic function gets the state with EIP past the instruction. `int n` and `int3` deliver through the IDT themselves:
a monitor that wants them earlier looks at the instruction. The kinds of event are `executed`, `fault`, `interrupt`,
`double-fault`, `idle` and those of `machine.ENDINGS`. The oracle is in `oracle`, which needs Unicorn.

Left out: 16-bit code and stacks, real and virtual-8086 mode, task switches in hardware, PAE and long mode, x87 and SSE,
REP, debug exceptions (TF does nothing), alignment checks, TLB and caches, self-modifying code, an interrupt controller.
A program that turns to one of the modes gets a ModelError; the rest is not in the table, or has no effect.
"""

from vlearn.sim.cpu.assembler import Program, assemble, parse_instruction
from vlearn.sim.cpu.boot import boot, handler, load
from vlearn.sim.cpu.delivery import deliver, deliver_fault
from vlearn.sim.cpu.descriptors import Descriptor, Gate, decode
from vlearn.sim.cpu.encoding import encode, instruction
from vlearn.sim.cpu.events import Happening
from vlearn.sim.cpu.faults import VECTORS, Fault, Vector, vector_name
from vlearn.sim.cpu.forms import Form, Instruction, row
from vlearn.sim.cpu.instructions import FORMS, MNEMONICS, ROBIN_IRVINE
from vlearn.sim.cpu.lookup import form_for
from vlearn.sim.cpu.machine import (
    ENDINGS,
    Ending,
    NoCode,
    acknowledge,
    advance,
    due,
    execute,
    fetch,
    run_program,
    run_to_end,
    step,
)
from vlearn.sim.cpu.operands import (
    ControlRegister,
    FarPointer,
    Immediate,
    MemoryOperand,
    Operand,
    Register,
    SegmentRegister,
    Target,
)
from vlearn.sim.cpu.state import Cpu, Segment, TableRegister, Timer
from vlearn.sim.cpu.words import AssemblyError

__all__ = [
    "ENDINGS",
    "FORMS",
    "MNEMONICS",
    "ROBIN_IRVINE",
    "VECTORS",
    "AssemblyError",
    "ControlRegister",
    "Cpu",
    "Descriptor",
    "Ending",
    "FarPointer",
    "Fault",
    "Form",
    "Gate",
    "Happening",
    "Immediate",
    "Instruction",
    "MemoryOperand",
    "NoCode",
    "Operand",
    "Program",
    "Register",
    "Segment",
    "SegmentRegister",
    "TableRegister",
    "Target",
    "Timer",
    "Vector",
    "acknowledge",
    "advance",
    "assemble",
    "boot",
    "decode",
    "deliver",
    "deliver_fault",
    "due",
    "encode",
    "execute",
    "fetch",
    "form_for",
    "handler",
    "instruction",
    "load",
    "parse_instruction",
    "row",
    "run_program",
    "run_to_end",
    "step",
    "vector_name",
]
