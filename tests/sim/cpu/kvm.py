"""A virtual machine of /dev/kvm with one processor, which starts from a state of the model and runs until it halts.

The ring is entered by setting the segment registers, hidden parts included. Where KVM has no help from the processor it
emulates protected mode in software, and not all of it: then it stops with an internal error, here `CannotSay`. Source:
Linux, Documentation/virt/kvm/api.rst; arch/x86/include/uapi/asm/kvm.h.
"""

import ctypes
import fcntl
import mmap
import os
import struct
from dataclasses import dataclass
from pathlib import Path

from vlearn.sim.cpu.state import CS, DS, ES, FS, GS, SS, Cpu, Segment, TableRegister

CREATE_VM, GET_VCPU_MMAP_SIZE, GET_SUPPORTED_CPUID = 0xAE01, 0xAE04, 0xC008_AE05
SET_USER_MEMORY_REGION, SET_TSS_ADDR, CREATE_VCPU = 0x4020_AE46, 0xAE47, 0xAE41
RUN, SET_REGS, GET_REGS, SET_SREGS, GET_SREGS, SET_CPUID2 = (
    0xAE80, 0x4090_AE82, 0x8090_AE81, 0x4138_AE84, 0x8138_AE83, 0x4008_AE90,
)  # fmt: skip
EXIT_IO, EXIT_HLT = 2, 5
RAM, OWN_PAGES = 0x10_0000, 0x1000_0000
"""Guest memory, and where KVM on Intel has three pages for itself."""
CPUID_ENTRIES = 256
EXITS_AT_MOST = 8
ORDER = (0, 3, 1, 2, 6, 7, 4, 5)
"""The general registers as struct kvm_regs has them, by their numbers in machine code."""


class CannotSay(Exception):
    """This KVM does not do what it was asked for, so that it is no witness."""


@dataclass(frozen=True, slots=True)
class Halt:
    """The processor at the HLT that ended its run. `ports` are the exits before it: whether OUT, port, value."""

    registers: tuple[int, ...]
    eip: int
    ports: tuple[tuple[bool, int, int], ...]
    memory: bytes

    def word(self, address: int) -> int:
        return int.from_bytes(self.memory[address : address + 4], "little")


class Kvm:
    """A virtual machine, not a value; OSError where /dev/kvm is absent or refuses."""

    def __init__(self) -> None:
        self._files = [os.open(Path("/dev/kvm"), os.O_RDWR | os.O_CLOEXEC)]
        try:
            self._create(self._files[0])
        except OSError:
            self.close()
            raise

    def _create(self, system: int) -> None:
        vm = fcntl.ioctl(system, CREATE_VM, 0)
        self._files.append(vm)
        fcntl.ioctl(vm, SET_TSS_ADDR, OWN_PAGES)
        self._ram = mmap.mmap(-1, RAM)
        place = ctypes.addressof(ctypes.c_char.from_buffer(self._ram))
        fcntl.ioctl(vm, SET_USER_MEMORY_REGION, struct.pack("<IIQQQ", 0, 0, 0, RAM, place))
        self._vcpu = fcntl.ioctl(vm, CREATE_VCPU, 0)
        self._files.append(self._vcpu)
        cpuid = bytearray(8 + 40 * CPUID_ENTRIES)
        struct.pack_into("<I", cpuid, 0, CPUID_ENTRIES)
        fcntl.ioctl(system, GET_SUPPORTED_CPUID, cpuid)
        fcntl.ioctl(self._vcpu, SET_CPUID2, cpuid)  # CR4.UMIP is refused without its bit in CPUID
        self._run = mmap.mmap(self._vcpu, fcntl.ioctl(system, GET_VCPU_MMAP_SIZE, 0))

    def close(self) -> None:
        for file in reversed(self._files):
            os.close(file)

    def run(self, cpu: Cpu) -> Halt:
        """From this state to the HLT at which the machine stops; IN reads the ports of the state."""
        self._enter(cpu)
        ports = []
        for _ in range(EXITS_AT_MOST):
            fcntl.ioctl(self._vcpu, RUN, 0)
            reason, detail = *struct.unpack_from("<I", self._run, 8), *struct.unpack_from("<I", self._run, 32)
            if reason == EXIT_HLT:
                values = struct.unpack("<18Q", fcntl.ioctl(self._vcpu, GET_REGS, bytes(144)))
                registers = tuple(values[ORDER.index(number)] for number in range(8))
                return Halt(registers, values[16], tuple(ports), bytes(self._ram))
            if reason != EXIT_IO:
                raise CannotSay(f"this KVM stops with exit {reason} ({detail})")
            out, size, port, _count, at = struct.unpack_from("<BBHIQ", self._run, 32)
            if not out:
                self._run[at : at + size] = cpu.ports.get(port, 0).to_bytes(size, "little")
            ports.append((bool(out), port, int.from_bytes(self._run[at : at + size], "little")))
        raise CannotSay(f"this KVM does not halt after {EXITS_AT_MOST} exits")

    def _enter(self, cpu: Cpu) -> None:
        ram = bytearray(RAM)
        for address, word in cpu.memory.items():
            struct.pack_into("<I", ram, address, word)
        self._ram[:] = bytes(ram)
        before = fcntl.ioctl(self._vcpu, GET_SREGS, bytes(312))
        segments = [cpu.segments[number] for number in (CS, DS, ES, FS, GS, SS)]
        special = b"".join(map(_segment, (*segments, cpu.tr, cpu.ldtr))) + _table(cpu.gdtr) + _table(cpu.idtr)
        special += struct.pack("<6Q", cpu.cr0, cpu.cr2, cpu.cr3, cpu.cr4, 0, 0) + before[272:280] + bytes(32)
        try:
            fcntl.ioctl(self._vcpu, SET_SREGS, special)
        except OSError as error:
            raise CannotSay(f"this KVM refuses the state with CR4 = {cpu.cr4:#x}: {error}") from error
        general = [cpu.registers[number] for number in ORDER]
        fcntl.ioctl(self._vcpu, SET_REGS, struct.pack("<18Q", *general, *(0,) * 8, cpu.eip, cpu.eflags))


def _segment(segment: Segment) -> bytes:
    d = segment.descriptor
    bits = (d.type, d.present, d.dpl, d.flags >> 2 & 1, d.is_segment, 0, d.flags >> 3, d.flags & 1, not d.present)
    return struct.pack("<QIH9Bx", d.base, d.limit, segment.selector, *bits)


def _table(table: TableRegister) -> bytes:
    return struct.pack("<QH6x", table.base, table.limit)
