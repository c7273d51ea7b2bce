"""What the emulated processor cannot be asked: UMIP, the I/O permission bitmap, reserved bits, limits, MSRs."""

from dataclasses import replace
from itertools import product

import pytest

from vlearn.errors import ModelError
from vlearn.sim.cpu import (
    FORMS,
    ROBIN_IRVINE,
    Descriptor,
    Fault,
    Segment,
    TableRegister,
    boot,
    execute,
    parse_instruction,
)
from vlearn.sim.cpu.boot import STACKS, TSS_AT
from vlearn.sim.cpu.control import CD, CPUID, CR0_TS, NW, PE, PG, TSD, UMIP
from vlearn.sim.cpu.eflags import AF, CF, OF, PF, SF, ZF
from vlearn.sim.cpu.state import DS, ES, NULL_SEGMENT, SS


def after(cpu, text):
    return execute(cpu, parse_instruction(text, cpu.eip))


def fault(cpu, text):
    with pytest.raises(Fault) as caught:
        after(cpu, text)
    return str(caught.value)


def test_the_list_of_seventeen_has_eighteen_names_and_all_are_in_the_table():
    assert len(ROBIN_IRVINE) == 18
    known = {str(form) for form in FORMS}
    assert {name for forms in ROBIN_IRVINE.values() for name in forms} <= known


def test_no_form_is_there_twice():
    assert len({str(form) for form in FORMS}) == len(FORMS)


@pytest.mark.parametrize("text", ["sgdt [0xd000]", "sidt [0xd000]", "sldt ax", "str ax", "smsw ax"])
def test_umip_makes_five_instructions_trap_outside_ring_0(text):
    for ring in (1, 3):
        cpu = boot("nop", ring=ring)
        after(cpu, text)
        assert fault(replace(cpu, cr4=UMIP), text) == "#GP(0x0)"
    after(replace(boot("nop"), cr4=UMIP), text)


def test_rdtsc_traps_in_outer_rings_only_with_tsd():
    cpu = replace(boot("nop", ring=3), tsc=(7 << 32) - 1)
    assert (after(cpu, "rdtsc")["edx"], after(cpu, "rdtsc")["eax"]) == (7, 0)
    assert fault(replace(cpu, cr4=TSD), "rdtsc") == "#GP(0x0)"
    assert after(replace(boot("nop"), cr4=TSD), "rdtsc")["eax"] == 1


@pytest.mark.parametrize("text", ["in al, 0x80", "in eax, dx", "out 0x80, al", "out dx, eax"])
def test_ports_are_guarded_by_iopl(text):
    assert fault(boot("nop", ring=3), text) == "#GP(0x0)"
    assert fault(boot("nop", ring=1), text) == "#GP(0x0)"
    after(boot("nop", ring=3, iopl=3), text)
    after(boot("nop", ring=1, iopl=1), text)


def test_the_bitmap_of_the_tss_opens_single_ports():
    cpu = boot("nop", ring=3)
    task = replace(cpu.tr.descriptor, limit=0x68 + 0x20)
    bitmap = cpu.memory.set(TSS_AT + 0x68 + 0x10, 0xFFFF_FFF0)
    cpu = replace(cpu, tr=Segment(0x28, task), memory=bitmap)
    assert after(cpu, "in al, 0x80")["al"] == 0xFF
    after(cpu, "in eax, 0x80")
    assert fault(cpu, "in eax, 0x81") == "#GP(0x0)"
    assert fault(cpu, "in al, 0x84") == "#GP(0x0)"


def test_a_port_holds_what_was_written_and_the_console_prints_it():
    cpu = after(after(boot("nop"), "mov al, 'x'"), "out 0x21, al")
    assert after(cpu, "in al, 0x21")["al"] == ord("x")
    assert after(after(cpu, "out 0xe9, al"), "out 0xe9, al").console == "xx"


def test_popf_leaves_silently_what_the_cpl_may_not_change():
    results = {}
    for ring, iopl in ((0, 0), (1, 0), (3, 0), (3, 3), (1, 1)):
        cpu = boot("nop", ring=ring, iopl=iopl, interrupts=True)
        popped = after(after(cpu, "push 0x2002"), "popf")
        results[ring, iopl] = (bool(popped.eflags & 0x200), popped.iopl)
    assert results == {(0, 0): (False, 2), (1, 0): (True, 0), (3, 0): (True, 0), (3, 3): (False, 3), (1, 1): (False, 1)}


CR = [
    ("mov cr0, eax", PE | PG | 0x10, "cr0", PE | PG | 0x10),
    ("mov cr0, eax", PE, "cr0", PE | 0x10),
    ("mov cr4, eax", UMIP | TSD, "cr4", UMIP | TSD),
    ("mov cr3, eax", 0x5018, "cr3", 0x5018),
    ("lmsw ax", 0, "cr0", PE | 0x10),
    ("lmsw ax", 0xFFFF, "cr0", 0x1F),
]


@pytest.mark.parametrize(("text", "value", "register", "expected"), CR)
def test_control_registers_take_their_values(text, value, register, expected):
    assert after(boot("nop").set_register(0, value), text)[register] == expected


@pytest.mark.parametrize(("text", "value"), [("mov cr0, eax", PG), ("mov cr0, eax", PE | NW), ("mov cr4, eax", 1 << 5)])
def test_impossible_control_values_are_gp(text, value):
    assert fault(boot("nop").set_register(0, value), text) == "#GP(0x0)"


def test_what_the_model_leaves_out_is_refused_by_name():
    with pytest.raises(ModelError, match="real mode"):
        after(boot("nop").set_register(0, NW | CD), "mov cr0, eax")
    with pytest.raises(ModelError, match="tasks in hardware"):
        after(boot("nop"), "jmp 0x28:0")
    with pytest.raises(ModelError, match="virtual-8086"):
        after(after(after(after(boot("nop"), "push 0x20002"), "push 8"), "push 0x4000"), "iret")
    nested = after(after(boot("nop"), "push 0x4002"), "popf")
    with pytest.raises(ModelError, match="tasks in hardware"):
        after(nested, "iret")


def test_unknown_msrs_and_a_null_task_register_are_gp():
    cpu = boot("nop").set_register(1, 0x999)
    assert fault(cpu, "rdmsr") == fault(cpu, "wrmsr") == "#GP(0x0)"
    assert fault(boot("nop"), "ltr ax") == "#GP(0x0)"
    known = after(cpu.set_register(1, 0x176).set_register(0, 5).set_register(2, 1), "wrmsr")
    assert known.msrs[0x176] == 0x1_0000_0005
    assert after(known.set_register(0, 0), "rdmsr")["eax"] == 5


def test_cpuid_shows_no_hypervisor_on_bare_metal():
    assert after(boot("nop", ring=3).set_register(0, 1), "cpuid")["ecx"] >> 31 == 0
    hosted = replace(boot("nop"), cpuid=CPUID.set(1, (0, 0, 1 << 31, 0)))
    assert after(hosted.set_register(0, 1), "cpuid")["ecx"] >> 31 == 1


def test_clts_clears_ts_alone():
    cpu = boot("nop")
    assert after(replace(cpu, cr0=cpu.cr0 | CR0_TS), "clts").cr0 == cpu.cr0


LIMITED = Segment(0x40, Descriptor(0xD000, 0xF, 0x93, 4))
SEGMENTS = [
    (LIMITED, "mov eax, [12]", None),
    (LIMITED, "mov eax, [13]", "#GP(0x0)"),
    (LIMITED, "mov al, [16]", "#GP(0x0)"),
    (Segment(0x40, Descriptor(0, 0xF, 0x91, 4)), "mov eax, [0]", None),
    (Segment(0x40, Descriptor(0, 0xF, 0x91, 4)), "mov [0], eax", "#GP(0x0)"),
    (Segment(0x40, Descriptor(0, 0xF, 0x99, 4)), "mov eax, [0]", "#GP(0x0)"),
    (Segment(0x40, Descriptor(0, 0xF, 0x97, 4)), "mov eax, [0x10]", None),
    (Segment(0x40, Descriptor(0, 0xF, 0x97, 4)), "mov eax, [0xf]", "#GP(0x0)"),
    (NULL_SEGMENT, "mov eax, [0xd000]", "#GP(0x0)"),
]


@pytest.mark.parametrize(("segment", "text", "expected"), SEGMENTS)
def test_segments_are_held_to_their_limit_and_type(segment, text, expected):
    cpu = boot("nop").set_segment(DS, segment)
    assert (fault(cpu, text) if expected else after(cpu, text) and None) == expected


def test_the_stack_segment_faults_by_its_own_name():
    cpu = boot("nop").set_segment(SS, Segment(0x10, Descriptor(0, 0xFF, 0x93, 4)))
    assert fault(cpu, "push eax") == "#SS(0x0)"
    assert fault(cpu, "mov eax, [esp]") == "#SS(0x0)"


def test_a_base_is_added_to_every_offset():
    cpu = boot("nop").set_segment(ES, LIMITED).set_register(0, 0xABCD)
    assert after(cpu, "mov [es:4], eax").memory[0xD004] == 0xABCD


def test_a_return_to_an_outer_ring_nulls_data_segments_of_inner_rings():
    cpu = boot("nop")
    for word in (0x23, STACKS[3], 0x1B, 0x4100):
        cpu = after(cpu, f"push {word}")
    outer = after(cpu, "retf")
    assert (outer.cpl, outer["ds"], outer["es"], outer["esp"]) == (3, 0, 0, STACKS[3])


def with_far_pointer(selector, ring=0):
    cpu = boot("nop", ring=ring)
    return cpu.set_memory(cpu.memory.update({0xD000: 0x1234_5678, 0xD004: selector}))


@pytest.mark.parametrize("name", ["ds", "es", "fs", "gs"])
def test_a_far_pointer_loads_a_segment_and_a_register(name):
    loaded = after(with_far_pointer(0xABCD_0023), f"l{name} edx, far [0xd000]")
    assert (loaded[name], loaded["edx"]) == (0x23, 0x1234_5678)
    assert not loaded.shadow


def test_a_far_pointer_into_ss_holds_interrupts_off_as_mov_does():
    loaded = after(with_far_pointer(0x10), "lss esp, far [0xd000]")
    assert (loaded["ss"], loaded["esp"], loaded.shadow) == (0x10, 0x1234_5678, True)


@pytest.mark.parametrize(
    ("text", "ring", "selector", "expected"),
    [
        ("lds edx, far [0xd000]", 3, 0x10, "#GP(0x10)"),
        ("lss edx, far [0xd000]", 0, 0x23, "#GP(0x20)"),
        ("lss edx, far [0xd000]", 3, 0, "#GP(0x0)"),
        ("lgs edx, far [0xd000]", 0, 0xFFF8, "#GP(0xfff8)"),
    ],
)
def test_a_far_pointer_is_refused_by_the_checks_of_its_segment(text, ring, selector, expected):
    assert fault(with_far_pointer(selector, ring), text) == expected


def test_arpl_raises_the_first_rpl_to_the_second_and_never_lowers_it():
    for ring, first, second in product((0, 3), range(4), range(4)):
        cpu = boot("nop", ring=ring).set_register(0, 0xFFFF_0020 | first).set_register(2, second)
        adjusted = after(cpu, "arpl ax, dx")
        assert adjusted["eax"] == 0xFFFF_0020 | max(first, second)
        assert bool(adjusted.eflags & ZF) == (first < second)


UNDEFINED = {
    "and r/m32, r32": AF, "test r/m8, imm8": AF, "shl r/m32, CL": AF | OF, "shl r/m32, 1": AF,
    "shr r/m8, imm8": AF | OF | CF, "mul r/m32": SF | ZF | AF | PF, "div r/m32": CF | PF | AF | ZF | SF | OF,
    "add r/m32, r32": 0, "neg r/m8": 0,
}  # fmt: skip


def test_which_flags_are_undefined_is_in_the_table():
    assert {str(form): form.undefined for form in FORMS if str(form) in UNDEFINED} == UNDEFINED


def test_registers_read_by_name_and_unknown_ones_are_told():
    cpu = boot("nop").set_register(0, 0x1234_5678)
    assert (cpu["eax"], cpu["ax"], cpu["al"], cpu["ah"], cpu["cs"], cpu["cr0"], cpu["tr"]) == (
        0x1234_5678, 0x5678, 0x78, 0x56, 8, 0x11, 0x28,
    )  # fmt: skip
    with pytest.raises(ModelError, match="no register 'eex'; did you mean"):
        cpu["eex"]


def test_the_machine_says_which_rings_and_labels_it_has():
    with pytest.raises(ModelError, match="rings 0, 1 and 3, not for 2"):
        boot("nop", ring=2)
    with pytest.raises(ModelError, match="no label 'tick'; it has start"):
        boot("start: nop", gates={0x20: "tick"})


def test_sgdt_shows_the_real_table_to_every_ring():
    for ring in (0, 1, 3):
        cpu = replace(boot("nop", ring=ring), idtr=TableRegister(0x12345678, 0x7FF))
        shown = after(cpu, "sidt [0xd002]").memory
        assert (shown[0xD000] >> 16, shown[0xD004]) == (0x7FF, 0x12345678)


def with_gate_target(descriptor, ring):
    """A machine whose call gate leads to the descriptor, put into the GDT at 0x40."""
    cpu = boot("nop", ring=ring, gate_target=0x4800)
    entry = {0x1040: descriptor.value & 0xFFFF_FFFF, 0x1044: descriptor.value >> 32, 0x1038: 0x40 << 16 | 0x4800}
    return cpu.set_memory(cpu.memory.update(entry))


def test_a_gate_to_conforming_code_leaves_the_cpl_alone():
    inside = after(with_gate_target(Descriptor(0, 0xFFFF_FFFF, 0x9D), 3), "call 0x38:0")
    assert (inside.cpl, inside["cs"], inside["ss"]) == (3, 0x43, 0x23)


def test_a_jump_through_a_gate_to_absent_code_is_np():
    assert fault(with_gate_target(Descriptor(0, 0xFFFF_FFFF, 0x1B), 0), "jmp 0x38:0") == "#NP(0x40)"


def test_a_jump_through_a_gate_cannot_change_the_ring():
    assert fault(boot("nop", ring=3), "jmp 0x3b:0") == "#GP(0x8)"
