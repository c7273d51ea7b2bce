"""The instruction table: every form that the processor has, gathered from the modules of this folder."""

from vlearn.sim.cpu.forms import Form
from vlearn.sim.cpu.instructions.arithmetic import FORMS as ARITHMETIC
from vlearn.sim.cpu.instructions.control import FORMS as CONTROL
from vlearn.sim.cpu.instructions.data import FORMS as DATA
from vlearn.sim.cpu.instructions.descriptors import FORMS as DESCRIPTORS
from vlearn.sim.cpu.instructions.far import FORMS as FAR
from vlearn.sim.cpu.instructions.flags import FORMS as FLAGS
from vlearn.sim.cpu.instructions.logic import FORMS as LOGIC
from vlearn.sim.cpu.instructions.multiply import FORMS as MULTIPLY
from vlearn.sim.cpu.instructions.ports import FORMS as PORTS
from vlearn.sim.cpu.instructions.shifts import FORMS as SHIFTS
from vlearn.sim.cpu.instructions.stack import FORMS as STACK
from vlearn.sim.cpu.instructions.strings import FORMS as STRINGS
from vlearn.sim.cpu.instructions.system import FORMS as SYSTEM
from vlearn.sim.cpu.instructions.tables import FORMS as TABLES

FORMS: tuple[Form, ...] = (
    *DATA,
    *STACK,
    *ARITHMETIC,
    *LOGIC,
    *SHIFTS,
    *MULTIPLY,
    *STRINGS,
    *CONTROL,
    *FAR,
    *FLAGS,
    *PORTS,
    *TABLES,
    *DESCRIPTORS,
    *SYSTEM,
)
"""In the order in which the assembler tries them: of two forms that fit, the shorter comes first."""

MNEMONICS: dict[str, tuple[Form, ...]] = {
    name: tuple(form for form in FORMS if form.mnemonic == name) for name in dict.fromkeys(f.mnemonic for f in FORMS)
}
"""The forms of each mnemonic."""

ROBIN_IRVINE: dict[str, tuple[str, ...]] = {
    "sgdt": ("sgdt m",),
    "sidt": ("sidt m",),
    "sldt": ("sldt r32", "sldt r16", "sldt m16"),
    "smsw": ("smsw r32", "smsw r16", "smsw m16"),
    "pushf": ("pushf",),
    "popf": ("popf",),
    "lar": ("lar r32, r32", "lar r32, m16", "lar r16, r/m16"),
    "lsl": ("lsl r32, r32", "lsl r32, m16", "lsl r16, r/m16"),
    "verr": ("verr r/m16",),
    "verw": ("verw r/m16",),
    "pop": ("pop DS", "pop ES", "pop SS", "pop FS", "pop GS"),
    "push": ("push CS", "push SS", "push DS", "push ES", "push FS", "push GS"),
    "call": ("call ptr16:32", "call m16:32"),
    "jmp": ("jmp ptr16:32", "jmp m16:32"),
    "int": ("int imm8",),
    "ret": ("retf", "retf imm16"),
    "str": ("str r32", "str r16", "str m16"),
    "mov": ("mov r32, Sreg", "mov r16, Sreg", "mov m16, Sreg", "mov Sreg, r32", "mov Sreg, r/m16"),
}
"""The eighteen names of Robin and Irvine's list, each with the forms that are meant."""
