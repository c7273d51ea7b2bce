import pytest

from vlearn.sim.cpu import Fault, NoCode, boot
from vlearn.sim.memory.modes import TWO_LEVEL
from vlearn.sim.memory.page_tables import PageTables
from vlearn.sim.monitors.translation import LIMIT, Treatment, translatable, unit_at

UNITS = [
    ("add eax, ebx\ncli\nret\nnop", ["ident", "inline", "indirect jump"], []),
    ("x: jnz x\nadd eax, ebx\nret", ["direct jump"], [0x4000, 0x4006]),
    ("popf\nmov cr3, eax\nhlt\njmp 0x4100", ["call-out", "call-out", "call-out", "direct jump"], [0x4100]),
    ("add eax, ebx\ncall 0x4100\ncli", ["ident", "direct jump"], [0x4100]),
    ("iret\nnop", ["call-out"], []),
    ("nop\n" * 14, ["ident"] * LIMIT, [0x400C]),
    ("nop", ["ident"], [0x4001]),
]
SIDE_BY_SIDE = """
start:  cli
        mov ecx, cr0
        push cs
        mov cr3, eax
        add eax, [ebx]
        call 0x4100
"""
WRITTEN = (
    ("mov byte [vcpu.if], 0",),
    ("mov ecx, [vcpu.cr0]",),
    ("push dword [vcpu.cs]",),
    ("call monitor.mov(cr3, eax)",),
    ("add eax, dword [ebx]",),
    ("push 0x400f", "jmp [0x4100]"),
)


@pytest.mark.parametrize(("program", "treatments", "exits"), UNITS)
def test_a_unit_goes_to_the_next_control_transfer_or_the_twelfth_instruction(program, treatments, exits):
    unit = unit_at(boot(f"start: {program}"))
    assert [line.treatment.value for line in unit.lines] == treatments
    assert list(unit.exits) == exits


def test_a_translation_is_written_beside_the_guests_code():
    assert unit_at(boot(SIDE_BY_SIDE)).written() == WRITTEN


@pytest.mark.parametrize(
    ("last", "written"),
    [
        ("jne 0x4100", ("jne [0x4100]", "jmp [0x4006]")),
        ("ret", ("pop vcpu.eip", "jmp look-up")),
        ("ret 8", ("pop vcpu.eip", "add esp, 8", "jmp look-up")),
        ("jmp eax", ("mov vcpu.eip, eax", "jmp look-up")),
        ("call [0xd000]", ("mov vcpu.eip, dword [0xd000]", "push 0x4006", "jmp look-up")),
        ("int 0x80", ("call monitor.int(0x80)",)),
    ],
)
def test_control_transfers_are_written_with_addresses_of_the_guest(last, written):
    assert unit_at(boot(f"start: {last}")).written()[-1] == written


def test_a_unit_that_was_cut_off_leads_on_by_a_jump_of_its_own():
    assert unit_at(boot("start: " + "nop\n" * 14)).written()[-1] == ("jmp [0x400c]",)


def test_an_instruction_that_traps_too_often_is_translated_as_a_call_out():
    cpu = boot("start: nop\nmov [ebx], eax\nret")
    (_, store, _) = unit_at(cpu, frozenset({0x4001})).lines
    assert store.treatment is Treatment.CALL_OUT
    assert "trapped" in store.rule.reason


def test_a_unit_ends_with_its_page_and_an_instruction_across_two_is_left_to_the_monitor():
    cpu = boot("org 0x4ffc\nstart: nop\nnop\nmov eax, 5\nret")
    assert [str(line.instruction) for line in unit_at(cpu).lines] == ["nop", "nop"]
    (across,) = unit_at(cpu.jump(0x4FFE)).lines
    assert across.treatment is Treatment.CALL_OUT


def test_the_same_address_has_another_unit_where_other_code_is_mapped():
    low = PageTables(TWO_LEVEL, root=0x10000).map_page(0, 0, length=0x4000)
    program = "start: nop\nret\norg 0x5000\ninc eax\nret"
    one = unit_at(boot(program, tables=low.map_page(0x4000, 0x4000)))
    other = unit_at(boot(program, tables=low.map_page(0x4000, 0x5000)))
    assert one.key.eip == other.key.eip
    assert one.key != other.key


def test_code_that_cannot_be_fetched_has_no_unit():
    with pytest.raises(NoCode):
        unit_at(boot("start: nop").jump(0x8000))
    with pytest.raises(Fault):
        unit_at(boot("start: nop", tables=PageTables(TWO_LEVEL, root=0x10000).map_page(0, 0)))


@pytest.mark.parametrize(("ring", "expected"), [(0, True), (1, False), (3, False)])
def test_only_the_kernel_is_translated(ring, expected):
    assert translatable(boot("start: nop", ring=ring)) is expected
