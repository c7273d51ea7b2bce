"""The instructions that VMX adds, and GETSEC and XSETBV, as forms for the assembler: a guest may try them too.

As a guest finds them they are undefined: its processor is not in VMX operation, and CPUID promises neither SMX nor
XSAVE. What they do for a monitor, in root operation, is in `operation`. Importing this module makes the assembler know
them. Source: Intel SDM vol. 3C, "VMX instruction reference"; vol. 2.
"""

from typing import Any

from vlearn.sim.cpu import MNEMONICS, Cpu, Fault, Form, row
from vlearn.sim.cpu.faults import UD

Operands = tuple[Any, ...]


def undefined(cpu: Cpu, operands: Operands) -> Cpu:
    """#UD, as outside VMX operation."""
    raise Fault(UD)


VMX_FORMS: tuple[Form, ...] = (
    row("vmcall", "0F 01 C1", "", undefined),
    row("vmlaunch", "0F 01 C2", "", undefined),
    row("vmresume", "0F 01 C3", "", undefined),
    row("vmxoff", "0F 01 C4", "", undefined),
    row("vmclear m", "66 0F C7 /6", "M", undefined),
    row("vmptrld m", "0F C7 /6", "M", undefined),
    row("vmptrst m", "0F C7 /7", "M", undefined),
    row("vmxon m", "F3 0F C7 /6", "M", undefined),
    row("vmread r/m32, r32", "0F 78 /r", "MR", undefined),
    row("vmwrite r32, r/m32", "0F 79 /r", "RM", undefined),
    row("invept r32, m", "66 0F 38 80 /r", "RM", undefined),
    row("invvpid r32, m", "66 0F 38 81 /r", "RM", undefined),
    row("getsec", "0F 37", "", undefined),
    row("xsetbv", "0F 01 D1", "", undefined),
)

MNEMONICS.update({form.mnemonic: (form,) for form in VMX_FORMS})
