"""Every form of the x86 instruction table with the operands, and the contents of registers and memory, to try it with.

A form has the cases that its kinds of operands give, times the contents for its mnemonic. Contents are chosen so that
the instruction can do something: selectors that exist, stacks with a frame, values that a control register can hold.
So a row's verdict is about these cases: a witness proves for good, the lack of one speaks for the cases alone.
"""

from collections.abc import Iterator, Mapping
from itertools import product

from vlearn.sim.cpu.control import ET, PE, SYSENTER_CS, TSD
from vlearn.sim.cpu.eflags import ALWAYS_ONE, IF, IOPL, ZF
from vlearn.sim.cpu.encoding import instruction
from vlearn.sim.cpu.forms import Form
from vlearn.sim.cpu.instructions import FORMS
from vlearn.sim.cpu.operands import (
    FAR,
    NAMES,
    ControlRegister,
    FarPointer,
    Immediate,
    MemoryOperand,
    Operand,
    Register,
    SegmentRegister,
    Target,
)
from vlearn.sim.cpu.state import CS, DS, EAX, EBX, ECX, EDX, SEGMENTS, SS
from vlearn.sim.virtualizability.x86_layout import (
    CODE,
    CONFORMING,
    DATA,
    GATE,
    KERNEL_CODE,
    KERNEL_DATA,
    OTHER_CODE,
    OTHER_DATA,
    OTHER_KERNEL_CODE,
    OTHER_RING1_CODE,
    OTHER_RING1_DATA,
    OWN_INTERRUPT,
    PLACES,
    SECRET,
    SERVICE,
    STACK,
    USER_CODE,
    USER_DATA,
)
from vlearn.sim.virtualizability.x86_machine import Case, Contents

NEXT = CODE + 0x20
_CODE_SELECTORS = (
    KERNEL_CODE, OTHER_KERNEL_CODE, OTHER_RING1_CODE | 1, USER_CODE | 3, OTHER_CODE | 3, CONFORMING | 3, GATE | 3,
)  # fmt: skip
KINDS: Mapping[str, tuple[Operand, ...]] = {
    **{f"r{8 * size}": (Register(EBX, size),) for size in NAMES},
    **{f"m{8 * size}": (MemoryOperand(displacement=DATA, size=size),) for size in NAMES},
    **{f"r/m{8 * size}": (Register(EBX, size), MemoryOperand(displacement=DATA, size=size)) for size in NAMES},
    "m": (MemoryOperand(displacement=DATA, size=0),),
    "m16:32": (MemoryOperand(displacement=DATA, size=FAR),),
    **dict.fromkeys(("imm8", "imm16", "imm32", "imm8:16", "imm8:32", "1"), (Immediate(1),)),
    **dict.fromkeys(("rel8", "rel32"), (Target(NEXT),)),
    "ptr16:32": tuple(FarPointer(selector, NEXT) for selector in _CODE_SELECTORS),
    "Sreg": tuple(SegmentRegister(number) for number in (CS, SS, DS)),
    **{name.upper(): (SegmentRegister(number),) for number, name in enumerate(SEGMENTS)},
    "CR": tuple(ControlRegister(number) for number in (0, 2, 3, 4)),
    "AL": (Register(EAX, 1),),
    "AX": (Register(EAX, 2),),
    "EAX": (Register(EAX),),
    "CL": (Register(ECX, 1),),
    "DX": (Register(EDX, 2),),
}
"""Operands by kind."""


def _selector(*selectors: int) -> tuple[Contents, ...]:
    """A selector wherever an operand may look for it."""
    return tuple(Contents(((EBX, n),), stack=(n, 0, 0, 0), data=(n, 4, 5)) for n in selectors)


def _far(*selectors: int) -> tuple[Contents, ...]:
    """A far pointer in memory: an offset, then a selector."""
    return tuple(Contents(data=(NEXT, n, 0)) for n in selectors)


def _frames(*frames: tuple[int, ...]) -> tuple[Contents, ...]:
    return tuple(Contents(stack=frame) for frame in frames)


_FLAGS_OFF, _FLAGS_ON = ALWAYS_ONE | ZF, ALWAYS_ONE | IF | IOPL
_OUTER = (STACK, USER_DATA | 3)
_RETURNS = (
    (NEXT, USER_CODE | 3, *_OUTER),
    (NEXT, KERNEL_CODE),
    (NEXT, OTHER_CODE | 3, *_OUTER),
    (NEXT, OTHER_RING1_CODE | 1, STACK, OTHER_RING1_DATA | 1),
)
_LOADED = (USER_DATA | 3, OTHER_DATA | 3, OTHER_RING1_DATA | 1, KERNEL_DATA, 0)
_DATA_SELECTORS = _selector(*_LOADED)
_FAR_POINTERS = _far(*_LOADED)
_SECRETS = _selector(USER_DATA | 3, SECRET)
CONTENTS: Mapping[str, tuple[Contents, ...]] = {
    "mov": _DATA_SELECTORS,
    "pop": _DATA_SELECTORS,
    **dict.fromkeys(("lds", "les", "lss", "lfs", "lgs"), _FAR_POINTERS),
    **dict.fromkeys(("lar", "lsl", "verr", "verw"), _SECRETS),
    "popf": _frames((_FLAGS_OFF,), (_FLAGS_ON,)),
    "iret": _frames(*((*frame[:2], _FLAGS_OFF, *frame[2:]) for frame in _RETURNS)),
    "retf": _frames(*_RETURNS),
    **dict.fromkeys(("call", "jmp"), _far(*_CODE_SELECTORS)),
    **dict.fromkeys(("lgdt", "lidt"), (Contents(data=(0x3000_00FF, 0, 0)),)),
    "lldt": _selector(PLACES[1].ldt_selector, 0),
    "ltr": _selector(PLACES[1].tss_selector),
    "lmsw": _selector(PE),
    "rdmsr": (Contents(((ECX, SYSENTER_CS),)),),
    "wrmsr": (Contents(((ECX, SYSENTER_CS),)),),
}
"""Contents by mnemonic, where the ordinary ones would not do."""

_CONTROL_VALUES = {0: PE | ET, 2: 0x5000, 3: 0x6000, 4: TSD}
_INTERRUPTS = (Immediate(SERVICE), Immediate(OWN_INTERRUPT))


def _operands(form: Form) -> Iterator[tuple[Operand, ...]]:
    if form.mnemonic == "int" and form.kinds == ("imm8",):
        yield from ((vector,) for vector in _INTERRUPTS)
        return
    for operands in product(*(KINDS[kind] for kind in form.kinds)):
        if form.kinds[:1] != ("Sreg",) or operands[0] != SegmentRegister(CS):  # MOV to CS does not exist
            yield operands


def _contents(form: Form, operands: tuple[Operand, ...]) -> tuple[Contents, ...]:
    if operands and isinstance(operands[0], ControlRegister):
        return (Contents(((EBX, _CONTROL_VALUES[operands[0].number]),)),)
    return CONTENTS.get(form.mnemonic, (Contents(),))


def cases(form: Form) -> tuple[Case, ...]:
    """All instructions of one form, each with its contents."""
    return tuple(Case(instruction(form, operands), _contents(form, operands)) for operands in _operands(form))


TABLE: Mapping[str, tuple[Case, ...]] = {str(form): cases(form) for form in FORMS}
"""The instruction table with its cases, by form."""
