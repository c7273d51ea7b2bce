from collections import Counter

import pytest

from tests.sim.monitors.paravirtual.asking import PROGRAM, ask, at, domain, sound, step, with_words
from vlearn.errors import ModelError
from vlearn.sim.cpu import assemble
from vlearn.sim.cpu.paging import read_physical
from vlearn.sim.monitors.bare import BARE
from vlearn.sim.monitors.guests import guest
from vlearn.sim.monitors.guests.loader import loaded_by_multiboot
from vlearn.sim.monitors.paravirtual import (
    COSTS,
    HYPERCALLS,
    PARAVIRTUAL,
    SYMBOLS,
    Handler,
    build,
    port_of_the_kernel,
    ported_guest,
)
from vlearn.sim.monitors.paravirtual.hypercalls import HANDLERS
from vlearn.sim.monitors.paravirtual.interface import FLAT_RING1_CS, FLAT_RING1_DS, SHARED_INFO
from vlearn.sim.monitors.vm import run_guest, trace_guest


def consoles(**parameters):
    bare = run_guest(BARE, BARE.start(guest("kernel", **parameters)))
    ending = run_guest(PARAVIRTUAL, PARAVIRTUAL.start(ported_guest("kernel_pv", **parameters)))
    assert ending.kind == bare.kind == "halted"
    assert sound(ending.vm)
    return bare.vm.guest.console, ending.vm.real.console


@pytest.mark.parametrize("letters", [1, 4, 9])
def test_the_ported_kernel_prints_what_the_kernel_prints(letters):
    bare, other = consoles(INTERVAL=100_000, LETTERS=letters)
    assert bare == other == "A" * letters + "B" * letters


@pytest.mark.parametrize("interval", [60, 90, 150])
def test_preempted_elsewhere_each_process_still_prints_the_same(interval):
    bare, other = consoles(INTERVAL=interval, LETTERS=6)
    assert Counter(bare) == Counter(other)
    assert "AB" in other
    assert "BA" in other


def test_every_moment_of_the_kernel_is_sound_and_every_kind_has_a_price():
    run = trace_guest(PARAVIRTUAL, PARAVIRTUAL.start(ported_guest("kernel_pv")))
    for moment, taken in enumerate(run.steps):
        if taken.event.kind in ("validated", "return") or moment % 100 == 0:
            assert sound(taken.state)
    assert COSTS.cycles(run.final.counts) > 0
    assert run.final.counts["hypercall"] == run.kinds.count("hypercall")


def test_a_system_call_of_a_process_never_meets_the_monitor():
    run = trace_guest(PARAVIRTUAL, PARAVIRTUAL.start(ported_guest("kernel_pv", INTERVAL=100_000)))
    calls = [taken.state.real.cpl for taken in run.steps if taken.event.kind == "system-call"]
    assert calls == [1] * 12
    assert {taken.state.real.cpl for taken in run.steps if taken.event.kind == "hypercall"} == {0}


def test_every_hypercall_of_the_table_has_a_handler():
    assert {call.name for call in HYPERCALLS} == HANDLERS.keys()


def test_the_port_changed_most_of_a_kernel_that_does_nothing_else():
    found = port_of_the_kernel()
    assert found.share > 50
    assert "".join(line.mark for line in found.lines).count("+") >= found.added
    kept = [line.text for line in found.lines if line.mark != "-"]
    assert any("HYPERVISOR_set_trap_table" in line for line in kept)


def run(text, **options):
    vm = build(loaded_by_multiboot(assemble(text, symbols=SYMBOLS)), **options)
    return trace_guest(PARAVIRTUAL, vm, 500)


FORGOTTEN = """
start:  mov esp, 0x9000
        pushf
        cli
        popf
        mov eax, HYPERVISOR_sched_op
        mov ebx, SCHEDOP_shutdown
        int XEN"""


@pytest.mark.parametrize("lenient", [False, True])
def test_a_forgotten_cli_masks_events_for_good_under_a_lenient_monitor(lenient):
    finished = run(FORGOTTEN, events=True, lenient=lenient)
    assert finished.kinds.count("emulated") == 1
    assert read_physical(finished.final.real.memory, SHARED_INFO + 1, 1) == lenient


def test_blocking_clears_the_mask_so_that_no_event_is_slept_through():
    text = """
start:  mov esp, 0x9000
        mov ebx, FLAT_RING1_CS
        mov ecx, event
        mov eax, HYPERVISOR_set_callbacks
        int XEN
        mov ebx, 200
        mov ecx, 0
        mov eax, HYPERVISOR_set_timer_op
        int XEN
        mov ebx, SCHEDOP_block
        mov eax, HYPERVISOR_sched_op
        int XEN
        mov ebx, SCHEDOP_shutdown
        mov ecx, 3
        mov eax, HYPERVISOR_sched_op
        int XEN
event:  mov byte [evtchn_upcall_pending], 0
        push eax
        mov eax, HYPERVISOR_iret
        int XEN"""
    finished = run(text)
    assert [k for k in finished.kinds if k in ("idle", "interrupt", "callback")] == ["idle", "interrupt", "callback"]
    assert finished.final.monitor.ended == "the guest has shut down, reason 3"


def test_a_guest_that_blocks_without_a_timer_is_halted():
    finished = run("start: mov eax, HYPERVISOR_sched_op\nmov ebx, SCHEDOP_block\nint XEN")
    assert finished.kinds[-1] == "halted"
    assert finished.final.guest.halted


def test_a_segment_of_the_guest_ends_where_the_monitor_begins():
    finished = run("start: mov eax, [0xfc000000]")
    assert finished.kinds == ("trap", "shutdown")
    assert "#GP" in finished.steps[0].event.text


def test_a_process_cannot_make_hypercalls():
    text = """
start:  mov esp, 0x9000
        push FLAT_RING3_DS
        push 0x8000
        push 0x202
        push FLAT_RING3_CS
        push user
        push eax
        mov eax, HYPERVISOR_iret
        int XEN
user:   int XEN"""
    finished = run(text)
    assert finished.kinds[-1] == "shutdown"
    assert "#PF" in finished.steps[-1].event.text  # the builder maps nothing for ring 3, not even code


def test_a_fault_is_passed_on_with_its_error_code_and_address():
    vm = domain(traps={14: Handler(FLAT_RING1_CS, PROGRAM.labels["handler"], masks=True)})
    kinds, vm, _ = step(at(vm, "load", edi=0x300000))
    assert kinds == ["trap", "bounced", "return"]
    stack = [vm.real.memory[vm.real["esp"] + 4 * n] for n in range(3)]
    assert stack == [0, PROGRAM.labels["load"], FLAT_RING1_CS | 1 << 16]  # the mask that was, above CS
    assert read_physical(vm.real.memory, SHARED_INFO + 8, 4) == 0x300000


def test_a_gate_that_masks_events_cannot_be_direct():
    for flags, direct in ((3, True), (7, False)):
        table = [flags << 8 | 0x80 | FLAT_RING1_CS << 16, PROGRAM.labels["handler"], 0, 0]
        _, _, vm, _ = ask(with_words(domain(), table), "set_trap_table", 0x8000)
        _, _, vm, _ = ask(vm, "stack_switch", FLAT_RING1_DS, 0x9000)
        kinds, vm, _ = step(at(vm, "user"))
        assert kinds == (["direct"] if direct else ["trap", "bounced", "return"])


def test_a_frame_that_leads_to_ring_0_ends_the_guest():
    vm = with_words(domain(), [0, 0x4000, 0xE008, 0x202], 0x8F00)
    _, kinds, vm, _ = ask(at(vm, "hypercall", esp=0x8F00), "iret")
    assert kinds[-1] == "shutdown"
    assert "ring 0" in vm.monitor.ended


def test_time_is_in_the_shared_page():
    _, _, vm, _ = ask(domain(), "xen_version", 0)
    assert read_physical(vm.real.memory, SHARED_INFO + 48, 4) == vm.real.tsc == 1


def test_a_domain_is_built_from_a_machine_as_a_loader_leaves_it():
    with pytest.raises(ModelError, match="ring 0 with paging off"):
        build(domain().real)
    with pytest.raises(ModelError, match="did you mean 'kernel_pv'"):
        ported_guest("kernel_vp")
    with pytest.raises(ModelError, match="it has INTERVAL"):
        ported_guest("kernel_pv", SPEED=3)
