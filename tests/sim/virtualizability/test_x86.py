"""The verdicts on x86, row by row, against a table of what real processors do (Unicorn and KVM at CPL 0 and 3)."""

from functools import cache

import pytest

from vlearn.errors import ModelError
from vlearn.sim.cpu.instructions import FORMS, ROBIN_IRVINE
from vlearn.sim.virtualizability import InstructionSet, classify, proves
from vlearn.sim.virtualizability.vmx import CONTROLS, USUAL, vmx
from vlearn.sim.virtualizability.x86 import x86
from vlearn.sim.virtualizability.x86_table import CONTENTS, TABLE

LEAKS = [
    "sgdt m",
    "sidt m",
    "sldt r32",
    "sldt r16",
    "sldt m16",
    "smsw r32",
    "smsw r16",
    "smsw m16",
    "str r32",
    "str r16",
    "str m16",
]
FAR = ["jmp ptr16:32", "jmp m16:32", "call ptr16:32", "call m16:32", "retf", "retf imm16", "int imm8", "int3", "iret"]
LOADS = ["pop SS", "pop DS", "pop ES", "pop FS", "pop GS", "mov Sreg, r32", "mov Sreg, r/m16"]
FAR_LOADS = [f"{name} r32, m16:32" for name in ("lds", "les", "lss", "lfs", "lgs")]
ASKS = [
    "lar r32, r32",
    "lar r32, m16",
    "lar r16, r/m16",
    "lsl r32, r32",
    "lsl r32, m16",
    "lsl r16, r/m16",
    "verr r/m16",
    "verw r/m16",
]
SHOWS = ["push CS", "push SS", "mov r32, Sreg", "mov r16, Sreg", "mov m16, Sreg"]
PRIVILEGED = [
    "hlt",
    "lgdt m",
    "lidt m",
    "lldt r/m16",
    "ltr r/m16",
    "lmsw r/m16",
    "clts",
    "mov CR, r32",
    "mov r32, CR",
    "rdmsr",
    "wrmsr",
]
NO_EFFECT = ["invlpg m", "invd", "wbinvd"]
IO = [str(form) for form in FORMS if form.mnemonic in ("in", "out")]
INNOCUOUS = [
    "mov r/m32, r32",
    "mov r32, imm32",
    "push r32",
    "pop r32",
    "push DS",
    "call rel32",
    "call r/m32",
    "jmp rel32",
    "jmp r/m32",
    "ret",
    "ret imm16",
    "nop",
    "add r/m32, r32",
    "cpuid",
    "rdtsc",
    "ud2",
    "cld",
    "pusha",
    "popa",
    "div r/m32",
    "lea r32, m",
    "arpl r/m16, r16",
]

GOLDEN = {
    **dict.fromkeys(LEAKS, ("location sensitive",)),
    **dict.fromkeys(ASKS + SHOWS, ("mode sensitive",)),
    **dict.fromkeys(LOADS + FAR_LOADS + FAR, ("control sensitive",)),
    **dict.fromkeys(("int imm8", "int3"), ("control sensitive", "location sensitive")),
    "pushf": ("location sensitive",),
    "popf": ("control sensitive",),
    **dict.fromkeys([*PRIVILEGED, "cli", "sti"], ("privileged", "control sensitive")),
    **dict.fromkeys(("mov r32, CR", "rdmsr"), ("privileged", "location sensitive")),
    **{form: ("privileged", f"{'control' if form[0] == 'o' else 'location'} sensitive") for form in IO},
    **dict.fromkeys(NO_EFFECT, ("privileged", "innocuous")),
}
EXITS = {
    "HLT exiting": {"hlt"},
    "INVLPG exiting": {"invlpg"},
    "RDTSC exiting": {"rdtsc"},
    "WBINVD exiting": {"wbinvd"},
    "unconditional I/O exiting": {"in", "out"},
    "MSR exiting": {"rdmsr", "wrmsr"},
    "CR3 exiting": {"mov"},
    "descriptor-table exiting": {"lgdt", "lidt", "lldt", "ltr", "sgdt", "sidt", "sldt", "str"},
    "external-interrupt exiting": set(),
    "EPT": set(),
}


@cache
def before_2005(ring=3, iopls=(0,)):
    return classify(x86(ring=ring, iopls=iopls))


@cache
def with_umip():
    return classify(x86(umip=True))


@cache
def non_root(*controls):
    """Without most of the innocuous forms, for the sake of time."""
    whole = vmx(controls)
    return classify(InstructionSet(whole.architecture, {name: whole.table[name] for name in (*GOLDEN, *INNOCUOUS)}))


@pytest.mark.parametrize("ring", [3, 1])
def test_each_form_before_2005_has_the_classes_of_real_processors(ring):
    found = {verdict.name: verdict.classes for verdict in before_2005(ring).verdicts}
    assert found == {str(form): GOLDEN.get(str(form), ("innocuous",)) for form in FORMS}
    assert {found[name] for name in INNOCUOUS} == {("innocuous",)}


def test_all_eighteen_printed_names_have_a_sensitive_unprivileged_form():
    assert len(ROBIN_IRVINE) == 18
    holes = set(before_2005().holes)
    assert all(holes & set(forms) for forms in ROBIN_IRVINE.values())


def test_only_the_named_forms_iret_int3_and_the_loads_of_far_pointers_are_holes():
    named = {form for forms in ROBIN_IRVINE.values() for form in forms}
    assert set(before_2005().holes) - named == {"iret", "int3", *FAR_LOADS}
    # CS and SS carry the mode in their RPL; the other selectors are what the program put there
    assert named - set(before_2005().holes) == {"push DS", "push ES", "push FS", "push GS"}


def test_umip_mends_the_five_leaks_and_nothing_else():
    mended = set(before_2005().holes) - set(with_umip().holes)
    assert mended == set(LEAKS)
    assert {name.split()[0] for name in mended} == {"sgdt", "sidt", "sldt", "smsw", "str"}
    assert not with_umip().theorems[0].holds


def test_cli_sti_in_and_out_are_privileged_only_while_iopl_is_zero():
    always, sometimes = set(before_2005().privileged), set(before_2005(3, (0, 3)).privileged)
    assert always - sometimes == {"cli", "sti", *IO}
    witness = before_2005(3, (0, 3))["cli"].not_privileged
    assert [run.outcome.trap for run in witness.runs] == ["", ""]
    assert witness.runs[1].before.iopl == 3


def test_popf_changes_if_at_cpl_0_and_drops_it_silently_at_cpl_3():
    runs = before_2005()["popf"].not_privileged.runs
    assert [run.before.cpl for run in runs] == [0, 3]
    assert [run.outcome.state["eflags"] >> 9 & 1 for run in runs] == [0, 1]
    assert not before_2005()["popf"].user_sensitive
    assert before_2005(3, (0, 3))["popf"].user_control


@pytest.mark.parametrize("ring", [3, 1])
def test_a_far_return_of_either_kind_loads_another_segment_in_user_mode(ring):
    for name in ("retf", "iret"):
        (run,) = before_2005(ring)[name].user_control.runs
        assert run.before.cpl == ring
        assert run.before["cs"] != run.outcome.state["cs"]


def test_contents_are_for_instructions_that_there_are():
    assert CONTENTS.keys() <= {form.mnemonic for form in FORMS}


def test_a_kernels_selector_traps_in_user_mode_but_pop_ds_is_not_privileged():
    verdict = before_2005()["pop DS"]
    assert not verdict.privileged
    assert verdict.user_control


def test_no_theorem_promises_a_monitor_for_x86_and_none_rules_it_out():
    for classification in (before_2005(), with_umip()):
        assert [theorem.holds for theorem in classification.theorems] == [False, None, False]
        assert "not necessary" in classification.monitor


def test_in_non_root_operation_everything_sensitive_exits_under_the_usual_controls():
    found = classify(vmx())
    assert not found.holes
    assert set(found.privileged) == {"hlt", *IO, "cpuid", "invd"}
    assert set(found.sensitive) == {"hlt", *IO}
    assert all(found[name].innocuous for forms in ROBIN_IRVINE.values() for name in forms)


@pytest.mark.parametrize(
    ("missing", "holes"),
    [
        ("HLT exiting", {"hlt"}),
        ("unconditional I/O exiting", set(IO)),
        ("EPT", {"mov r32, CR", "mov CR, r32"}),
        ("external-interrupt exiting", {"cli", "sti", "popf", "pushf", "iret", "int imm8", "int3"}),
    ],
)
def test_without_one_of_the_usual_controls_something_real_is_left_to_the_guest(missing, holes):
    found = non_root(*(control for control in USUAL if control != missing))
    assert set(found.holes) == holes


def test_cr3_exiting_takes_the_place_of_ept():
    controls = [control for control in USUAL if control != "EPT"]
    found = non_root(*controls, "CR3 exiting")
    assert not found.holes
    assert found["mov CR, r32"].control
    assert not found["mov CR, r32"].privileged  # for CR0, CR2 and CR4 are the guest's own: innocuous


@pytest.mark.parametrize("control", CONTROLS)
def test_a_control_makes_its_instructions_exit_and_no_others(control):
    model = vmx([control]).architecture
    tried = ((case, state) for cases in TABLE.values() for case in cases for state in model.situations(case))
    traps = {model.execute(case, model.other_mode(state)).trap for case, state in tried}
    exiting = {trap.removeprefix("VM exit by ").lower() for trap in traps if trap.startswith("VM exit")}
    assert exiting == {"cpuid", "invd"} | EXITS[control]


@pytest.mark.parametrize(
    "classification", [before_2005, with_umip, lambda: non_root(*USUAL), non_root], ids=["2005", "umip", "vmx", "bare"]
)
def test_every_witness_proves_its_claim_when_it_is_run_again(classification):
    found = classification()
    witnesses = [witness for verdict in found.verdicts for witness in verdict.witnesses]
    assert witnesses
    assert all(proves(found.architecture, witness) for witness in witnesses)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: x86(ring=2), "ring 1 or 3, not 2"),
        (lambda: x86(iopls=()), "at least one"),
        (lambda: x86(iopls=(4,)), "IOPL is 0 to 3"),
        (lambda: vmx(["HLT-exiting"]), "did you mean 'HLT exiting'"),
    ],
)
def test_what_the_processor_cannot_have_is_refused(make, words):
    with pytest.raises(ModelError, match=words):
        make()
