"""Chapter 3's exercises: right answers pass, each likely slip gets its own hint, strange answers get a hint too."""

from vlearn.lab import check
from vlearn.lab.exercises.ch03 import trusting
from vlearn.lab.exercises.ch03_port import KERNEL, Outcome, on_bare_metal
from vlearn.lab.exercises.ch03_predictions import PREDICTIONS
from vlearn.sim.monitors.costs import mapping_writes
from vlearn.sim.monitors.paravirtual import exposed, port, rule_for
from vlearn.sim.monitors.paravirtual.requests import READ_ONLY, Update, maps, request, set_up
from vlearn.sim.monitors.paths import path
from vlearn.sim.monitors.paths.following import followed
from vlearn.trace import run

FILL, PROTECT, USE = Update(0x30, 0, maps(0x31)), Update(0xFF, 0x30, maps(0x30, READ_ONLY)), Update(0xFE, 1, maps(0x30))
ATTACK = Update(0x30, 5, maps(0x101))
ENTER = "mov eax, HYPERVISOR_iret\n        int XEN"
PORTED = f"""\
start:  mov esp, 0x9000
        mov byte [evtchn_upcall_mask], 1
        mov al, 0x50
        call put
        call flags
        mov [0xd000], eax
        mov byte [evtchn_upcall_mask], 0
        cmp byte [evtchn_upcall_pending], 0
        je quiet
        mov ebx, 0
        mov eax, HYPERVISOR_xen_version
        int XEN
quiet:  nop
        mov ecx, [ticks]
        mov [0xd004], ecx
        call flags
        mov [0xd008], eax
        mov al, 0x56
        call put
        mov ebx, SCHEDOP_shutdown
        mov ecx, 0
        mov eax, HYPERVISOR_sched_op
        int XEN

put:    mov [character], al
        mov ebx, 0
        mov ecx, 1
        mov edx, character
        mov eax, HYPERVISOR_console_io
        int XEN
        ret
flags:  mov eax, 0x200
        cmp byte [evtchn_upcall_mask], 0
        je open
        mov eax, 0
open:   ret
tick:   mov byte [evtchn_upcall_pending], 0
        inc dword [ticks]
        push eax
        {ENTER}

character: db 0, 0, 0, 0
ticks:  dd 0
"""


def with_slip(right, slip):
    assert right in PORTED
    return PORTED.replace(right, slip, 1)


RIGHT = [
    ("ch03-count", (131_072, 256, 2048)),
    ("ch03-new-table", [FILL, PROTECT, USE]),
    ("ch03-new-table", (PROTECT, USE, FILL)),
    ("ch03-bug-hunt", [ATTACK, PROTECT, USE]),
    ("ch03-bug-hunt", [Update(0x30, 7, maps(0x30)), PROTECT, USE]),
    ("ch03-port", PORTED),
]
WRONG = [
    ("ch03-count", (125_000, 256, 2048), "4096 bytes"),
    ("ch03-count", (131_072, 128, 2048), "entries of 4 bytes"),
    ("ch03-count", (131_072, 512, 2048), "How many entries are in it"),
    ("ch03-count", (131_072, 256, 4), "A batch carries 64"),
    ("ch03-count", 256, "three numbers"),
    ("ch03-new-table", [FILL, USE], "Update 2 is not accepted"),
    ("ch03-new-table", [FILL, PROTECT], "leads nowhere yet"),
    ("ch03-new-table", [PROTECT, USE], "entry 0 of the new table"),
    ("ch03-new-table", [Update(0x30, 0, maps(0x31, READ_ONLY)), PROTECT, USE], "read-only"),
    ("ch03-new-table", [(0x30, 0, 0x31003)], "Give a list of updates"),
    ("ch03-bug-hunt", [FILL, PROTECT, USE], "Both monitors accept"),
    ("ch03-bug-hunt", [PROTECT, USE, ATTACK], "Both refuse update 3"),
    ("ch03-bug-hunt", [], "Give a list of updates"),
    ("ch03-port", KERNEL, "traps in ring 1, and the monitor skips it"),
    ("ch03-port", with_slip("mov ebx, SCHEDOP_shutdown", "hlt"), "or shut down where IF is 0"),
    ("ch03-port", with_slip("mov ebx, 0\n        mov ecx, 1", "out 0xe9, al"), "console_io"),
    ("ch03-port", with_slip("mov eax, 0x200\n", "pushf\n        pop eax\n        ret\n"), "IF is 1"),
    ("ch03-port", with_slip("je quiet", "jmp quiet"), "not been counted right behind STI"),
    ("ch03-port", with_slip(f"push eax\n        {ENTER}", "iret"), "who gives back the mask"),
    ("ch03-port", with_slip("mov byte [evtchn_upcall_pending], 0", ""), "again and again"),
    ("ch03-port", with_slip("mov eax, HYPERVISOR_console_io\n        int XEN", ""), "the console says"),
    ("ch03-port", with_slip("call put", "jmp start"), "it has not shut down"),
    ("ch03-port", with_slip("nop", "nopp"), "line 13"),
    ("ch03-port", with_slip("tick:", "tock:"), "Keep the label"),
    ("ch03-port", 5, "Give the source as text"),
]


def test_the_kernel_counts_its_tick_inside_no_critical_section():
    assert on_bare_metal() == Outcome("PV", inside=False, ticks=1, behind=True)


def test_the_port_of_a_machine_misses_what_takes_a_person():
    source = port(KERNEL, interrupts="tick").source
    assert check("ch03-port", source).state == "wrong"


def test_the_wrong_monitor_lets_an_attack_through_that_exposes_memory():
    attack = [ATTACK, PROTECT, USE]
    assert trusting(set_up(), attack)
    assert run(request, set_up(), attack).kinds[-1] == "refused"
    assert exposed(run(request, set_up(), attack).final) == ()


def test_wrong_choices_about_a_run_are_wrong():
    call = followed(path("paravirtual, 32 bits", "system call")).steps[0].event.text
    refused = run(request, set_up(), [FILL, USE]).steps[1].event.text
    for id, right in (("ch03-system-call", call), ("ch03-first-hook", refused)):
        assert right not in PREDICTIONS[id].choices
        assert len(PREDICTIONS[id].choices) == 3


def test_the_predictions_without_a_run_are_what_the_models_say():
    assert mapping_writes(1 << 30) == (262_144, 256)
    assert PREDICTIONS["ch03-gibibyte"].answer == "256"
    assert path("VT-x", "page fault").monitor_entries == 0
    assert rule_for("popf", ()).fate == "shared page"
