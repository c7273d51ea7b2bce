import pytest

from tests.views.geometry import SVG, collisions, root_of, texts_of
from vlearn.sim.cpu import boot
from vlearn.sim.monitors.bare import BARE
from vlearn.sim.monitors.guests import guest
from vlearn.sim.monitors.trap_and_emulate import TRAP_AND_EMULATE, trap_and_emulate
from vlearn.sim.monitors.vm import trace_guest
from vlearn.views.svg import CURRENT, FAULT, READ
from vlearn.views.trap_and_emulate import beside, counts_table, draw_trap_and_emulate
from vlearn.views.trap_and_emulate_charts import cache_counts, lost_updates, probe_table, traps_of_mapping

SMALL = boot("start: cli\npushf\npop eax\nsti\nhlt", interrupts=True)


def runs(cpu, monitor=TRAP_AND_EMULATE):
    return (trace_guest(one, one.start(cpu)) for one in (BARE, monitor))


def moments(trace, draw, step=1):
    for n in range(0, len(trace) + 1, step):
        (figure,) = draw(trace.state_at(n), trace.steps[n - 1].event if n else None)
        yield figure


def fills(figure, look):
    return sum(rect.get("fill") == look.fill for rect in root_of(figure.svg).iter(f"{SVG}rect"))


@pytest.mark.parametrize(("cpu", "step"), [(SMALL, 1), (guest("kernel"), 97)], ids=["small", "kernel"])
@pytest.mark.parametrize("rings", ["0/1/3", "0/3"])
def test_nothing_collides_at_any_moment_with_or_without_the_bare_machine(cpu, step, rings):
    bare, virtual = runs(cpu, trap_and_emulate(rings))
    for draw in (beside(bare), draw_trap_and_emulate):
        for figure in moments(virtual, draw, step):
            assert collisions(figure.svg) == []


def test_what_the_monitor_hides_is_lit_and_said():
    vm = TRAP_AND_EMULATE.start(SMALL)
    (figure,) = draw_trap_and_emulate(vm, None)
    assert fills(figure, READ) == len(["ring", "cs", "ss", "GDTR", "CR0", "CR3"])
    assert "The guest believes to be in ring 0; the real processor is in ring 1." in figure.alt
    assert "differ in CR0, CR3, GDTR, cs, ring, ss" in figure.alt


def test_where_the_guest_departs_both_machines_are_outlined():
    bare, virtual = runs(SMALL)
    figures = list(moments(virtual, beside(bare)))
    pushed = virtual.kinds.index("direct") + 1
    assert [fills(figure, FAULT) for figure in figures[: pushed + 2]] == [0, 1, 0, 2, 4]
    assert "[0x8ffc], 0x2 and not 0x202" in figures[pushed].alt
    assert "eax, 0x2 and not 0x202" in figures[pushed + 1].alt


def test_after_a_trap_the_real_processor_is_in_ring_0_and_the_instruction_is_marked():
    bare, virtual = runs(SMALL)
    trapped = list(moments(virtual, beside(bare)))[1]
    words = [area.words for area in texts_of(root_of(trapped.svg))]
    assert "ring 0, now" in words
    assert fills(trapped, CURRENT) == 1
    assert "Next comes cli." in trapped.alt


def test_with_rings_0_and_3_kernel_and_processes_share_a_ring():
    (figure,) = draw_trap_and_emulate(trap_and_emulate("0/3").start(SMALL), None)
    assert "kernel and processes" in [area.words for area in texts_of(root_of(figure.svg))]


def test_counts_stand_beside_each_other():
    table = counts_table({"a": {"direct": 3, "trap": 1}, "b": {"direct": 5}})
    assert table.rows == (("direct", "3", "5"), ("trap", "1", "0"))


def test_updates_are_lost_under_trap_and_emulate_alone():
    bare, virtual, translated = lost_updates((11, 23)).series
    assert set(bare.y) == set(translated.y) == {0.0}
    assert all(virtual.y)


@pytest.mark.parametrize(("umip", "signs"), [(False, 9), (True, 4)])
def test_the_probe_finds_these_signs(umip, signs):
    assert f"Signs: {signs} of 9" in probe_table("0/1/3", umip).caption


def test_look_ups_stay_and_chained_jumps_grow_with_the_rounds():
    translation, looked, chained = cache_counts((5, 10)).series
    assert (translation.y, looked.y, chained.y) == ((3, 3), (4, 4), (2, 7))


def test_an_adaptive_translator_traps_no_more_for_more_pages():
    plain, adaptive = traps_of_mapping((8, 16)).series
    assert plain.y[1] - plain.y[0] == 8
    assert adaptive.y[0] == adaptive.y[1]
