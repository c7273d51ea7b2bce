"""The gaps of Unicorn that need a kernel's state, asked of /dev/kvm where it can be opened: UMIP, and IOPL at CPL 3.

The instruction is followed by HLT. At CPL 0 that is where the machine stops; at CPL 3 it is #GP(0), and the EIP that
its delivery pushes tells whether the instruction before it has completed. The handlers are a HLT in ring 0 each.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from immutables import Map

from vlearn.sim.cpu import Fault, assemble, boot, execute, fetch, run_to_end
from vlearn.sim.cpu.boot import DATA_AT, STACKS
from vlearn.sim.cpu.control import UMIP
from vlearn.sim.cpu.faults import GP, UD

pytest.importorskip("fcntl", reason="/dev/kvm is Linux")

from tests.sim.cpu.kvm import CannotSay, Kvm

TABLES = (f"sgdt [{DATA_AT:#x}]", f"sidt [{DATA_AT:#x}]", "sldt eax", "str eax", "smsw eax")
PORTS = ("in al, 0xe9", "in al, dx", "out 0xe9, al", "out dx, al")
RF = 1 << 16
ERROR_CODE, EIP, EFLAGS = STACKS[0] - 24, STACKS[0] - 20, STACKS[0] - 12
"""Where a fault from an outer ring leaves them."""


def machine(text, ring, *, iopl=0, umip=False, interrupts=False):
    program = assemble(f"start: {text}\ndone: hlt\ngp: hlt\nud: hlt")
    cpu = boot(program, ring=ring, iopl=iopl, interrupts=interrupts, gates={GP: "gp", UD: "ud"})
    registers = (0x4455_6677, 0, 0xE9, *cpu.registers[3:])  # EAX, ECX, EDX
    return replace(cpu, registers=registers, cr4=UMIP if umip else 0, ports=Map({0xE9: 0x5A})), program.labels


@pytest.fixture(scope="module")
def kvm():
    """One virtual machine, calibrated: NOP and HLT at CPL 0 halt behind the HLT and change nothing."""
    try:
        kvm = Kvm()
    except OSError as error:
        pytest.skip(f"no virtual machine by /dev/kvm: {error}")
    try:
        cpu, labels = machine("nop", 0)
        try:
            halt = kvm.run(cpu)
        except (CannotSay, OSError) as error:
            pytest.skip(f"/dev/kvm does not run NOP and HLT: {error}")
        if (halt.eip, halt.registers) != (labels["done"] + 1, cpu.registers):
            pytest.skip(f"/dev/kvm runs NOP and HLT to {halt}")
        yield kvm
    finally:
        kvm.close()


def modelled(cpu):
    """The fault of the first instruction in the model, as vector and error code; None if it completes."""
    try:
        execute(*fetch(cpu))
    except Fault as fault:
        return fault.vector, fault.error_code
    return None


def asked(kvm, cpu, labels, text):
    """The same of the virtual machine, and how it halted."""
    try:
        halt = kvm.run(cpu)
    except CannotSay as error:
        pytest.skip(f"{text}: {error}")
    if halt.eip == labels["ud"] + 1:
        pytest.skip(f"{text}: this KVM does not know the instruction, it raises #UD")
    completes = halt.eip == labels["done"] + 1 if not cpu.cpl else halt.word(EIP) == labels["done"]
    return None if completes else (GP, halt.word(ERROR_CODE)), halt


def assert_same(kvm, cpu, labels, text):
    """The same fault, if any; and where the machines halt, the same registers and memory. Gives fault and ports."""
    fault, halt = asked(kvm, cpu, labels, text)
    assert fault == modelled(cpu)
    end = run_to_end(cpu, 9)
    assert end.kind == "halted"
    assert (halt.eip, halt.registers) == (end.cpu.eip, end.cpu.registers)
    own = {at: halt.word(at) & ~(RF if at == EFLAGS else 0) for at in end.cpu.memory}  # a fault pushes RF = 1
    assert own == dict(end.cpu.memory)
    return fault, halt.ports


@pytest.mark.parametrize("umip", [False, True])
@pytest.mark.parametrize("ring", [0, 3])
@pytest.mark.parametrize("text", TABLES)
def test_umip_takes_the_five_instructions_from_ring_3_alone(kvm, text, ring, umip):
    if umip and "smsw" in text and " umip" not in Path("/proc/cpuinfo").read_text(encoding="utf-8"):
        pytest.skip(f"{text}: KVM cannot make it fault on a processor without UMIP")
    cpu, labels = machine(text, ring, umip=umip)
    assert assert_same(kvm, cpu, labels, text)[0] == ((GP, 0) if ring and umip else None)


@pytest.mark.parametrize("iopl", [0, 3])
@pytest.mark.parametrize("text", PORTS)
def test_ports_need_an_iopl_of_3_in_ring_3(kvm, text, iopl):
    cpu, labels = machine(text, 3, iopl=iopl)
    out = text.startswith("out")
    exits = ((out, 0xE9, 0x77 if out else 0x5A),)
    assert assert_same(kvm, cpu, labels, text) == ((None, exits) if iopl else ((GP, 0), ()))


@pytest.mark.parametrize("iopl", [0, 3])
@pytest.mark.parametrize("text", ["cli", "sti"])
def test_the_interrupt_flag_needs_an_iopl_of_3_in_ring_3(kvm, text, iopl):
    cpu, labels = machine(text, 3, iopl=iopl, interrupts=text == "cli")
    assert assert_same(kvm, cpu, labels, text)[0] == (None if iopl else (GP, 0))
