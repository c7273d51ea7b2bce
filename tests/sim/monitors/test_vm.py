import pytest

from vlearn.sim.cpu import boot
from vlearn.sim.monitors.bare import BARE
from vlearn.sim.monitors.guests import guest
from vlearn.sim.monitors.trap_and_emulate import TRAP_AND_EMULATE
from vlearn.sim.monitors.vm import run_guest, trace_guest
from vlearn.trace import run

MONITORS = pytest.mark.parametrize("monitor", [BARE, TRAP_AND_EMULATE], ids=lambda monitor: monitor.name)


@MONITORS
def test_a_run_without_a_trace_ends_as_the_trace_does(monitor):
    vm = monitor.start(guest("kernel"))
    trace, ending = trace_guest(monitor, vm), run_guest(monitor, vm)
    assert (ending.kind, ending.vm, ending.events) == (trace.kinds[-1], trace.final, len(trace))


@MONITORS
def test_every_event_of_a_trace_is_counted_by_its_kind(monitor):
    trace = trace_guest(monitor, monitor.start(guest("flags")))
    assert dict(trace.final.counts) == {kind: trace.kinds.count(kind) for kind in set(trace.kinds)}


@MONITORS
def test_a_monitor_is_a_model_of_a_trace(monitor):
    trace = run(monitor, monitor.start(guest("flags")), range(5))
    assert trace.final.guest.tsc == 5


@MONITORS
def test_a_guest_that_never_halts_is_stopped_and_its_trace_kept(monitor):
    vm = monitor.start(boot("start: jmp start"))
    trace, ending = trace_guest(monitor, vm, limit=10), run_guest(monitor, vm, limit=10)
    assert trace.kinds == ("direct",) * 10 + ("step-limit",)
    assert "higher limit" in trace.steps[-1].event.text
    assert (ending.kind, ending.events) == ("step-limit", 10)


@MONITORS
def test_a_guest_that_jumps_to_nowhere_or_faults_without_a_handler_ends(monitor):
    assert run_guest(monitor, monitor.start(boot("start: jmp 0x7000"))).kind == "no-code"
    assert run_guest(monitor, monitor.start(boot("start: int 0x33"))).kind == "shutdown"


def test_an_event_names_what_it_touched_on_both_sides():
    trace = run(TRAP_AND_EMULATE, TRAP_AND_EMULATE.start(boot("mov eax, 5\nsti\npush eax")), range(3))
    direct, trap, emulated, push = (step.event.touches for step in trace.steps)
    assert direct == ("guest.eax", "guest.eip", "real.eax", "real.eip")
    assert {"real.cs", "real.esp", "real.eip"} <= set(trap)
    assert not [name for name in trap if name.startswith("guest.")]
    assert {"guest.eflags", "real.cs"} <= set(emulated)
    assert "guest.[0x8ffc]" in push
