"""The gaps of Unicorn at CPL 3, asked of the processor that runs the tests: which instructions trap at all.

The instruction runs in a child process, in 64-bit mode, followed by RET: the operating system reports a #GP as SIGSEGV
and a #UD as SIGILL. Linux keeps IOPL at 0, has no I/O bitmap by default, and no gate of DPL 3 but for 3, 4 and 0x80.
"""

import ctypes
import mmap
import os
import platform
import signal
import sys

import pytest

from vlearn.sim.cpu import Fault, Gate, boot, encode, execute, parse_instruction

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="needs an x86-64 processor under Linux"
)
TRAPS = (
    "in al, 0x80", "in al, dx", "out 0x80, al", "out dx, al", "cli", "sti", "hlt", "clts", "rdmsr", "wrmsr",
    "invd", "wbinvd", "int 0x0d", "int 0x20", "int 0x81", "ud2", "lmsw ax", "lldt ax", "ltr ax",
)  # fmt: skip
COMPLETES = ("nop", "cld", "clc", "cpuid", "rdtsc", "mov eax, cs", "lar eax, ecx", "verr cx", "mov eax, 5")


def native(code):
    """The signal that ends a child which executes the code, 0 if it completes."""
    try:
        page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    except OSError:
        pytest.skip("the system gives no page that is writable and executable")
    page.write(b"\x53" + code + b"\x5b\xc3")  # push rbx; ...; pop rbx; ret
    address = ctypes.addressof(ctypes.c_char.from_buffer(page))
    child = os.fork()
    if not child:
        for number in (signal.SIGSEGV, signal.SIGILL, signal.SIGBUS):
            signal.signal(number, signal.SIG_DFL)
        ctypes.CFUNCTYPE(None)(address)()
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    return os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0


def modelled(text):
    """The same for the model, with the gates that Linux has."""
    cpu = boot(
        "nop", ring=3, gates={vector: Gate(8, 0x4800, dpl=3 if vector == 0x80 else 0) for vector in range(0x100)}
    )
    try:
        execute(cpu, parse_instruction(text, cpu.eip))
    except Fault as fault:
        return {13: signal.SIGSEGV, 6: signal.SIGILL}[fault.vector]
    return 0


@pytest.mark.parametrize("text", TRAPS + COMPLETES)
def test_at_cpl_3_the_model_traps_where_this_processor_does(text):
    assert modelled(text) == native(encode(parse_instruction(text)))
    assert bool(modelled(text)) == (text in TRAPS)
