import pytest

from vlearn.errors import ModelError
from vlearn.sim.cpu.eflags import IF
from vlearn.sim.monitors.bare import BARE
from vlearn.sim.monitors.guests import GUESTS, guest, source
from vlearn.sim.monitors.vm import RAM, run_guest, trace_guest

PROBED = """\
cs    00000008
lar   00c09300
sgdt  00006000
sidt  00006098
sldt  00000020
str   00000018
smsw  00000011
pushf 00000000
popf  00003000
="""
CONSOLES = {"kernel": "AABBAABB", "probe": PROBED, "flags": "=", "hot_loop": "", "page_tables": ""}


def on_bare_metal(name, **parameters):
    return run_guest(BARE, BARE.start(guest(name, **parameters)))


@pytest.mark.parametrize("name", GUESTS)
def test_a_guest_ends_by_a_halt_that_nothing_ends_and_uses_only_its_ram(name):
    ending = on_bare_metal(name)
    assert ending.kind == "halted"
    assert not ending.vm.guest.eflags & IF
    assert ending.vm.guest.console == CONSOLES[name]
    assert max(ending.vm.guest.memory) < RAM


def test_the_kernel_switches_between_two_processes_in_ring_3_by_its_timer():
    run = trace_guest(BARE, BARE.start(guest("kernel")))
    assert run.kinds.count("interrupt") == 6
    assert run.kinds.count("fault") == 0
    in_ring_3 = {step.state.guest.eip & ~0xFFF for step in run.steps if step.state.guest.cpl == 3}
    assert in_ring_3 == {0x40_0000, 0x80_0000}


@pytest.mark.parametrize(("interval", "console"), [(90, "AABBAABB"), (0, "AAAABBBB"), (40, "ABABABAB")])
def test_without_a_timer_a_process_keeps_the_processor_until_it_yields(interval, console):
    assert on_bare_metal("kernel", INTERVAL=interval).vm.guest.console == console


@pytest.mark.parametrize("rounds", [1, 7, 300])
def test_the_hot_loop_computes_its_checksum(rounds):
    word, checksum = 0, 0
    for count in range(rounds, 0, -1):
        word = word + count & 0xFFFF_FFFF
        checksum = (checksum ^ word) * 2 & 0xFFFF_FFFF
    assert on_bare_metal("hot_loop", ROUNDS=rounds).vm.guest["eax"] == checksum


@pytest.mark.parametrize("pages", [1, 16, 1025])
def test_the_page_tables_map_each_page_once(pages):
    memory = on_bare_metal("page_tables", PAGES=pages).vm.guest.memory
    assert [memory[0x2_0000 + 4 * n] >> 12 for n in range(pages)] == list(range(pages))
    assert 0x2_0000 + 4 * pages not in memory


@pytest.mark.parametrize("interval", [11, 16, 23, 37])
def test_no_change_in_the_critical_section_is_lost_on_bare_metal(interval):
    assert on_bare_metal("flags", INTERVAL=interval).vm.guest.console == "="


def test_an_unknown_guest_or_parameter_is_refused_with_the_names_that_exist():
    with pytest.raises(ModelError, match="did you mean 'kernel'"):
        guest("kernle")
    with pytest.raises(ModelError, match="it has INTERVAL, ROUNDS"):
        guest("flags", interval=3)


def test_the_source_of_a_guest_can_be_read():
    assert "popf" in source("flags")
