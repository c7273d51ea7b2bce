import pytest

from tests.views.geometry import SVG, collisions, root_of, texts_of
from vlearn.blocks import Chart
from vlearn.sim.memory import FOUR_LEVEL, MIB, TWO_LEVEL, Access, EptTables, Invlpg, LoadCr3, PageTables, StoreEntry
from vlearn.sim.memory.entries import RW, US, A, P
from vlearn.sim.memory.shadow import Policy, Reclaim, operate_shadow, shadow_machine
from vlearn.trace import run
from vlearn.views.memory_shadow import draw_shadow
from vlearn.views.memory_shadow_charts import (
    cycles_by_churn,
    memory_by_processes,
    misses_by_page_size,
    references_by_working_set,
)
from vlearn.views.memory_shadow_columns import MOST
from vlearn.views.svg import CURRENT

HOST = EptTables().map_page(0, 16 * MIB, length=4 * MIB)
TABLES = PageTables(TWO_LEVEL).map_page(0x5000, 0x9000).map_page(0x8000, 0xB000, user=False)
ACTIONS = [
    Access(0x8000),
    StoreEntry(0x2014, 0xA000 | P | RW | US),
    Access(0x5000),
    Access(0x5000, "write"),
    StoreEntry(0x2014, 0xC000 | P | RW | US | A),
    Access(0x5000),
    Invlpg(0x5000),
    Access(0x5000),
    Access(0x6000, user=True),
    LoadCr3(0x1000),
    Reclaim(0xB000),
    Access(0x8000),
]


def words(figure):
    return [area.words for area in texts_of(root_of(figure.svg))]


def lit(figure):
    return sum(1 for rect in root_of(figure.svg).iter(f"{SVG}rect") if rect.get("fill") == CURRENT.fill)


def start(tables=TABLES, policy=None, host=HOST):
    return shadow_machine(tables.registers(), tables.memory, host, policy)


def at(trace, kind, which=0):
    steps = [step for step in trace.steps if step.event.kind == kind]
    return draw_shadow(steps[which].state, steps[which].event)


def test_before_the_first_action_the_shadow_is_empty_and_nothing_is_lit():
    figure, table = draw_shadow(start(), None)
    assert words(figure).count("no entry") == 2
    assert lit(figure) == 0
    assert table.rows[0] == (
        "0x5000",
        "→ gPA 0x9000 P R/W U/S",
        "→ hPA 0x1009000 4 KiB page of the host",
        "no entry an access will exit",
    )
    assert "the shadow has 0 of them" in figure.alt


def test_a_fill_lights_all_three_columns_of_the_page():
    figure, table = at(run(operate_shadow, start(), ACTIONS), "fill-shadow")
    assert lit(figure) == 3
    assert "one exit" in words(figure)
    assert table.rows[1][3] == "→ hPA 0x100b000 read-only"
    assert "Touched at page 0x8000: guest: → gPA 0xb000 (P R/W A), host" in figure.alt


def test_a_traced_store_lights_the_guests_entry_and_the_shadows():
    figure, _ = at(run(operate_shadow, start(), ACTIONS), "traced-write")
    assert lit(figure) == 2
    assert "Traced write" in words(figure)


def test_a_true_fault_is_the_guests_and_a_page_that_is_not_there_has_no_host_frame():
    figure, table = at(run(operate_shadow, start(), ACTIONS), "true-fault")
    assert "True fault: the guest gets #PF" in words(figure)
    assert ("0x6000", "not present PTE 0x0", "none", "no entry an access will exit") in table.rows


def test_a_frame_that_was_taken_away_is_said_to_be_gone():
    figure, _ = at(run(operate_shadow, start(), ACTIONS), "reclaim")
    assert "the host took it away" in words(figure)
    assert lit(figure) == 1


def test_a_table_out_of_step_is_named():
    trace = run(operate_shadow, start(policy=Policy(lazy=True)), ACTIONS)
    figure, _ = at(trace, "store-entry")
    assert "Page tables out of step with their shadow: 0x2000." in figure.alt
    assert any(", out of step" in said for said in words(figure))


def test_of_many_pages_those_around_the_access_are_drawn():
    tables = PageTables(TWO_LEVEL).map_page(0x10_0000, 0x1_0000, length=0x14000)
    trace = run(operate_shadow, start(tables), [Access(0x10_B000)])
    _, table = at(trace, "fill-shadow")
    assert len(table.rows) == MOST
    assert "0x10b000" in {row[0] for row in table.rows}


LARGE = PageTables(FOUR_LEVEL).map_page(0xFFFF_8000_0000_0000, 0x20_0000, 2 * MIB)


@pytest.mark.parametrize(
    ("vm", "actions"),
    [
        (start(), ACTIONS),
        (start(policy=Policy(lazy=True)), ACTIONS),
        (start(policy=Policy(shadows=1, vpid=0)), ACTIONS),
        (start(LARGE), [Access(0xFFFF_8000_0000_5000), Access(0xFFFF_8000_0000_6000, "write", user=True)]),
    ],
)
def test_nothing_collides_or_leaves_the_page_at_any_moment(vm, actions):
    trace = run(operate_shadow, vm, actions)
    for state, event in [(vm, None), *((step.state, step.event) for step in trace.steps)]:
        figure, table = draw_shadow(state, event)
        assert collisions(figure.svg) == []
        assert table.rows


def of(chart: Chart, name):
    return next(series.y for series in chart.series if series.name == name)


def test_the_charts_show_where_each_technique_wins():
    churn = cycles_by_churn(churns=(0, 0.02), accesses=80)
    assert of(churn, "shadow, traced stores")[0] < of(churn, "nested")[0]
    assert of(churn, "shadow, traced stores")[1] > of(churn, "shadow, lazy")[1] > of(churn, "nested")[1]
    sets = references_by_working_set(sizes=(16, 128), accesses=60)
    assert of(sets, "shadow, no structure caches")[1] < of(sets, "nested, no structure caches")[1]
    assert of(sets, "nested, caches of 4 tables")[1] < of(sets, "nested, no structure caches")[1]


def test_shadows_grow_with_processes_and_large_pages_need_both_sides():
    memory = memory_by_processes(processes=(1, 3), pages=4)
    assert of(memory, "shadow") == (16, 48)
    assert len(set(of(memory, "nested"))) == 1
    misses = misses_by_page_size(accesses=30)
    for name in ("shadow", "nested"):
        assert of(misses, name)[:3] > (50, 50, 50)
        assert of(misses, name)[3] == 0
