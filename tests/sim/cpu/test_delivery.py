"""Delivery through the IDT. Unicorn delivers nothing, so the rules are the manual's; its IRET takes the frames back."""

from dataclasses import replace

import pytest

from vlearn.errors import ModelError
from vlearn.sim.cpu import Fault, Gate, assemble, boot, deliver, deliver_fault, execute, parse_instruction
from vlearn.sim.cpu.boot import GDT_AT
from vlearn.sim.cpu.descriptors import CALL_GATE, TASK_GATE, TRAP_GATE
from vlearn.sim.cpu.eflags import IF
from vlearn.sim.cpu.faults import doubles
from vlearn.sim.cpu.state import CS, NULL_SEGMENT, SS, TableRegister

AT = 0x4800


def machine(gate, ring=3, **changes):
    return replace(boot("nop", ring=ring, interrupts=True, gates={0x80: gate}), **changes)


@pytest.mark.parametrize(
    ("ring", "dpl", "allowed"), [(3, 3, True), (3, 0, False), (1, 0, False), (1, 1, True), (0, 0, True)]
)
def test_only_int_is_held_to_the_dpl_of_the_gate(ring, dpl, allowed):
    cpu = machine(Gate(8, AT, dpl=dpl), ring)
    assert deliver(cpu, 0x80, source="external").eip == AT
    if allowed:
        assert deliver(cpu, 0x80, source="software").eip == AT
    else:
        with pytest.raises(Fault) as caught:
            deliver(cpu, 0x80, source="software")
        assert (caught.value.vector, caught.value.error_code) == (13, 0x80 * 8 + 2)


def test_an_inner_ring_gets_the_stack_of_the_tss_and_the_whole_frame():
    cpu = machine(Gate(8, AT, dpl=3))
    after = deliver(cpu, 0x80, 0x1234, "fault")
    frame = [after.memory[after["esp"] + 4 * n] for n in range(6)]
    assert frame == [0x1234, cpu.eip, 0x1B, cpu.eflags, cpu["esp"], 0x23]
    assert (after.cpl, after["cs"], after["ss"], after["esp"]) == (0, 0x08, 0x10, 0x9000 - 24)


def test_the_same_ring_keeps_its_stack():
    cpu = machine(Gate(8, AT), ring=0)
    after = deliver(cpu, 0x80)
    assert [after.memory[after["esp"] + 4 * n] for n in range(3)] == [cpu.eip, 0x08, cpu.eflags]
    assert after["esp"] == cpu["esp"] - 12


@pytest.mark.parametrize(("gate", "left"), [(Gate(8, AT), 0), (Gate(8, AT, TRAP_GATE), IF)])
def test_an_interrupt_gate_clears_if_and_a_trap_gate_does_not(gate, left):
    assert deliver(machine(gate), 0x80).eflags & IF == left


REFUSED = [
    (Gate(8, AT, present=False), {}, 11, 0x80 * 8 + 3),
    (Gate(0, AT), {}, 13, 1),
    (Gate(0x10, AT), {}, 13, 0x11),
    (Gate(0x80, AT), {}, 13, 0x81),
    (Gate(8, AT), {"idtr": TableRegister(0x1800, 0x3FF)}, 13, 0x80 * 8 + 3),
    (Gate(8, AT, CALL_GATE), {}, 13, 0x80 * 8 + 3),
    (Gate(8, AT), {"tr": NULL_SEGMENT}, 10, 1),
]


@pytest.mark.parametrize(("gate", "changes", "vector", "code"), REFUSED)
def test_what_is_wrong_with_the_way_to_the_handler_is_in_the_error_code(gate, changes, vector, code):
    with pytest.raises(Fault) as caught:
        deliver(machine(gate, **changes), 0x80)
    assert (caught.value.vector, caught.value.error_code) == (vector, code)


def test_a_bad_stack_in_the_tss_is_ts():
    cpu = machine(Gate(8, AT))
    for selector in (0, 0x23, 0x08, 0x80):
        bad = cpu.set_memory(cpu.memory.set(0x2008, selector))
        with pytest.raises(Fault) as caught:
            deliver(bad, 0x80)
        assert (caught.value.vector, caught.value.error_code) == (10, selector & 0xFFFC | 1)


def test_a_task_gate_is_refused_as_left_out():
    with pytest.raises(ModelError, match="tasks in hardware"):
        deliver(machine(Gate(0x28, 0, TASK_GATE)), 0x80)


DOUBLES = [
    (14, 14, True),
    (14, 13, True),
    (13, 11, True),
    (0, 13, True),
    (6, 13, False),
    (13, 14, False),
    (6, 14, False),
]


@pytest.mark.parametrize(("first", "second", "double"), DOUBLES)
def test_which_faults_double(first, second, double):
    assert doubles(first, second) is double


def test_a_page_fault_puts_its_address_into_cr2_even_when_delivery_fails():
    cpu = boot("nop", ring=3)
    met = list(deliver_fault(cpu, Fault(14, 4, 0xBAD000)))
    assert [fault.vector for fault, _ in met] == [14, 8]
    assert met[0][1].cr2 == 0xBAD000
    assert met[-1][1] is None


@pytest.mark.parametrize("ring", [0, 1, 3])
@pytest.mark.parametrize("iopl", [0, 3])
def test_iret_of_the_model_and_of_the_processor_take_every_frame_back(ring, iopl):
    cpu = boot(assemble("nop"), ring=ring, iopl=iopl, interrupts=True, gates={0x80: Gate(8, AT)})
    inside = deliver(cpu, 0x80)
    iret = parse_instruction("iret", AT)
    back = execute(inside, iret)
    for name in ("eip", "eflags", "cs", "ss", "esp", "ds", "es"):
        assert back[name] == cpu[name]
    unicorn = pytest.importorskip("unicorn", reason="Unicorn is not installed: it comes with vlearn[oracle]")
    assert unicorn
    from vlearn.sim.cpu.oracle import Oracle

    answer = Oracle().execute(inside, iret)
    assert answer.vector is None
    assert (answer.eip, answer.eflags, answer.registers) == (cpu.eip, cpu.eflags, cpu.registers)
    assert answer.selectors == tuple(segment.selector for segment in cpu.segments)


def test_the_accessed_bit_of_a_code_segment_is_set_on_entry():
    cpu = machine(Gate(8, AT))
    at = GDT_AT + 8 + 4
    cleared = cpu.set_memory(cpu.memory.set(at, cpu.memory[at] & ~0x100))
    assert deliver(cleared, 0x80).memory[at] == cpu.memory[at]
    assert deliver(cleared, 0x80).segments[CS] == deliver(cpu, 0x80).segments[CS]
    assert deliver(cpu, 0x80).segments[SS].selector == 0x10
