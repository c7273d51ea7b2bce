import pytest
from hypothesis import assume, given, settings

from tests.sim.cpu.random_programs import ordinary, sensitive
from tests.sim.monitors.random_guests import control_flow, privileged, tables
from tests.sim.monitors.random_guests import guests as programs
from tests.sim.monitors.translation.guests_of_loops import A_B_C, CALLS, guests
from vlearn.sim.cpu import boot
from vlearn.sim.monitors.bare import BARE
from vlearn.sim.monitors.compare import first_difference
from vlearn.sim.monitors.guests import GUESTS, guest
from vlearn.sim.monitors.translation import BINARY_TRANSLATION, HOT, binary_translation
from vlearn.sim.monitors.vm import run_guest, trace_guest

LIMIT = 4000


def under(cpu, limit=LIMIT, monitor=BINARY_TRANSLATION):
    return trace_guest(monitor, monitor.start(cpu), limit)


def bare(cpu, limit=LIMIT):
    return trace_guest(BARE, BARE.start(cpu), limit)


def counts(trace):
    return {name: trace.final.counts.get(name, 0) for name in ("look-up", "hit", "translation", "chained")}


@pytest.mark.parametrize("name", GUESTS)
def test_no_guest_notices_anything(name):
    cpu = guest(name)
    assert first_difference(bare(cpu), under(cpu)) is None


def test_the_probe_finds_a_bare_machine():
    assert under(guest("probe")).final.guest.console.endswith("=")


@given(guests())
@settings(deadline=None, max_examples=25)
def test_a_random_guest_with_loops_and_a_timer_does_not_notice(cpu):
    assert first_difference(bare(cpu), under(cpu)) is None


@given(programs(ordinary, sensitive, control_flow, privileged, tables))
@settings(deadline=None, max_examples=25)
def test_a_random_kernel_with_page_tables_does_not_notice(cpu):
    reference = run_guest(BARE, BARE.start(cpu), 600)
    assume(reference.kind != "step-limit")
    run = under(cpu)
    assert run.kinds[-1] == reference.kind
    assert first_difference(bare(cpu), run) is None


def test_a_loop_is_looked_up_four_times_when_exits_are_patched():
    """Question ch04-look-ups-of-a-loop: 1,002 look-ups without chaining, 4 with it."""
    run = counts(under(boot(A_B_C.format(passes=1000)), 10_000))
    assert run == {"look-up": 4, "hit": 1, "translation": 3, "chained": 998}
    assert run["look-up"] + run["chained"] == 1002


def test_returns_are_looked_up_each_time():
    """Question ch04-returns-are-looked-up: 104 look-ups, of which four translate."""
    run = counts(under(boot(CALLS).set_register(1, 100), 10_000))
    assert run == {"look-up": 104, "hit": 100, "translation": 4, "chained": 197}


def test_the_second_pass_needs_no_monitor():
    """Question ch04-monitor-at-each-pass: a chained loop of additions does not call it."""
    trace = under(boot("start: add eax, ecx\ndec ecx\njnz start\nhlt").set_register(1, 4))
    assert trace.kinds == (
        "look-up", "translation", "ident", "ident", "direct jump",
        "look-up", "hit", "patched", "ident", "ident", "direct jump",
        "chained", "ident", "ident", "direct jump",
        "chained", "ident", "ident", "direct jump",
        "look-up", "translation", "patched", "call-out", "halted",
    )  # fmt: skip


def test_kernel_code_runs_in_ring_1_and_processes_in_ring_3():
    rings = {(step.event.kind, step.state.guest.cpl, step.state.real.cpl) for step in under(guest("kernel")).steps}
    assert {(kind, real) for kind, _, real in rings if kind in ("ident", "direct")} == {("ident", 1), ("direct", 3)}
    assert all(real == max(virtual, 1) for kind, virtual, real in rings if kind in ("ident", "direct", "inline"))


def test_a_copied_store_to_page_tables_becomes_a_call_out_after_some_traps():
    run = under(guest("page_tables", PAGES=50)).final
    assert run.counts["traced-write"] == HOT
    assert run.counts["adapted"] == 1
    assert run.counts["trap"] < 10


def test_loading_another_cr3_undoes_the_links_and_keeps_the_units():
    cpu = guest("page_tables")
    trace = under(cpu)
    (load,) = (n for n, step in enumerate(trace.steps) if "mov cr0" in step.event.text)
    before, after = trace.state_at(load).monitor.cache, trace.state_at(load + 1).monitor.cache
    assert before.links
    assert not after.links
    assert after.units == before.units


def test_a_process_that_asks_where_its_tables_are_sees_the_monitors():
    """Processes run directly, so SIDT in ring 3 tells; a processor with UMIP traps there, and the monitor answers."""
    cpu = boot("start: sidt [0xd000]\nint 0x80\nend: hlt", ring=3, interrupts=True, gates={13: "end"})
    difference = first_difference(bare(cpu), under(cpu))
    assert difference is not None
    assert "sidt" in difference.instruction
    assert first_difference(bare(cpu), under(cpu, monitor=binary_translation(umip=True))) is None


def test_a_process_with_interrupts_off_is_interpreted():
    cpu = boot("start: pushf\npop eax\nint 0x80\nend: hlt", ring=3, interrupts=False, gates={13: "end"})
    run = under(cpu)
    assert "interpreted" in run.kinds
    assert "direct" not in run.kinds
    assert first_difference(bare(cpu), run) is None


def test_code_that_is_not_there_ends_the_run():
    assert under(boot("start: jmp 0x8000")).kinds[-1] == "no-code"
