import pytest

from tests.sim.monitors.paravirtual.asking import domain, sound
from tests.sim.monitors.paravirtual.asking import update as ask
from vlearn.sim.monitors.costs import mapping_writes
from vlearn.sim.monitors.paravirtual import Refused
from vlearn.sim.monitors.paravirtual.requests import (
    READ_ONLY,
    Update,
    batched,
    entry_in_words,
    maps,
    reason_against,
    request,
    set_up,
)
from vlearn.sim.monitors.paravirtual.tally import Tally, fill
from vlearn.trace import run

PROTECT, USE, FOREIGN = (
    Update(0xFF, 0x30, maps(0x30, READ_ONLY)),
    Update(0xFE, 1, maps(0x30)),
    Update(0x30, 0, maps(0x101)),
)


def test_what_is_set_up_is_sound():
    vm = set_up((0x31,), (Update(0x32, 3, maps(0x33)),), ((5, 0x32),))
    assert sound(vm)
    assert vm.monitor.pages[0x32].type == "l1"
    assert vm.monitor.pages[0x31].type == "none"


def test_what_the_monitor_refuses_cannot_be_set_up():
    with pytest.raises(Refused, match="another guest"):
        set_up(contents=(FOREIGN,), tables=((1, 0x30),))


@pytest.mark.parametrize("asked", [PROTECT, USE, FOREIGN, Update(0xFE, 0x3F0, 0), Update(0xFF, 1, maps(0x101))])
def test_a_request_is_answered_as_the_hypercall_answers_it(asked):
    vm = set_up()
    result, kinds, _, _ = ask(domain(), (asked.frame, asked.index, asked.entry))
    assert (result == 0) == (reason_against(vm, asked) is None)
    assert run(request, vm, [asked]).kinds[0] in kinds


def test_a_batch_ends_at_the_first_that_is_refused_and_keeps_those_before():
    vm = set_up()
    trace = run(batched, vm, [(PROTECT, FOREIGN, USE, Update(0x30, 1, 0))])
    assert trace.kinds == ("validated", "validated", "refused")
    assert trace.steps[1].state == trace.final
    assert run(request, vm, (PROTECT, FOREIGN, USE, PROTECT)).kinds[-1] == "validated"


def test_an_entry_is_said_with_its_flags():
    assert entry_in_words(maps(0x30)) == "frame 0x30 (P R/W)"
    assert entry_in_words(0) == "frame 0x0 (no flag)"


@pytest.mark.parametrize(("mib", "size", "batch"), [(12, 4, 100), (12, 8, 100), (4, 4, 1024), (1, 8, 7)])
def test_a_tally_ends_with_the_counts_of_the_whole(mib, size, batch):
    tally = Tally(mib << 20, size, batch)
    trace = run(fill, tally, range(100))
    entries, tables = mapping_writes(mib << 20, size)
    assert (trace.final.done, trace.final.tables, len(trace)) == (entries, tables, tables)
    assert trace.final.hypercalls == -(-entries // batch)
    counts = [step.state.hypercalls for step in trace.steps]
    assert counts == sorted(counts)
