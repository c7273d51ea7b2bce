import pytest

from vlearn.errors import ModelError
from vlearn.sim.cpu import Gate, boot
from vlearn.sim.cpu.boot import KERNEL_CODE
from vlearn.sim.cpu.eflags import IF
from vlearn.sim.memory.modes import TWO_LEVEL
from vlearn.sim.memory.page_tables import PageTables
from vlearn.sim.monitors.bare import BARE
from vlearn.sim.monitors.compare import differences, first_difference
from vlearn.sim.monitors.guests import guest
from vlearn.sim.monitors.trap_and_emulate import TRAP_AND_EMULATE, trap_and_emulate
from vlearn.sim.monitors.trap_and_emulate.layout import GDT_AT, HANDLERS, LINEAR
from vlearn.sim.monitors.vm import RAM, run_guest, trace_guest

COMPRESSIONS = pytest.mark.parametrize("rings", ["0/1/3", "0/3"])


def compared(name, monitor, **parameters):
    cpu = guest(name, **parameters)
    return trace_guest(BARE, BARE.start(cpu)), trace_guest(monitor, monitor.start(cpu))


@COMPRESSIONS
def test_the_kernel_goes_wrong_at_its_first_iret_to_ring_3(rings):
    bare, virtual = compared("kernel", trap_and_emulate(rings))
    found = first_difference(bare, virtual)
    assert found.instruction == "iret"
    assert ("eflags", 0x202, 0x2) in found.values
    assert {name for name, _, _ in found.values} == ({"eflags"} if rings == "0/1/3" else
                                                     {"eflags", "esp", "ss", "fs", "gs"})  # fmt: skip


@COMPRESSIONS
def test_after_that_the_timer_interrupts_nobody_and_the_console_shows_it(rings):
    bare, virtual = compared("kernel", trap_and_emulate(rings))
    assert (bare.final.guest.console, virtual.final.guest.console) == ("AABBAABB", "AAAABBBB")
    assert (virtual.kinds.count("interrupt"), virtual.kinds.count("held")) == (1, 1)


def test_the_kernel_boots_by_these_events():
    kinds = trace_guest(TRAP_AND_EMULATE, TRAP_AND_EMULATE.start(guest("kernel"))).kinds
    emulated = ("trap", "emulated")
    lgdt, ss, lidt, ltr = emulated, emulated, emulated, emulated
    assert kinds[:19] == (*lgdt, *("direct",) * 2, *ss, *("direct",) * 3, *lidt, "direct", *ltr, *("direct",) * 5)


@COMPRESSIONS
@pytest.mark.parametrize(("umip", "signs"), [(False, 9), (True, 4)])
def test_the_probe_finds_every_sign_and_fewer_with_umip(rings, umip, signs):
    console = run_guest(*_started(trap_and_emulate(rings, umip), "probe")).vm.guest.console
    assert (console.count("!"), console[-1]) == (signs, "V")
    hidden = [line[:5].strip() for line in console.splitlines() if line[-1] not in "!V"]
    assert hidden == (["sgdt", "sidt", "sldt", "str", "smsw"] if umip else [])


def test_the_probe_reads_what_the_real_processor_holds():
    vm = run_guest(*_started(TRAP_AND_EMULATE, "probe")).vm
    seen = dict(line.split() for line in vm.guest.console.splitlines()[:-1])
    assert seen["sgdt"] == f"{GDT_AT:08x}!"
    assert seen["smsw"] == f"{vm.real.cr0:08x}!"
    assert (seen["cs"], seen["lar"]) == ("00000009!", "00c0b300!")


@COMPRESSIONS
def test_a_critical_section_made_with_popf_is_lost(rings):
    bare, virtual = compared("flags", trap_and_emulate(rings))
    assert (bare.final.guest.console, virtual.final.guest.console) == ("=", "!")
    found = first_difference(bare, virtual)
    assert (found.instruction, found.values) == ("popf", (("eflags", 0x2, 0x202),))


WRONG = {
    "push 0x202\npopf": ("eflags", 0x202, 0x2),
    "pushf": ("[0x8ffc]", 0x2, 0x202),
    "smsw ebx": ("ebx", 0x11, 0x8001_0011),
    "sgdt [0xcffe]": ("[0xd000]", 0x1000, 0xFFC0_0000),
    "sidt [0xcffe]": ("[0xd000]", 0x1800, 0xFFC2_0000),
    "sldt ebx": ("ebx", 0x30, 0xFFF8),
    "str ebx": ("ebx", 0x28, 0xFFF0),
    "push cs": ("[0x8ffc]", 0x08, 0x09),
    "push ss": ("[0x8ffc]", 0x10, 0x11),
    "mov ebx, cs": ("ebx", 0x08, 0x09),
    "mov ebx, ss": ("ebx", 0x10, 0x11),
    "mov eax, 0x10\nlar ebx, eax": ("ebx", 0x00C0_9300, 0x00C0_B300),
    "mov eax, 0x10\nlsl ebx, eax": ("ebx", 0xFFFF_FFFF, 0xFFBF_FFFF),
    "mov eax, 0x11\nverr ax": ("eflags", 0x2, 0x42),
    "mov eax, 0x11\nverw ax": ("eflags", 0x2, 0x42),
    "mov eax, 0x11\nmov es, eax": ("shutdown", True, False),
    "push 0x11\npop es": ("shutdown", True, False),
    "jmp 0x9:next\nnext: nop": ("shutdown", True, False),
    "call 0x8:next\nnext: nop": ("[0x8ffc]", 0x08, 0x09),
    "push 0x9\npush next\nretf\nnext: nop": ("shutdown", True, False),
    "push 0x23\npush 0xc000\npush 0x202\npush 0x1b\npush next\niret\nnext: nop": ("eflags", 0x202, 0x2),
}
"""What a guest in ring 0 first sees of an instruction that does not trap in ring 1: name, on bare metal, and here."""


@pytest.mark.parametrize("text", WRONG)
def test_each_sensitive_instruction_goes_wrong_in_its_own_way(text):
    cpu = boot(f"start: {text}\nhlt")
    bare, virtual = (trace_guest(m, m.start(cpu), limit=30) for m in (BARE, TRAP_AND_EMULATE))
    found = first_difference(bare, virtual)
    assert WRONG[text] in found.values
    assert found.instruction.split()[0] in text
    assert "trap" not in virtual.kinds[: found.retired]


def test_an_iret_within_ring_1_keeps_the_interrupt_flag_and_the_ring():
    cpu = boot("start: push 0x202\npush cs\npush next\niret\nnext: hlt")
    trace = trace_guest(TRAP_AND_EMULATE, TRAP_AND_EMULATE.start(cpu))
    vm = trace.steps[3].state
    assert trace.kinds[:4] == ("direct",) * 4
    assert (vm.real.cpl, vm.guest.cpl, vm.guest.eflags & IF) == (1, 0, 0)


@COMPRESSIONS
@pytest.mark.parametrize(("name", "parameters"), [("hot_loop", {"ROUNDS": 100}), ("page_tables", {})])
def test_guests_without_such_instructions_notice_nothing(rings, name, parameters):
    bare, virtual = compared(name, trap_and_emulate(rings), **parameters)
    assert first_difference(bare, virtual) is None


def test_a_system_call_enters_the_monitor_and_then_the_guest_kernel_in_ring_1():
    cpu = boot("start: mov eax, 1\nint 0x80\nafter: nop\nsys: iret", ring=3, gates={0x80: _gate(0x4007)})
    vm = TRAP_AND_EMULATE.start(cpu)
    vm = next(TRAP_AND_EMULATE.advance(vm)).vm
    trap, injected = TRAP_AND_EMULATE.advance(vm)
    assert (trap.kind, trap.vm.real.cpl, trap.vm.real.eip) == ("trap", 0, HANDLERS + 16 * 0x80)
    assert (injected.kind, injected.vm.guest.cpl, injected.vm.real.cpl) == ("injected", 0, 1)
    assert injected.vm.guest.eip == injected.vm.real.eip == 0x4007
    assert "`int 0x80` at 0x4005: the guest in ring 3 enters the monitor" in trap.say()


def test_a_device_reaches_the_monitor_while_the_guest_has_interrupts_off():
    cpu = boot("start: mov eax, 5\nout 0x40, eax\nwait: nop\nnop\nnop\nnop\nnop\nsti\nnop\nnop\ntick: iret",
               gates={0x20: "tick"})  # fmt: skip
    trace = trace_guest(TRAP_AND_EMULATE, TRAP_AND_EMULATE.start(cpu), limit=16)
    kinds = trace.kinds
    held = kinds.index("held")
    assert kinds[held - 1] == "interrupt"
    assert trace.steps[held].state.real.eflags & IF
    assert not trace.steps[held].state.guest.eflags & IF
    assert kinds[held + 1 : held + 5] == ("trap", "emulated", "direct", "injected")


@pytest.mark.parametrize("address", [LINEAR, GDT_AT + 8, RAM, RAM + 0x3_0000, 0xFFFF_FFFC])
@COMPRESSIONS
@pytest.mark.parametrize("ring", [0, 3])
@pytest.mark.parametrize("paged", [False, True])
def test_the_guest_can_neither_read_nor_change_the_monitor(address, rings, ring, paged):
    tables = PageTables(mode=TWO_LEVEL, root=0x1_0000).map_page(0, 0, length=0x4_0000)
    for page in {address & -0x1000} if paged else ():
        tables = tables.map_page(page, RAM)
    text = f"start: mov eax, [{address:#x}]\nmov dword [{address:#x}], 0x55aa55aa\nmov ebx, [{address:#x}]\nhlt"
    cpu = boot(text, ring=ring, tables=tables if paged else None)
    monitor = trap_and_emulate(rings)
    start = monitor.start(cpu)
    vm = run_guest(monitor, start, limit=12).vm
    own = {at: word for at, word in start.real.memory.items() if at >= RAM and at < RAM + 0x2_2000}
    assert {at: vm.real.memory[at] for at in own} == own
    assert differences(run_guest(BARE, BARE.start(cpu), limit=4).vm.guest, vm.guest) == ()


@COMPRESSIONS
@pytest.mark.parametrize("access", ["mov eax, [0xe000]", "mov dword [0xe000], 1"])
def test_a_process_cannot_reach_the_pages_of_its_kernel(access, rings):
    tables = PageTables(mode=TWO_LEVEL, root=0x1_0000).map_page(0, 0, length=0xE000)
    tables = tables.map_page(0xE000, 0xE000, user=False, accessed=True, dirty=True)
    cpu = boot(f"start: nop\n{access}\nmov ebx, 1\nfault: hlt", ring=3, tables=tables, gates={14: "fault"})
    monitor = trap_and_emulate(rings)
    trace = trace_guest(monitor, monitor.start(cpu), limit=20)
    assert trace.kinds[-5:] == ("trap", "injected", "trap", "emulated", "halted")
    assert differences(run_guest(BARE, BARE.start(cpu)).vm.guest, trace.final.guest) == ()


def test_an_unknown_compression_is_refused():
    with pytest.raises(ModelError, match="did you mean '0/1/3'"):
        trap_and_emulate("0/1")


def _started(monitor, name):
    return monitor, monitor.start(guest(name))


def _gate(offset):
    return Gate(KERNEL_CODE, offset, dpl=3)
