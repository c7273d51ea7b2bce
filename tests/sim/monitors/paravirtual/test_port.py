from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.cpu.random_programs import ordinary
from vlearn.errors import ModelError
from vlearn.sim.cpu import advance, assemble, boot
from vlearn.sim.cpu.eflags import DF, IF, STATUS
from vlearn.sim.monitors.paravirtual import RULES, UPCALL, Handler, build, port, rule_for, run_paravirtual
from vlearn.sim.monitors.paravirtual.interface import FLAT_RING1_CS

HANDLERS = """
handler: inc dword [0xd204]
        iret
service: inc dword [0xd208]
        iret
"""
STI = "sti\nnop"
"""The port lets an interrupt in right behind STI, the processor one instruction later: nobody can tell by a NOP."""
sensitive = st.one_of(
    st.sampled_from(
        ("cli", STI, "pushf", "out 0xe9, al", "invlpg [0xd000]", "clts", "wbinvd", "mov ecx, cr2", "int 0x30")
    ),
    st.sampled_from((0x2, 0x202, 0xAD7, 0x8D7)).map("push {:#x}\npopf".format),
)
plain = ordinary.filter(lambda line: "div" not in line)
programs = st.lists(st.one_of(plain, sensitive), min_size=1, max_size=14)


def source(lines):
    return "start: mov esp, 0x9000\n" + "\n".join(lines) + "\nnop\nend: hlt\n" + HANDLERS


def bare(text, waits):
    program = assemble(text)
    cpu = boot(program, gates={0x21: "handler", 0x30: "service"})
    cpu = replace(cpu, pending=frozenset({0x21} if waits else ()))
    while cpu.eip != program.labels["end"]:
        (happening,) = advance(cpu)
        cpu = happening.cpu
    return cpu


def ported(text, waits):
    done = port(text, interrupts="handler")
    labels = done.program.labels
    cpu = replace(boot(done.program), pending=frozenset({0x21} if waits else ()))
    vm = build(
        cpu,
        traps={0x30: Handler(FLAT_RING1_CS, labels["service"], dpl=1, masks=True)},
        callback=Handler(FLAT_RING1_CS, labels[UPCALL], masks=True),
    )
    while vm.real.eip != labels["end"]:
        for happening in run_paravirtual(vm):
            vm = happening.vm
        assert not vm.monitor.ended
    return vm.guest


@settings(deadline=None, max_examples=100)
@given(programs, st.booleans())
def test_a_ported_program_ends_as_the_unported_one_on_bare_metal(lines, waits):
    first, second = bare(source(lines), waits), ported(source(lines), waits)
    assert first.registers == second.registers
    assert first.console == second.console
    assert (first.eflags ^ second.eflags) & (STATUS | DF | IF) == 0
    area = range(0xD000, 0xE000, 4)
    assert [first.memory.get(at, 0) for at in area] == [second.memory.get(at, 0) for at in area]


def test_an_interrupt_waits_for_the_mask_and_comes_once():
    lines = ["mov eax, [0xd204]", "sti", "nop", "mov ebx, [0xd204]"]
    cpu = ported(source(lines), True)
    assert (cpu["eax"], cpu["ebx"]) == (0, 1)


def test_every_rule_with_lines_assembles():
    operands = {"invlpg": "[0xd000]", "out 0xe9 al": "0xe9, al", "mov cr3": "cr3, eax", "mov cr2": "eax, cr2"}
    for rule in RULES:
        if rule.lines:
            text = f"start: {rule.pattern[0]} {operands.get(rule.name, '')}"
            assert port(text).applied == {rule.name: 1}


@pytest.mark.parametrize("line", ["lidt [0xd000]", "mov eax, cr3", "sgdt [0xd000]", "push cs", "in al, dx"])
def test_what_takes_a_person_is_refused_with_the_line(line):
    with pytest.raises(ModelError, match=r"line 2, column 3: .* must be ported by hand"):
        port(f"start: nop\n  {line}")


def test_an_operand_on_the_stack_takes_a_person():
    with pytest.raises(ModelError, match="ESP"):
        port("start: invlpg [esp+4]")


def test_what_only_computes_has_no_rule():
    assert rule_for("add", ("eax", "ebx")) is None
    assert rule_for("mov", ("eax", "[0xd000]")) is None
    assert rule_for("int", ("0x80",)) is None


def test_a_label_and_a_comment_survive():
    done = port("start: nop\na: cli ; off\njmp a")
    assert done.program.labels["a"] == 0x4001
    assert (done.difference.before, done.difference.removed) == (3, 1)
