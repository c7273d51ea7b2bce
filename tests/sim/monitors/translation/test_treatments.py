import pytest

from vlearn.sim.cpu import FORMS, MNEMONICS, boot
from vlearn.sim.cpu.boot import KERNEL_DATA, LDT_SELECTOR
from vlearn.sim.monitors.compare import stray
from vlearn.sim.monitors.translation import BINARY_TRANSLATION, RULES, Treatment, rule_for
from vlearn.sim.monitors.translation.treatments import CONDITIONAL
from vlearn.sim.monitors.trap_and_emulate import TRAP_AND_EMULATE

IDENT, INLINE, CALL_OUT = Treatment.IDENT, Treatment.INLINE, Treatment.CALL_OUT
DIRECT, INDIRECT = Treatment.DIRECT, Treatment.INDIRECT
TREATMENTS = [
    ("add r/m32, r32", IDENT),
    ("mov r32, m32", IDENT),
    ("cmp r/m32, imm8:32", IDENT),
    ("cli", INLINE),
    ("pushf", INLINE),
    ("mov r32, Sreg", INLINE),
    ("push CS", INLINE),
    ("mov r32, CR", INLINE),
    ("smsw r32", INLINE),
    ("mov CR, r32", CALL_OUT),
    ("popf", CALL_OUT),
    ("sti", CALL_OUT),
    ("hlt", CALL_OUT),
    ("iret", CALL_OUT),
    ("in AL, imm8", CALL_OUT),
    ("mov Sreg, r32", CALL_OUT),
    ("int imm8", CALL_OUT),
    ("jne rel32", DIRECT),
    ("call rel32", DIRECT),
    ("call r/m32", INDIRECT),
    ("ret", INDIRECT),
]
OPERANDS = {
    "r8": "cl", "r16": "cx", "r32": "ecx", "m8": "byte [0xd008]", "m16": "word [0xd008]", "m32": "dword [0xd008]",
    "r/m8": "byte [0xd008]", "r/m16": "word [0xd008]", "r/m32": "dword [0xd008]", "m": "[0xd008]",
    "m16:32": "far [0xd010]", "imm8": "3", "imm16": "0x1234", "imm32": "0x12345678", "imm8:16": "5", "imm8:32": "5",
    "rel8": "there", "rel32": "there", "ptr16:32": "0x8:there", "Sreg": "ss", "CR": "cr2", "AL": "al", "AX": "ax",
    "EAX": "eax", "CL": "cl", "DX": "dx", "1": "1", **{name: name.lower() for name in ("CS", "SS", "DS", "ES")},
    "FS": "fs", "GS": "gs",
}  # fmt: skip


def ready(form):
    """A kernel about to execute one instruction of a form, its registers such that it does something."""
    words = [OPERANDS[kind] for kind in form.kinds]
    if form.mnemonic in ("lar", "lsl", "verr", "verw", "ltr", "lldt"):
        words[-1] = "word [0xd00c]"
    selector = {"ltr": 0x28, "lldt": LDT_SELECTOR}.get(form.mnemonic, KERNEL_DATA)
    program = f"start: {form.mnemonic} {', '.join(words)}\nthere: nop\nnop"
    cpu = boot(program, interrupts=False, gates=dict.fromkeys((0, 3, 6, 13), "there"))
    memory = cpu.memory.update({0xD008: 0x8001_0011, 0xD00C: selector, 0xD010: cpu.eip, 0xD014: 8})
    return cpu.set_memory(memory).set_register(1, KERNEL_DATA).set_register(0, 7)


def after_one(monitor, guest):
    """The machine before and after one instruction."""
    vm = start = monitor.start(guest)
    for happening in monitor.advance(vm):
        vm = happening.vm
    return start, vm


@pytest.mark.parametrize(("form", "treatment"), TREATMENTS)
def test_the_table_treats(form, treatment):
    (found,) = (known for known in FORMS if str(known) == form)
    assert rule_for(found).treatment is treatment


def test_every_name_in_the_table_is_a_form_or_a_mnemonic_and_has_one_rule():
    names = [name for rule in RULES for name in rule.names]
    assert len(names) == len(set(names))
    assert set(names) <= {str(form) for form in FORMS} | MNEMONICS.keys()


def test_a_unit_ends_behind_whatever_jumps():
    ending = {name for rule in RULES if rule.ends for name in rule.names}
    assert ending >= {*CONDITIONAL, "jmp rel32", "call rel32", "ret", "iret", "int"}
    assert not ending & {"cli", "popf", "hlt", "mov CR, r32"}


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_every_form_in_the_kernel_does_under_translation_what_it_does_on_the_bare_machine(form):
    before, after = after_one(BINARY_TRANSLATION, ready(form))
    assert stray(before, after) == ()
    assert after.counts.get(rule_for(form).treatment.value) == 1 or after.counts.get("fault") or after.counts["trap"]


@pytest.mark.parametrize(
    "rule", [rule for rule in RULES if rule.treatment in (INLINE, CALL_OUT)], ids=lambda r: r.names[0]
)
def test_what_is_not_copied_would_have_trapped_or_gone_wrong(rule):
    outcomes = []
    for form in FORMS:
        if rule_for(form) is rule:
            before, after = after_one(TRAP_AND_EMULATE, ready(form))
            outcomes.append("trap" in after.counts or stray(before, after) != ())
    assert any(outcomes)


def test_a_machine_for_the_tests_of_forms_has_every_kind_of_operand():
    kinds = {kind for form in FORMS for kind in form.kinds}
    assert kinds <= OPERANDS.keys()
