"""Charts and tables of a data centre: every number is one that the model gives."""

from random import Random

from vlearn.lab.exercises.ch01_runs import INNOCUOUS, SMALL_SERVER, TWELVE, monitors
from vlearn.render.chart_svg import to_svg
from vlearn.sim.datacenter.benefits import measured
from vlearn.sim.datacenter.consolidation import SERVER, compare, lower_bound, made_up, pack, problem
from vlearn.sim.datacenter.isolation import WAYS
from vlearn.sim.datacenter.isolation.encapsulation import COPIES, PARTS, begin
from vlearn.sim.datacenter.sharing import Demand, squeeze
from vlearn.views.datacenter_charts import (
    benefits_table,
    day_of_servers,
    energy_by_way,
    fleets_table,
    hosts_by_count,
    load_curves,
    provisioning_chart,
)
from vlearn.views.datacenter_copies import draw_copy, parts_table
from vlearn.views.datacenter_frames import squeezed_chart
from vlearn.views.datacenter_requirements import judged, requirements_table

FOUND = {way: compare(TWELVE, SMALL_SERVER, sizing=way) for way in ("peak", "mean")}


def test_curves_are_in_per_cent_of_a_server():
    chart = load_curves(TWELVE, SMALL_SERVER)
    assert len(chart.series) == 6
    assert max(chart.series[0].y) == 100 * TWELVE[0].peak / SMALL_SERVER.cores


def test_the_fullest_servers_are_drawn_beneath_their_cores():
    chart = day_of_servers(TWELVE, FOUND["mean"].packing, SMALL_SERVER)
    assert chart.series[-1].y == (16.0,) * 24
    assert max(y for one in chart.series[:-1] for y in one.y) > 16
    many = day_of_servers(TWELVE, compare(TWELVE, SMALL_SERVER).packing, SMALL_SERVER)
    assert [one.name for one in many.series] == [*(f"server {n}" for n in range(5)), "cores there"]


def test_neither_order_gets_beneath_the_bound():
    def given(count):
        return problem(made_up(count, Random(2)), SERVER)

    came, largest, bound = hosts_by_count(given, (40, 80)).series
    assert came.y == tuple(float(pack(given(n), decreasing=False).hosts) for n in (40, 80))
    assert largest.y == tuple(float(pack(given(n)).hosts) for n in (40, 80))
    assert bound.y == tuple(float(lower_bound(given(n))) for n in (40, 80))


def test_both_fleets_are_in_the_table_and_in_the_bars():
    chart, table = energy_by_way(FOUND), fleets_table(FOUND)
    assert chart.series[0].x == ("a server each", "peak", "mean")
    assert chart.series[0].y == (FOUND["peak"].before.energy, *(one.after.energy for one in FOUND.values()))
    assert [row[:3] for row in table.rows] == [("a server each", "12", "–"), ("peak", "5", "5"), ("mean", "3", "3")]
    assert [row[-1] for row in table.rows] == ["0", "0", "3"]


def test_charts_can_be_drawn():
    squeezed = squeezed_chart({"two": squeeze(1024, [Demand(1024, 1024, 512, 256)] * 2)})
    assert [one.y for one in squeezed.series] == [(0.25,), (0.75,), (0.0,)]
    provisioned = provisioning_chart(125e6, cached=True)
    assert provisioned.series[0].x == tuple(WAYS)
    for chart in (squeezed, provisioned, load_curves(TWELVE, SMALL_SERVER), energy_by_way(FOUND)):
        assert to_svg(chart).startswith("<svg")


def test_a_benefit_has_its_price_beside_it():
    found = measured(made_up(30, Random(1)))
    rows = benefits_table(found).rows
    assert [row[0] for row in rows] == [one.name for one in found]
    assert all(row[-1] for row in rows)


def test_a_copy_says_which_parts_went_another_way():
    told, table = draw_copy(begin(), COPIES["suspended machine"], 3)
    assert told.markdown == "Nobody can tell the copy from the original."
    assert {row[-1] for row in table.rows} == {"yes"}
    told, table = draw_copy(begin(), [part for part in PARTS if part != "registers"], 1)
    assert told.markdown == "The copy went another way: memory, registers differ."
    assert [row[0] for row in table.rows if row[-1] == "NO"] == ["memory", "registers"]
    assert [row[1] for row in table.rows] == ["yes", "yes", "yes", "no", "yes", "yes"]
    assert len(parts_table().rows) == len(PARTS)


def test_a_monitor_is_judged_by_what_it_did():
    found = {name: judged(trace, INNOCUOUS) for name, trace in monitors().items()}
    broken = [tuple(words.startswith("BROKEN") for words in verdicts) for verdicts in found.values()]
    assert broken == [(False, False, False), (True, False, False), (False, True, False), (True, False, True)]
    assert found["interprets everything"][1] == "BROKEN: 0 of 2 innocuous instructions ran directly"
    assert "E[7]: 0x0 on the bare one" in found["lets the mode be read"][0]
    assert len(requirements_table(monitors(), INNOCUOUS).rows) == 4
