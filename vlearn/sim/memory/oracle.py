"""The same accesses on an emulated processor: Unicorn (QEMU's MMU) executes real instructions on the same tables.

This needs the extra `vlearn[oracle]`, and nothing else imports this module. Physical memory is filled with sixteen-byte
records that each hold their own physical address, inside an instruction that loads it: so a load, a store followed by a
load, and a jump each tell where an access really went. The tables must map CODE to itself, executable for both modes.

Unicorn does not deliver the fault, it stops; the error code is then in the saved context, at a place that `Oracle`
finds by provoking faults whose codes are known. What else Unicorn does not do is in tests/sim/memory/test_oracle.py.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import unicorn
from immutables import Map
from unicorn import x86_const as x86

from vlearn.errors import ModelError
from vlearn.sim.memory.access import Access, GeneralProtection, Kind, PageFault, Registers
from vlearn.sim.memory.modes import FIVE_LEVEL, MIB, Mode
from vlearn.sim.memory.page_tables import PageTables
from vlearn.sim.memory.state import Walk
from vlearn.sim.memory.tables import FRAME, Memory

RAM = 16 * MIB
CODE = 0x5000
PHYSICAL_BITS = 40
"""MAXPHYADDR of the emulated processor, as its CPUID reports it."""

_GDT, _FRAME, _RING = 0x1000, 0x2000, 0x4000
_PROGRAMS: dict[Kind, tuple[int, bytes]] = {
    "read": (CODE, bytes.fromhex("8b03 8b01")),  # mov eax, [ebx]; mov eax, [ecx]
    "write": (CODE + 16, bytes.fromhex("8903 8b01")),  # mov [ebx], eax; mov eax, [ecx]
    "execute": (CODE + 32, bytes.fromhex("ffe3")),  # jmp ebx, where a record begins: mov eax, its own address
}
_INVLPG = (CODE + 48, bytes.fromhex("0f013b"))  # invlpg [ebx]
_NEIGHBOUR = 16
"""A store spoils its own record, so the load after an access reads the next one, which lies in the same page."""
_KNOWN_FAULTS = (
    (Access(0x80_0000), 0),
    (Access(0x80_0000, "write"), 2),
    (Access(0x80_0000, user=True), 4),
    (Access(0x40_0000, user=True), 5),
    (Access(0x40_0000, "write", user=True), 7),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What the processor did: the physical address it reached or the fault it raised, and the entries afterwards."""

    outcome: int | PageFault | GeneralProtection
    memory: Memory


def fetch(access: Access) -> Access:
    """The instruction fetch that comes before the access: the processor translates it, and sets A flags, as well."""
    return Access(_PROGRAMS[access.kind][0], "execute", access.user, access.ac)


class Oracle:
    """An emulated processor for one width of addresses, 32 or 64 bits. Not a value: it owns the emulator."""

    def __init__(self, mode: Mode) -> None:
        self._wide = mode.register_bits == 64
        self._uc = unicorn.Uc(unicorn.UC_ARCH_X86, unicorn.UC_MODE_64 if self._wide else unicorn.UC_MODE_32)
        self._uc.ctl_set_cpu_model(x86.UC_CPU_X86_SKYLAKE_SERVER)
        self._uc.mem_map(0, RAM)
        records = np.zeros((RAM // 16, 16), np.uint8)
        records[:, 0], records[:, 5] = 0xB8, 0xF4  # mov eax, imm32; hlt
        records[:, 1:5] = np.arange(0, RAM, 16, dtype=np.uint32).view(np.uint8).reshape(-1, 4)
        self._uc.mem_write(0, records.tobytes())
        self._records = records
        for place, program in (*_PROGRAMS.values(), _INVLPG):
            self._uc.mem_write(place, program)
        self._contexts = [self._enter_ring(ring) for ring in (0, 3)]
        self._interrupts: list[int] = []
        self._frames: tuple[int, ...] = ()
        self._entries: tuple[int, ...] = ()
        self._width = mode.entry_bytes
        self._uc.hook_add(unicorn.UC_HOOK_INTR, self._on_interrupt)
        self._error_code_at = 0
        self._error_code_at = self._find_error_code(mode)

    def access(self, walk: Walk, access: Access) -> Answer:
        """Make one access in the state of the walk, with an empty TLB. The fetch of its program at CODE comes first."""
        self.enter(walk, access.user, access.ac)
        return self.again(access)

    def enter(self, walk: Walk, user: bool = False, ac: bool = False) -> None:
        """Put the processor into the state of a walk: memory, control registers, ring; the TLB is emptied."""
        self._write(walk)
        uc, registers = self._uc, walk.registers
        uc.context_restore(self._contexts[user])
        uc.reg_write(x86.UC_X86_REG_EFLAGS, 0x202 | ac << 18)
        uc.msr_write(0xC000_0080, registers.nxe << 11 | self._wide << 8)  # IA32_EFER: NXE, LME
        uc.reg_write(x86.UC_X86_REG_CR4, _cr4(registers))
        uc.reg_write(x86.UC_X86_REG_CR3, registers.cr3)  # flushes the TLB
        uc.reg_write(x86.UC_X86_REG_CR0, 1 << 31 | registers.wp << 16 | 0x11)

    def again(self, access: Access) -> Answer:
        """Make one more access in the state that the processor is in. After a fault, `enter` first."""
        self._run(_PROGRAMS[access.kind][0], 2, access.address)
        outcome = self._outcome(access)
        memory = self._read()
        if isinstance(outcome, int):
            self._uc.mem_write(outcome & ~15, self._records[outcome // 16].tobytes())
        return Answer(outcome, memory)

    def store(self, address: int, entry: int) -> None:
        """Change an entry behind the processor's back: its TLB does not notice."""
        self._uc.mem_write(address, entry.to_bytes(self._width, "little"))

    def invlpg(self, address: int) -> None:
        """Let the processor execute INVLPG."""
        self._run(_INVLPG[0], 1, address)

    def _run(self, program: int, instructions: int, address: int) -> None:
        self._interrupts.clear()
        self._uc.reg_write(x86.UC_X86_REG_RBX if self._wide else x86.UC_X86_REG_EBX, address)
        self._uc.reg_write(x86.UC_X86_REG_RCX if self._wide else x86.UC_X86_REG_ECX, address & ~15 ^ _NEIGHBOUR)
        try:
            self._uc.emu_start(program, 0, count=instructions)
        except unicorn.UcError as error:
            raise ModelError(f"{address:#x} leads Unicorn out of its memory, {RAM:#x} bytes: {error}") from error

    def _enter_ring(self, ring: int) -> Any:
        """Let the processor itself change ring, by IRET, and load its segment registers: only so is its CPL real."""
        code = 0xAF if self._wide else 0xCF
        descriptors = ((0, 0), (0x9A, code), (0x92, 0xCF), (0xFA, code), (0xF2, 0xCF))
        gdt = b"".join(bytes((255, 255, 0, 0, 0, a, f, 0)) if a else bytes(8) for a, f in descriptors)
        cs, ss = (0x1B, 0x23) if ring else (0x08, 0x10)
        width = 8 if self._wide else 4
        frame = b"".join(value.to_bytes(width, "little") for value in (_RING, cs, 0x202, 0x3000, ss))
        load_segments = b"\x66\xb8" + bytes((ss, 0)) + bytes.fromhex("8ed8 8ec0 8ed0")
        for place, content in ((_GDT, gdt), (_FRAME, frame), (_RING, load_segments)):
            self._uc.mem_write(place, content)
        self._uc.mem_write(_RING - 16, b"\x48\xcf" if self._wide else b"\xcf")  # iret
        self._uc.reg_write(x86.UC_X86_REG_GDTR, (0, _GDT, len(gdt) - 1, 0))
        self._uc.reg_write(x86.UC_X86_REG_RSP if self._wide else x86.UC_X86_REG_ESP, _FRAME)
        self._uc.emu_start(_RING - 16, _RING + len(load_segments))
        if self._uc.reg_read(x86.UC_X86_REG_CS) != cs:
            raise ModelError(f"the emulated processor did not enter ring {ring}")
        return self._uc.context_save()

    def _on_interrupt(self, uc: unicorn.Uc, number: int, _: object) -> None:
        self._interrupts.append(number)
        uc.emu_stop()

    def _outcome(self, access: Access) -> int | PageFault | GeneralProtection:
        if not self._interrupts:
            eax = int(self._uc.reg_read(x86.UC_X86_REG_EAX))
            # A record run as an instruction loads its address; read as data it is an opcode and then its address.
            record = eax if access.kind == "execute" else eax >> 8 ^ _NEIGHBOUR
            return record | access.address & 15
        cr2 = int(self._uc.reg_read(x86.UC_X86_REG_CR2))
        if self._interrupts == [14]:
            return PageFault(self._saved_word(self._error_code_at), cr2)
        if self._interrupts == [13]:
            return GeneralProtection(int(self._uc.reg_read(x86.UC_X86_REG_RBX)))
        raise ModelError(f"the emulated processor raised {self._interrupts}, not one page fault or #GP")

    def _saved_word(self, offset: int) -> int:
        return int.from_bytes(bytes(self._uc.context_save())[offset : offset + 4], "little")

    def _find_error_code(self, mode: Mode) -> int:
        """Where a saved context keeps the error code: the one word that is right after each of the known faults."""
        tables = PageTables(mode, root=0x1_0000).map_page(CODE, CODE).map_page(0x40_0000, 0x40_0000, user=False)
        walk = Walk(tables.registers(), tables.memory)
        places: set[int] | None = None
        for access, code in _KNOWN_FAULTS:
            self.access(walk, access)
            context = bytes(self._uc.context_save())
            words = np.frombuffer(context, np.uint32, len(context) // 4)
            found = {4 * int(place) for place in np.flatnonzero(words == code)}
            places = found if places is None else places & found
        if not places or len(places) > 1:
            raise ModelError(f"the error code of this Unicorn is at {sorted(places or ())}: one place is needed")
        return places.pop()

    def _write(self, walk: Walk) -> None:
        if walk.eptp:
            raise ModelError("Unicorn has no EPT: give it a machine with page tables of its own")
        for frame in self._frames:
            self._uc.mem_write(frame, self._records[frame // 16 : (frame + FRAME) // 16].tobytes())
        width = self._width = walk.registers.mode.entry_bytes
        self._entries = tuple(walk.memory)
        frames: dict[int, bytearray] = {}
        for address, entry in walk.memory.items():
            if not CODE + FRAME <= address < RAM:
                room = f"{CODE + FRAME:#x} to {RAM:#x}"
                raise ModelError(f"the entry at {address:#x} is not where the oracle has room for tables: {room}")
            frame, offset = address & -FRAME, address % FRAME
            frames.setdefault(frame, bytearray(FRAME))[offset : offset + width] = entry.to_bytes(width, "little")
        for frame, content in frames.items():
            self._uc.mem_write(frame, bytes(content))
        self._frames = tuple(frames)

    def _read(self) -> Memory:
        width = self._width
        frames = {frame: self._uc.mem_read(frame, FRAME) for frame in self._frames}
        words = ((a, frames[a & -FRAME][a % FRAME : a % FRAME + width]) for a in self._entries)
        return Map({address: int.from_bytes(word, "little") for address, word in words})


def _cr4(registers: Registers) -> int:
    mode = registers.mode
    pae, la57 = mode.entry_bytes == 8, mode is FIVE_LEVEL
    return registers.pse << 4 | pae << 5 | la57 << 12 | registers.smep << 20 | registers.smap << 21
