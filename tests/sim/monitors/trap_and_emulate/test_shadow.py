from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.monitors.random_guests import innocuous_guests
from vlearn.sim.cpu import Fault
from vlearn.sim.cpu.paging import physical
from vlearn.sim.monitors.bare import BARE
from vlearn.sim.monitors.guests import guest
from vlearn.sim.monitors.trap_and_emulate import TRAP_AND_EMULATE, trap_and_emulate
from vlearn.sim.monitors.trap_and_emulate.layout import LINEAR
from vlearn.sim.monitors.vm import RAM, run_guest

COMPRESSIONS = st.sampled_from(("0/1/3", "0/3"))
ACCESSES = st.tuples(
    st.one_of(st.sampled_from((0xD000, 0x4000, 0x1000, 0x10000, 0x11034, RAM)), st.integers(0, LINEAR - 1)),
    st.sampled_from(("read", "write", "execute")),
)


def reached(cpu, address, kind):
    try:
        return physical(cpu, address, kind, cpu.cpl == 3)
    except Fault:
        return None


@settings(deadline=None, max_examples=40)
@given(innocuous_guests, COMPRESSIONS, st.integers(0, 60), st.lists(ACCESSES, min_size=8, max_size=8))
def test_the_shadow_allows_nothing_that_the_guest_tables_do_not(guest, rings, events, accesses):
    monitor = trap_and_emulate(rings)
    vm = run_guest(monitor, monitor.start(guest), limit=events + 1).vm
    for address, kind in accesses:
        real = reached(vm.real, address, kind)
        if real is not None:
            virtual = reached(vm.guest, address, kind)
            assert virtual is not None
            assert real[1] == virtual[1] < RAM
            assert virtual[0].memory is vm.guest.memory, "A or D would have had to be set"
            assert real[0].memory is vm.real.memory


@settings(deadline=None, max_examples=40)
@given(innocuous_guests, COMPRESSIONS, st.integers(0, 80))
def test_a_shadow_that_follows_is_the_one_that_would_be_built_anew(guest, rings, events):
    monitor = trap_and_emulate(rings)
    vm = run_guest(monitor, monitor.start(guest), limit=events + 1).vm
    anew, memory = vm.monitor.rebuilt(vm.guest, vm.real.memory)
    assert anew.descriptors == vm.monitor.descriptors
    assert anew.traced == vm.monitor.traced
    assert _mapped(anew.shadow) == _mapped(vm.monitor.shadow)
    assert {at: word for at, word in memory.items() if word} == {at: w for at, w in vm.real.memory.items() if w}


def test_guest_ram_is_the_same_in_both_memories():
    vm = run_guest(TRAP_AND_EMULATE, TRAP_AND_EMULATE.start(guest("kernel"))).vm
    assert {at: word for at, word in vm.real.memory.items() if at < RAM} == dict(vm.guest.memory)


def test_a_write_to_the_page_tables_traps_only_under_the_monitor():
    assert "trap" not in run_guest(BARE, BARE.start(guest("page_tables"))).vm.counts
    counts = [
        run_guest(TRAP_AND_EMULATE, TRAP_AND_EMULATE.start(guest("page_tables", PAGES=pages))).vm.counts
        for pages in (8, 16, 32)
    ]
    assert [count["traced-write"] for count in counts] == [8, 16, 32]
    assert len({count["trap"] - count["traced-write"] for count in counts}) == 1


def _mapped(shadow):
    return {page: entries for page, entries in shadow.items() if any(entries)}
