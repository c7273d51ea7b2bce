"""Which form exits under which control: the golden table, and the details of masks, bitmaps and qualifications."""

from dataclasses import replace

import pytest

from vlearn.sim.cpu import FORMS, MNEMONICS, Cpu, Fault, boot, execute, parse_instruction
from vlearn.sim.cpu.control import UMIP
from vlearn.sim.monitors.hardware import (
    CONTROLS,
    RULES,
    VMX_FORMS,
    Bitmaps,
    Settings,
    Vmcs,
    configured,
    exit_of,
    exit_of_fault,
    exit_of_interrupt,
    settings,
    verdict,
)
from vlearn.sim.monitors.hardware.conditions import OSXSAVE, SMXE

CPU = replace(boot(), cr4=OSXSAVE | SMXE)
TABLES = ("lgdt [0xd000]", "lidt [0xd000]", "sgdt [0xd000]", "sidt [0xd000]", "sldt ax", "str ax", "lldt ax", "ltr ax")
ALWAYS = {
    "cpuid": 10, "getsec": 11, "invd": 13, "xsetbv": 55, "vmcall": 18, "vmclear [0x1000]": 19, "vmlaunch": 20,
    "vmptrld [0x1000]": 21, "vmptrst [0x1000]": 22, "vmread eax, ebx": 23, "vmresume": 24, "vmwrite eax, ebx": 25,
    "vmxoff": 26, "vmxon [0x1000]": 27, "invept eax, [0x1000]": 50, "invvpid eax, [0x1000]": 53,
}  # fmt: skip
BY_CONTROL = {
    "HLT exiting": {"hlt": 12},
    "INVLPG exiting": {"invlpg [0xd000]": 14},
    "RDTSC exiting": {"rdtsc": 16},
    "WBINVD exiting": {"wbinvd": 54},
    "CR3-load exiting": {"mov cr3, eax": 28},
    "CR3-store exiting": {"mov eax, cr3": 28},
    "Unconditional I/O exiting": {"in al, 0x60": 30, "in eax, dx": 30, "out 0xe9, al": 30, "out dx, ax": 30},
    "Descriptor-table exiting": {text: 46 if text[1:4] in ("gdt", "idt") else 47 for text in TABLES},
}
WITHOUT_BITMAPS = {"rdmsr": 31, "wrmsr": 32}
NEVER = (
    "popf", "pushf", "cli", "sti", "iret", "int 0x80", "lar eax, ebx", "lsl eax, ebx", "verr ax", "verw ax", "push cs",
    "mov ax, cs", "pop ds", "mov ds, ax", "call 8:0x4000", "jmp 8:0x4000", "retf", "smsw ax", "mov eax, cr0",
    "mov eax, cr4", "mov eax, cr2", "mov cr2, eax", "ud2", "nop", "add eax, 1",
)  # fmt: skip


def vmcs_with(*names, **fields):
    return configured(settings(names)).write({name.replace("_", " "): value for name, value in fields.items()})


def reason(text, vmcs, cpu=CPU):
    found = exit_of(vmcs, cpu, parse_instruction(text))
    return found.reason if found else None


@pytest.mark.parametrize("control", [name for name in CONTROLS if name != "Use I/O bitmaps"])
def test_each_instruction_exits_under_its_control_and_under_no_other(control):
    vmcs = vmcs_with(control)
    expected = dict(ALWAYS) | BY_CONTROL.get(control, {})
    expected |= {} if control == "Use MSR bitmaps" else WITHOUT_BITMAPS
    every = [*ALWAYS, *WITHOUT_BITMAPS, *NEVER, *(text for texts in BY_CONTROL.values() for text in texts)]
    assert {text: reason(text, vmcs) for text in every} == {text: expected.get(text) for text in every}


def test_the_table_above_has_every_rule_but_those_of_masks_and_the_exception_bitmap():
    texts = (*ALWAYS, *WITHOUT_BITMAPS, *(text for texts in BY_CONTROL.values() for text in texts))
    tried = {parse_instruction(text).form for text in texts}
    names = {str(form) if "CR" in form.kinds else form.mnemonic for form in tried}
    assert RULES.keys() - names == {"clts", "lmsw", "int3"}


def test_every_form_has_a_verdict_and_what_never_exits_has_no_rule():
    assert {verdict(parse_instruction(text).form) for text in ALWAYS} == {"always"}
    assert {verdict(parse_instruction(text).form) for texts in BY_CONTROL.values() for text in texts} == {"by control"}
    assert {verdict(parse_instruction(text).form) for text in NEVER} == {"never", "by control"}
    by_mask = {text for text in NEVER if verdict(parse_instruction(text).form) != "never"}
    assert by_mask == {"mov eax, cr0", "mov eax, cr4", "mov eax, cr2", "mov cr2, eax"}
    assert {form.mnemonic for form in (*FORMS, *VMX_FORMS) if verdict(form) != "never"} == {
        *(key.split()[0] for key in RULES)
    }


@pytest.mark.parametrize("text", ["hlt", "invd", "wbinvd", "rdmsr", "wrmsr", "mov cr3, eax", "in al, 0x60", *TABLES])
def test_a_fault_by_privilege_comes_before_the_exit(text):
    everything = vmcs_with(*(CONTROLS.keys() - {"Use I/O bitmaps", "Use MSR bitmaps"}))
    assert reason(text, everything) is not None
    user = boot(ring=3)
    stores = text[0] == "s"
    assert (reason(text, everything, user) is not None) == stores, "SGDT and its like are for every ring ..."
    assert reason(text, everything, replace(user, cr4=UMIP)) is None, "... without UMIP"


def test_a_guest_without_the_feature_gets_an_undefined_opcode_and_no_exit():
    for text in ("getsec", "xsetbv"):
        assert reason(text, Vmcs(), boot()) is None
        with pytest.raises(Fault, match="#UD"):
            execute(boot(), parse_instruction(text))


def test_cpuid_and_the_vmx_instructions_exit_in_every_ring():
    for text in ("cpuid", "vmcall", "vmxoff", "vmlaunch"):
        assert reason(text, Vmcs(), boot(ring=3)) == ALWAYS[text]


def test_cr3_target_values_are_loaded_without_an_exit():
    vmcs = configured(settings(["CR3-load exiting"], cr3_targets=(0x5000, 0x6000)))
    for value, exits in ((0x5000, False), (0x6000, False), (0x7000, True)):
        assert (reason("mov cr3, ecx", vmcs, CPU.set_register(1, value)) == 28) == exits


@pytest.mark.parametrize(
    ("text", "value", "exits"),
    [
        ("mov cr0, eax", 0x11, False),  # as in the shadow
        ("mov cr0, eax", 0x8000_0011, False),  # PG is the guest's
        ("mov cr0, eax", 0x19, True),  # TS is the host's, and 0 in the shadow
        ("mov cr4, eax", 0x2000, True),
        ("mov cr4, eax", 0x10, False),
        ("lmsw ax", 0x9, True),
        ("lmsw ax", 0x3, False),
        ("lmsw ax", 0x0, False),  # LMSW does not clear PE
    ],
)
def test_a_write_exits_where_it_would_change_a_bit_of_the_hosts(text, value, exits):
    vmcs = configured(replace(settings([]), cr0_mask=0x29, cr4_mask=0x2000)).write({"CR0 read shadow": 0x11})
    assert (reason(text, vmcs, CPU.set_register(0, value)) == 28) == exits


def test_clts_exits_where_ts_is_the_hosts_and_set_in_the_shadow():
    for mask, shadow in ((0, 8), (8, 0), (8, 8)):
        vmcs = Vmcs().write({"CR0 guest/host mask": mask, "CR0 read shadow": shadow})
        assert (reason("clts", vmcs) == 28) == (mask == shadow == 8)


def test_bitmaps_choose_ports_and_msrs():
    bitmaps = Bitmaps(ports=frozenset({0x61}), msr_reads=frozenset({0x174}))
    chosen = Settings(frozenset({"Use I/O bitmaps", "Unconditional I/O exiting", "Use MSR bitmaps"}), bitmaps=bitmaps)
    vmcs = configured(chosen)
    assert [reason(text, vmcs) for text in ("in al, 0x60", "in ax, 0x60", "in al, 0x61")] == [None, 30, 30]
    for number, exits in ((0x174, True), (0x175, False), (0x2000, True), (0xC000_0080, False)):
        assert (reason("rdmsr", vmcs, CPU.set_register(1, number)) == 31) == exits
    wrapping = CPU.set_register(2, 0xFFFF)
    assert reason("in ax, dx", vmcs, wrapping) == 30


@pytest.mark.parametrize(
    ("text", "qualification"),
    [
        ("mov cr3, ebx", 3 | 3 << 8),
        ("mov esi, cr3", 3 | 1 << 4 | 6 << 8),
        ("in al, 0x60", 0x60_0048),
        ("out 0xe9, al", 0xE9_0040),
        ("out dx, eax", 0x3F8_0003),
        ("in ax, dx", 0x3F8_0009),
        ("invlpg [ebx+4]", 0xD004),
        ("clts", 2 << 4),
        ("lmsw ax", 9 << 16 | 3 << 4),
        ("lmsw [ebx]", 9 << 16 | 1 << 6 | 3 << 4),
        ("hlt", 0),
    ],
)
def test_the_exit_qualification_says_what_was_accessed(text, qualification):
    vmcs = vmcs_with(*(CONTROLS.keys() - {"Use I/O bitmaps"}))
    vmcs = vmcs.write({"CR0 guest/host mask": 8, "CR0 read shadow": 8 if text == "clts" else 0})
    cpu = CPU.set_register(0, 9).set_register(2, 0x3F8).set_register(3, 0xD000)
    cpu = cpu.set_memory(cpu.memory.set(0xD000, 9))
    found = exit_of(vmcs, cpu, parse_instruction(text))
    assert found.qualification == qualification
    assert found.length == parse_instruction(text).length


def test_page_faults_exit_by_mask_and_match():
    fault = Fault(14, 7, 0xD000)
    for bit, mask, match, exits in ((1, 0, 0, 1), (0, 0, 0, 0), (1, 1, 0, 0), (0, 1, 0, 1), (1, 7, 7, 1), (0, 7, 7, 0)):
        fields = {"Page-fault error-code mask": mask, "Page-fault error-code match": match}
        found = exit_of_fault(Vmcs().write({"Exception bitmap": bit << 14, **fields}), fault)
        assert bool(found) == bool(exits)
        assert not found or (found.qualification == 0xD000 and found.interruption.word == 0x8000_0B0E)


def test_int3_exits_by_the_exception_bitmap_and_int_n_does_not():
    vmcs = configured(settings([], exceptions=range(32)))
    assert reason("int3", vmcs) == 0
    assert reason("int3", Vmcs()) is None
    assert reason("int 3", vmcs) is None


def test_an_external_interrupt_exits_whatever_if_is_and_the_window_comes_first():
    asking = replace(Cpu(), pending=frozenset({0x21}))
    vmcs = vmcs_with("External-interrupt exiting", "Interrupt-window exiting", "Acknowledge interrupt on exit")
    assert exit_of_interrupt(vmcs, asking).reason == 1
    assert exit_of_interrupt(vmcs, asking).interruption.word == 0x8000_0021
    assert exit_of_interrupt(vmcs, asking.set_flags(0x200, 0x200)).reason == 7
    assert exit_of_interrupt(vmcs, Cpu()) is None
    assert exit_of_interrupt(Vmcs(), asking) is None


def test_the_assembler_knows_the_vmx_instructions():
    assert {form.mnemonic for form in VMX_FORMS} <= MNEMONICS.keys()
    for form in VMX_FORMS:
        assert form in MNEMONICS[form.mnemonic]
