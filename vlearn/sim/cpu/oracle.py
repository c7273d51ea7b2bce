"""One instruction on an emulated processor: Unicorn (QEMU) executes the real machine code from the same state.

This needs the extra `vlearn[oracle]`, and nothing else imports this module. The processor enters its ring by an IRET of
its own, so its CPL is real. Unicorn does not deliver through the IDT, it stops; the error code is then in the saved
context, at a place that `Oracle` finds by provoking faults whose codes are known. `gaps` says what Unicorn does not do
as hardware does.
"""

from dataclasses import dataclass
from typing import Any

import unicorn
from unicorn import x86_const as x86

from vlearn.errors import ModelError
from vlearn.sim.cpu.descriptors import BUSY_TSS, TSS, Descriptor
from vlearn.sim.cpu.encoding import encode
from vlearn.sim.cpu.faults import UD, Fault
from vlearn.sim.cpu.forms import Instruction
from vlearn.sim.cpu.paging import physical
from vlearn.sim.cpu.state import CS, DS, ES, FS, GS, SS, Cpu, TableRegister
from vlearn.sim.memory.tables import FRAME, NO_MEMORY, Memory

RAM = 0x10_0000
_STUB, _RING, _TABLES, _FRAME = 0xF_0000, 0xF_0400, 0xF_0800, 0xF_0900
"""The oracle's own places; a machine under test leaves everything from here on alone."""
_GENERAL = (
    x86.UC_X86_REG_EAX, x86.UC_X86_REG_ECX, x86.UC_X86_REG_EDX, x86.UC_X86_REG_EBX,
    x86.UC_X86_REG_ESP, x86.UC_X86_REG_EBP, x86.UC_X86_REG_ESI, x86.UC_X86_REG_EDI,
)  # fmt: skip
_SELECTORS = (
    x86.UC_X86_REG_ES, x86.UC_X86_REG_CS, x86.UC_X86_REG_SS, x86.UC_X86_REG_DS, x86.UC_X86_REG_FS, x86.UC_X86_REG_GS,
)  # fmt: skip
_CONTROL = (x86.UC_X86_REG_CR0, x86.UC_X86_REG_CR2, x86.UC_X86_REG_CR3, x86.UC_X86_REG_CR4)
_KNOWN_SELECTORS = (0x1234, 0x2340, 0x7FF8)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the processor did: the vector it raised, if any, with its error code; and the state it then was in."""

    vector: int | None
    error_code: int
    registers: tuple[int, ...]
    eip: int
    eflags: int
    selectors: tuple[int, ...]
    control: tuple[int, ...]
    gdtr: TableRegister
    idtr: TableRegister
    ldtr: int
    tr: int
    memory: Memory


class Oracle:
    """An emulated processor. Not a value: it owns the emulator."""

    def __init__(self) -> None:
        self._uc = unicorn.Uc(unicorn.UC_ARCH_X86, unicorn.UC_MODE_32)
        self._uc.ctl_set_cpu_model(x86.UC_CPU_X86_SKYLAKE_SERVER)
        self._uc.mem_map(0, RAM)
        self._clean = self._with_flat_stack()
        self._contexts: dict[tuple[object, ...], Any] = {}
        self._vectors: list[int] = []
        self._frames: dict[int, bytes] = {}
        self._memory: Memory = NO_MEMORY
        self._uc.hook_add(unicorn.UC_HOOK_INTR, self._on_interrupt)
        self._uc.hook_add(unicorn.UC_HOOK_INSN_INVALID, self._on_invalid)
        self._uc.hook_add(unicorn.UC_HOOK_MEM_WRITE, self._on_write)
        self._error_code_at = self._find_error_code()

    def execute(self, cpu: Cpu, instruction: Instruction) -> Answer:
        """Put the processor into the state and let it execute one instruction at CS:EIP, whose base must be 0."""
        code = encode(instruction, cpu.eip)
        self.enter(cpu)
        try:
            at = physical(cpu, cpu.eip, "execute", cpu.cpl == 3)[1]
        except Fault:
            return self.again(cpu.eip)  # the fetch faults, so that there is no place for the code
        self._write_code(at, code)
        return self.again(cpu.eip)

    def again(self, eip: int) -> Answer:
        """Execute one more instruction, from the state and the memory that the processor has."""
        self._vectors.clear()
        try:
            self._uc.emu_start(eip, 0, count=1)
        except unicorn.UcError as error:
            if not self._vectors:
                raise ModelError(f"Unicorn stops at {eip:#x}: {error}") from error
        return self._answer()

    def enter(self, cpu: Cpu) -> None:
        """Put the processor into a state: memory, registers, ring."""
        uc = self._uc
        uc.context_restore(self._context(cpu))
        self._write(cpu.memory)
        for register, value in zip(_GENERAL, cpu.registers, strict=True):
            uc.reg_write(register, value)
        uc.reg_write(x86.UC_X86_REG_EFLAGS, cpu.eflags)
        uc.reg_write(x86.UC_X86_REG_EIP, cpu.eip)
        uc.reg_write(x86.UC_X86_REG_CR2, cpu.cr2)
        uc.reg_write(x86.UC_X86_REG_CR4, cpu.cr4)
        uc.reg_write(x86.UC_X86_REG_CR3, cpu.cr3)
        uc.reg_write(x86.UC_X86_REG_CR0, cpu.cr0)

    def _context(self, cpu: Cpu) -> Any:
        """A saved state of the processor in which it has loaded these segments and entered this ring by itself."""
        key = (cpu.segments, cpu.gdtr, cpu.idtr, cpu.ldtr, cpu.tr)
        if key not in self._contexts:
            self._contexts[key] = self._load_segments(cpu)
        return self._contexts[key]

    def _with_flat_stack(self) -> Any:
        """Unicorn begins with a stack of 16 bits, which could not reach the oracle's places."""
        table = TableRegister(_TABLES + 16, 15)
        self._uc.mem_write(_TABLES, _pseudo_descriptor(table))
        self._uc.mem_write(table.base + 8, Descriptor(0, 0xFFFF_FFFF, 0x93).value.to_bytes(8, "little"))
        self._write_code(_STUB, b"\x0f\x01\x15" + _dword(_TABLES) + _load_ax(8) + b"\x8e\xd0")  # lgdt; mov ss, ax
        self._uc.emu_start(_STUB, RAM, count=3)
        return self._uc.context_save()

    def _load_segments(self, cpu: Cpu) -> Any:
        """Let the processor load tables and segments, from the descriptors in the machine's memory, and IRET."""
        uc, ring = self._uc, cpu.cpl
        uc.context_restore(self._clean)
        self._write(cpu.memory)
        task = cpu.gdtr.base + (cpu.tr.selector & 0xFFF8)
        uc.mem_write(task + 5, bytes((cpu.tr.descriptor.access & ~BUSY_TSS | TSS,)))  # LTR wants it available
        uc.mem_write(_TABLES, _pseudo_descriptor(cpu.gdtr) + _pseudo_descriptor(cpu.idtr))
        code = bytes.fromhex("0f0115") + _dword(_TABLES) + bytes.fromhex("0f011d") + _dword(_TABLES + 6)  # lgdt, lidt
        code += _load_ax(cpu.ldtr.selector) + b"\x0f\x00\xd0" + _load_ax(cpu.tr.selector) + b"\x0f\x00\xd8"  # lldt, ltr
        for number in (ES, DS, FS, GS, *(() if ring else (SS,))):
            code += _load_ax(cpu.segments[number].selector) + bytes((0x8E, 0xC0 | number << 3))
        frame = (_RING, cpu.segments[CS].selector, 2, _FRAME, cpu.segments[SS].selector)
        uc.mem_write(_FRAME, b"".join(map(_dword, frame)))
        self._write_code(_STUB, code + b"\xbc" + _dword(_FRAME) + b"\xcf")  # mov esp, imm32; iret
        self._vectors.clear()
        uc.emu_start(_STUB, _RING)
        if int(uc.reg_read(x86.UC_X86_REG_CS)) != cpu.segments[CS].selector or self._vectors:
            raise ModelError(f"the emulated processor did not enter ring {ring}; it raised {self._vectors}")
        return uc.context_save()

    def _on_interrupt(self, uc: unicorn.Uc, number: int, _: object) -> None:
        self._vectors.append(number)
        uc.emu_stop()

    def _on_invalid(self, uc: unicorn.Uc, _: object) -> bool:
        self._vectors.append(UD)
        return False

    def _on_write(self, _uc: unicorn.Uc, _access: int, address: int, size: int, _value: int, _: object) -> None:
        for frame in {address & -FRAME, address + size - 1 & -FRAME}:
            self._frames.setdefault(frame, bytes(FRAME))

    def _answer(self) -> Answer:
        read = self._uc.reg_read
        gdtr, idtr = read(x86.UC_X86_REG_GDTR), read(x86.UC_X86_REG_IDTR)
        return Answer(
            self._vectors[0] if self._vectors else None,
            self._saved_word(self._error_code_at) if self._vectors else 0,
            tuple(int(read(register)) for register in _GENERAL),
            int(read(x86.UC_X86_REG_EIP)),
            int(read(x86.UC_X86_REG_EFLAGS)),
            tuple(int(read(register)) for register in _SELECTORS),
            tuple(int(read(register)) for register in _CONTROL),
            TableRegister(gdtr[1], gdtr[2]),
            TableRegister(idtr[1], idtr[2]),
            int(read(x86.UC_X86_REG_LDTR)[0]),
            int(read(x86.UC_X86_REG_TR)[0]),
            self._read(),
        )

    def _saved_word(self, offset: int) -> int:
        return int.from_bytes(bytes(self._uc.context_save())[offset : offset + 4], "little")

    def _find_error_code(self) -> int:
        """Where a saved context keeps the error code: the one word that is right after each of the known faults."""
        places: set[int] | None = None
        for selector in _KNOWN_SELECTORS:
            self._uc.context_restore(self._clean)
            self._write_code(_STUB, _load_ax(selector | 3) + b"\x8e\xd8")  # mov ds, ax: beyond the empty GDT
            self._vectors.clear()
            self._uc.emu_start(_STUB, RAM, count=2)
            context = bytes(self._uc.context_save())
            found = {at for at in range(0, len(context) - 3, 4) if context[at : at + 4] == _dword(selector)}
            places = found if places is None else places & found
        if not places or len(places) > 1:
            raise ModelError(f"the error code of this Unicorn is at {sorted(places or ())}: one place is needed")
        return places.pop()

    def _write_code(self, address: int, code: bytes) -> None:
        """Unicorn keeps translated code even if other code is written in its place."""
        self._uc.mem_write(address, code)
        self._uc.ctl_remove_cache(address, address + max(len(code), 16))

    def _write(self, memory: Memory) -> None:
        frames = {frame: bytearray(FRAME) for frame in self._frames}
        for address, word in memory.items():
            if address >= _STUB:
                raise ModelError(f"{address:#x} is not where the oracle has room for a machine: 0 to {_STUB:#x}")
            frame, offset = address & -FRAME, address % FRAME
            frames.setdefault(frame, bytearray(FRAME))[offset : offset + 4] = word.to_bytes(4, "little")
        for frame, content in frames.items():
            self._uc.mem_write(frame, bytes(content))
        self._frames, self._memory = {frame: bytes(content) for frame, content in frames.items()}, memory

    def _read(self) -> Memory:
        """The memory that was written, with the words that differ from it now."""
        changed: dict[int, int] = {}
        for frame, before in self._frames.items():
            after = bytes(self._uc.mem_read(frame, FRAME))
            if after != before:
                pairs = enumerate(zip(memoryview(before).cast("I"), memoryview(after).cast("I"), strict=True))
                changed.update({frame + 4 * n: new for n, (old, new) in pairs if old != new})
        return self._memory.update(changed)


def _dword(value: int) -> bytes:
    return value.to_bytes(4, "little")


def _load_ax(value: int) -> bytes:
    return b"\x66\xb8" + value.to_bytes(2, "little")


def _pseudo_descriptor(table: TableRegister) -> bytes:
    return table.limit.to_bytes(2, "little") + _dword(table.base)
