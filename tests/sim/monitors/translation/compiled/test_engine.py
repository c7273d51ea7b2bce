import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.sim.cpu.random_programs import ordinary, sensitive
from tests.sim.monitors.random_guests import control_flow, privileged, tables
from tests.sim.monitors.random_guests import guests as programs
from tests.sim.monitors.translation.guests_of_loops import A_B_C, CALLS, around, guests
from vlearn.sim.cpu import boot, run_to_end
from vlearn.sim.memory.modes import TWO_LEVEL
from vlearn.sim.memory.page_tables import PageTables
from vlearn.sim.monitors.compare import differences
from vlearn.sim.monitors.guests import GUESTS, guest
from vlearn.sim.monitors.translation import BINARY_TRANSLATION, run_translated
from vlearn.sim.monitors.vm import run_guest

COUNTED = ("look-up", "hit", "translation", "chained", "call-out", "traced-write", "adapted")


def ends(cpu, reference):
    """How a run ends in the engine and in the interpreter: kind, time, and what there is other than in the latter."""
    run = run_translated(cpu)
    return (
        (run.kind, run.cpu.tsc, differences(reference.cpu, run.cpu)),
        (reference.kind, reference.cpu.tsc, ()),
    )


def ends_in_time(cpu, limit=3000):
    reference = run_to_end(cpu, limit)
    assume(reference.kind != "step-limit")
    return ends(cpu, reference)


def counted(cpu):
    """What both speeds count, as the engine and as the step model count it."""
    run, steps = run_translated(cpu), run_guest(BINARY_TRANSLATION, BINARY_TRANSLATION.start(cpu))
    return [{kind: counts.get(kind, 0) for kind in COUNTED} for counts in (run.counts, steps.vm.counts)]


@pytest.mark.parametrize("name", GUESTS)
def test_every_guest_ends_as_on_the_bare_machine_and_is_counted_as_in_the_step_model(name):
    cpu = guest(name)
    engine, bare = ends(cpu, run_to_end(cpu))
    assert engine == bare
    engine, model = counted(cpu)
    assert engine == model


@given(guests())
@settings(deadline=None, max_examples=40)
def test_random_guests_with_loops_and_a_timer_end_as_on_the_bare_machine(cpu):
    engine, bare = ends_in_time(cpu)
    assert engine == bare


PAGES = PageTables(TWO_LEVEL, root=0x10000).map_page(0, 0, length=0x20000, user=True)


@given(guests(PAGES))
@settings(deadline=None, max_examples=30)
def test_so_they_do_with_paging(cpu):
    engine, bare = ends_in_time(cpu)
    assert engine == bare


@given(programs(ordinary, sensitive, control_flow, privileged, tables))
@settings(deadline=None, max_examples=40)
def test_random_kernels_that_change_their_tables_end_as_on_the_bare_machine(cpu):
    engine, bare = ends_in_time(cpu, 600)
    assert engine == bare


@given(guests())
@settings(deadline=None, max_examples=40)
def test_both_speeds_count_alike(cpu):
    assume(run_to_end(cpu, 3000).kind != "step-limit")
    engine, model = counted(cpu)
    assert engine == model


@given(st.integers(1, 60), st.sampled_from((0, 3)))
@settings(deadline=None, max_examples=40)
def test_the_timer_comes_after_the_same_instruction(interval, ring):
    cpu = around("add eax, ecx\nmov [0xd000], eax\npush eax\npop ebx", ring, 40, interval)
    engine, bare = ends_in_time(cpu)
    assert engine == bare


@pytest.mark.parametrize("limit", range(1, 12))
def test_a_run_can_be_stopped_after_any_instruction(limit):
    cpu = boot("start: add eax, ecx\nmov [0xd000], eax\ndec ecx\njnz start\nhlt").set_register(1, 100)
    run = run_translated(cpu, limit)
    assert run.kind == "step-limit"
    assert differences(run_to_end(cpu, limit).cpu, run.cpu) == ()


@pytest.mark.parametrize(
    ("program", "passes", "look_ups", "chained"), [(A_B_C.format(passes=1000), 0, 4, 998), (CALLS, 100, 104, 197)]
)
def test_the_loops_of_the_bank_are_counted_as_there(program, passes, look_ups, chained):
    run = run_translated(boot(program).set_register(1, passes))
    assert (run.counts["look-up"], run.counts["chained"]) == (look_ups, chained)


def test_a_loop_becomes_a_loop_of_python():
    run = run_translated(boot("start: mov ecx, 50\nagain: add eax, ecx\ndec ecx\njnz again\nhlt"))
    text = run.sources[0x4005]
    assert "while True:" in text
    assert "continue" in text
    assert text.count("# 0x4005  add eax, ecx  (ident)") == 1
    assert "flags = " not in text  # nobody sees them before they are set again


def test_two_units_that_lead_to_each_other_share_a_function():
    program = "start: mov ecx, 50\na: test ecx, 1\njz b\ninc eax\nb: dec ecx\njnz a\nhlt"
    cpu = boot(program)
    run = run_translated(cpu)
    assert len(set(run.sources.values())) < len(run.sources)
    assert differences(run_to_end(cpu).cpu, run.cpu) == ()


def test_a_guest_that_waits_for_nothing_ends():
    assert run_translated(boot("start: hlt")).kind == "halted"
    assert run_translated(boot("start: jmp 0x8000")).kind == "no-code"
    assert run_translated(boot("start: ud2")).kind == "shutdown"


def test_a_guest_that_never_gets_anywhere_is_stopped():
    for_ever = boot("start: div ecx", gates={0: "start"})
    assert run_translated(for_ever, 50).kind == "step-limit"
    back_in_time = boot("start: mov ecx, 0x10\nagain: mov eax, 0\nmov edx, 0\nwrmsr\njmp again")
    assert run_translated(back_in_time, 50).kind == "step-limit"
