"""One instruction from a known state, in every ring: what the model and an emulated processor are asked.

`cpu_answers` has what can be seen of the outcome.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product

from immutables import Map

from vlearn.sim.cpu import FORMS, Cpu, Form, Gate, Instruction, assemble, boot, parse_instruction
from vlearn.sim.cpu.state import CS, REGISTERS, SS

AT, HANDLER, STACK, DATA = 0x4000, 0x4800, 0xC800, 0xD000
REGISTER_VALUES = {
    "eax": 0x23,
    "ecx": 3,
    "edx": 0x80,
    "ebx": DATA,
    "esp": STACK,
    "ebp": 0xD100,
    "esi": 0xD040,
    "edi": 0xD080,
}
IMAGE = 0x3C57
"""A flags image that would clear IF and set IOPL 3, among others."""
SELECTORS = (
    0x00, 0x03, 0x08, 0x0B, 0x10, 0x13, 0x18, 0x1B, 0x20, 0x23, 0x28, 0x30, 0x38, 0x3B, 0x40, 0x43, 0x48, 0x4B, 0x51,
    0x59, 0x60, 0x63, 0x68, 0x6B, 0x70, 0x73, 0x78, 0x07, 0x0C, 0x80, 0xFFF8,
)  # fmt: skip
"""Each descriptor of the machine with one RPL or two, null selectors, and selectors beyond the tables."""


@dataclass(frozen=True)
class Case:
    """An instruction, with what differs from the usual start: registers, words on the stack, words of data."""

    text: str
    registers: Mapping[str, int] = field(default_factory=dict)
    stack: tuple[int, ...] = ()
    data: tuple[int, ...] = ()
    iopls: tuple[int, ...] = (0, 3)

    @property
    def id(self) -> str:
        given = [f"{name}={value:#x}" for name, value in self.registers.items()]
        given += [
            f"{name} {' '.join(map(hex, values))}"
            for name, values in (("stack", self.stack), ("data", self.data))
            if values
        ]
        return "; ".join((self.text, *given))


@lru_cache
def machine(ring: int, iopl: int) -> Cpu:
    """The usual start: every case has the same registers in every ring, but for the selectors."""
    gates = {vector: Gate(0x08, HANDLER, dpl=3) for vector in (3, 0x80)}
    cpu = boot(assemble("nop", AT), ring=ring, iopl=iopl, interrupts=True, gates=gates, gate_target=HANDLER)
    memory = cpu.memory
    frame = (HANDLER, cpu.segments[CS].selector, IMAGE, STACK - 0x100, cpu.segments[SS].selector)
    for n in range(0x80):
        memory = memory.set(DATA + 4 * n, 0x0123_4567 * (2 * n + 1) & 0xFFFF_FFFF)
    for n, word in enumerate(frame):
        memory = memory.set(STACK + 4 * n, word)
    ports = Map(dict.fromkeys((17, 128), 0))
    registers = tuple(REGISTER_VALUES[name] for name in REGISTERS)
    return replace(cpu, memory=memory, registers=registers, ports=ports)


def start(case: Case, ring: int, iopl: int) -> Cpu:
    """The state before the instruction."""
    cpu = machine(ring, iopl)
    memory = cpu.memory
    for base, words in ((case.registers.get("esp", STACK), case.stack), (DATA, case.data)):
        for n, word in enumerate(words):
            memory = memory.set(base + 4 * n, word)
    registers = tuple(case.registers.get(name, value) for name, value in zip(REGISTERS, cpu.registers, strict=True))
    return replace(cpu, memory=memory, registers=registers)


_SAMPLES: dict[str, tuple[str, ...]] = {
    "r8": ("ch",), "r16": ("si",), "r32": ("esi",),
    "m8": ("byte [ebx+7]",), "m16": ("word [ebx+ecx*2+1]",), "m32": ("dword [esi+ecx*4-6]",),
    "r/m8": ("dl", "byte [edi]"), "r/m16": ("dx", "word [ebp-2]"), "r/m32": ("edx", "dword [0xd010]"),
    "m": ("[edi+2]",), "m16:32": ("far [ebx]",),
    "imm8": ("0x11",), "imm16": ("0x1234",), "imm32": ("0x89abcdef",), "imm8:16": ("-3",), "imm8:32": ("-3",),
    "rel8": ("0x4040",), "rel32": ("0x4800",), "ptr16:32": ("0x8:0x4800",),
    "Sreg": ("es", "ss", "ds", "fs", "gs"), "CR": ("cr0", "cr2", "cr3", "cr4"),
}  # fmt: skip
_FORM_CASES: dict[str, tuple[Case, ...]] = {
    "int imm8": (Case("int 0x80"),),
    "mov CR, r32": (
        Case("mov cr0, eax", {"eax": 0x1_0033}),
        Case("mov cr2, eax"),
        Case("mov cr3, eax", {"eax": 0xE000}),
        Case("mov cr4, eax", {"eax": 0x94}),
    ),
    "div r/m8": (Case("div cl", {"eax": 0x123, "ecx": 7}), Case("div cl", {"ecx": 0}), Case("div ah", {"eax": 0x4567})),
    "div r/m16": (Case("div cx", {"edx": 1, "ecx": 0x7000}), Case("div cx", {"edx": 0x7000, "ecx": 0x7000})),
    "div r/m32": (Case("div ecx", {"edx": 1, "ecx": 0x7000_0001}), Case("div dword [ebx]", {"edx": 0})),
    "idiv r/m8": (Case("idiv cl", {"eax": 0xFFF3, "ecx": 5}), Case("idiv cl", {"eax": 0xFF80, "ecx": 0xFF})),
    "idiv r/m16": (Case("idiv cx", {"edx": 0xFFFF, "eax": 0x8001, "ecx": 0xFFF9}), Case("idiv cx", {"ecx": 0})),
    "idiv r/m32": (
        Case("idiv ecx", {"edx": 0xFFFF_FFFF, "eax": 0x8000_0000, "ecx": 0xFFFF_FFFF}),
        Case("idiv ecx", {"edx": 0}),
    ),
    "jecxz rel8": (Case("jecxz 0x4040"), Case("jecxz 0x4040", {"ecx": 0})),
    "loop rel8": (Case("loop 0x3ff0"), Case("loop 0x3ff0", {"ecx": 1})),
    "jmp r/m32": (Case("jmp edx"), Case("jmp dword [ebx]", data=(HANDLER,))),
    "call r/m32": (Case("call edx"), Case("call dword [ebx]", data=(HANDLER,))),
    "ltr r/m16": (Case("ltr dx"),),
}  # fmt: skip
"""Forms whose usual samples would tell little."""


def form_cases(form: Form) -> Iterator[Case]:
    """One case or a few for each form of the table."""
    if str(form) in _FORM_CASES:
        yield from _FORM_CASES[str(form)]
        return
    kinds = [_SAMPLES.get(kind, (kind.lower(),)) for kind in form.kinds]
    for n in range(max(map(len, kinds), default=1)):
        yield Case(f"{form.mnemonic} {', '.join(samples[n % len(samples)] for samples in kinds)}".rstrip())


def special_cases() -> Iterator[Case]:
    """Protection in particular: flags images, and every selector wherever one is used."""
    for image in (0, IMAGE, 0x202, 0x3202, 0x40AD7, 0x20_0246):
        yield Case("popf", stack=(image,))
    for mnemonic in ("lar esi,", "lsl esi,", "verr", "verw"):
        for selector in SELECTORS:
            yield (
                Case(f"{mnemonic} ax", {"eax": selector}, iopls=(0,))
                if "v" in mnemonic
                else Case(f"{mnemonic} eax", {"eax": selector}, iopls=(0,))
            )
    for text, selector in product(("mov ds, ax", "mov ss, ax", "lldt ax", "ltr ax"), SELECTORS):
        yield Case(text, {"eax": selector}, iopls=(0,))
    for text, selector in product(("lds esi,", "lss esi,"), SELECTORS):
        yield Case(f"{text} far [ebx]", data=(HANDLER, selector), iopls=(0,))
    for first, second in product(range(4), range(4)):
        yield Case("arpl ax, dx", {"eax": 0x20 | first, "edx": 0x1234_5678 | second}, iopls=(0,))
    for text, selector in product(("pop es", "pop ss"), SELECTORS):
        yield Case(text, stack=(selector,), iopls=(0,))
    for text, selector in product(("call", "jmp"), SELECTORS):
        yield Case(f"{text} {selector:#x}:0x4800", iopls=(0,))
        yield Case(f"{text} far [ebx]", data=(HANDLER, selector), iopls=(0,))
    for selector, stack in product(SELECTORS, (0x23, 0x10, 0x59)):
        yield Case("retf", stack=(HANDLER, selector, 0xC700, stack), iopls=(0,))
        yield Case("iret", stack=(HANDLER, selector, 0x202, 0xC700, stack), iopls=(0,))
    yield Case("retf 8", stack=(HANDLER, 0x1B, 1, 2, 0xC700, 0x23))
    for selector, stack, image in product((0x08, 0x1B, 0x51), (0x10, 0x23, 0x59), (0, IMAGE, 0x202)):
        yield Case("iret", stack=(HANDLER, selector, image, 0xC700, stack))
    for value in (0x1, 0x5, 0x100, 0xFFFF_FFFF, 0x8000_0000, 0x7FFF_FFFF, 0):
        for text in (
            "add eax, edx",
            "sub eax, edx",
            "adc al, dl",
            "sbb ax, dx",
            "cmp eax, edx",
            "neg eax",
            "inc eax",
            "dec eax",
        ):
            yield Case(text, {"eax": value, "edx": 0x8000_0001}, iopls=(0,))
        for text in (
            "shl eax, cl",
            "shr ax, cl",
            "sar al, cl",
            "shl al, 1",
            "shr eax, 1",
            "sar ax, 1",
            "imul eax, edx",
        ):
            yield Case(text, {"eax": value, "edx": 0xFFFF_FFFB, "ecx": 9}, iopls=(0,))
    yield Case("shl eax, cl", {"eax": 1, "ecx": 32})
    yield Case("lmsw ax", {"eax": 0xE})
    yield Case("std")
    for number in (0x10, 0x174):
        yield Case("rdmsr", {"ecx": number})
        yield Case("wrmsr", {"ecx": number})
    for leaf in (0, 1, 7):
        yield Case("cpuid", {"eax": leaf})


def cases() -> tuple[Case, ...]:
    """All of them, each once."""
    every = [case for form in FORMS for case in form_cases(form)] + list(special_cases())
    return tuple({case.id: case for case in every}.values())


def asked(case: Case) -> Iterator[tuple[str, Cpu, Instruction]]:
    """The rings and IOPLs to ask a case in: `3/0` is CPL 3 with IOPL 0."""
    instruction = parse_instruction(case.text, AT)
    for ring, iopl in product((0, 1, 3), case.iopls):
        yield f"{ring}/{iopl}", start(case, ring, iopl), instruction
