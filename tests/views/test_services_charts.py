"""Runs of services in charts and tables: the numbers are those of the runs and of the formulas."""

import pytest

from vlearn.blocks import Chart
from vlearn.errors import ModelError
from vlearn.render.chart_svg import to_svg
from vlearn.sim.services import queueing
from vlearn.sim.services.load import Down
from vlearn.sim.services.pizza import orders, shop
from vlearn.sim.services.simulate import simulate
from vlearn.views.services_charts import latencies, outcomes, queues_over_time, scaled, servers_taken
from vlearn.views.services_published import KAFKAS, beside_kafka
from vlearn.views.services_theory import little, theory_beside, wait_by_utilization

DAY = simulate(shop(), orders(15, 1500), seed=1, every=0.1)
CLOSED = simulate(shop(), orders(15, 60), seed=1, faults=[Down("orders", 0)])


def numbers(chart, name):
    return next(series for series in chart.series if series.name == name).y


def test_queues_are_those_that_were_seen():
    chart = queues_over_time(shop(), DAY, ("payment", "kitchen"))
    assert [series.name for series in chart.series] == ["payment", "kitchen"]
    assert len(chart.series[0].x) == len(DAY.samples)
    assert max(chart.series[1].y) == max(sample.queued[2] for sample in DAY.samples) > 0
    assert to_svg(chart)
    with pytest.raises(ModelError, match="give `every`"):
        queues_over_time(shop(), CLOSED, ("payment",))
    with pytest.raises(ModelError, match="did you mean 'payment'"):
        queues_over_time(shop(), DAY, ("paymnt",))


def test_percentiles_rise_and_runs_without_an_answer_are_left_out():
    chart = latencies({"open": DAY, "closed": CLOSED})
    assert [series.name for series in chart.series] == ["open"]
    assert numbers(chart, "open")[0] < numbers(chart, "open")[1] < numbers(chart, "open")[2]
    assert numbers(chart, "open")[1] == DAY["customers"].percentile(95) * 1000


def test_outcomes_count_every_request_once():
    table = outcomes({"open": DAY, "closed": CLOSED}, first="Shop")
    assert table.header[:2] == ("Shop", "Who asks")
    assert [row[2:5] for row in table.rows] == [("1,500", "1,500", "0"), ("60", "0", "60")]
    assert table.rows[1][5:] == ("none",) * 3
    assert [row[1] for row in outcomes({"open": DAY}, "customers", "payment").rows] == ["customers", "payment"]


def test_waiting_servers_are_taken_without_working():
    chart = servers_taken(shop(), DAY)
    taken, working = (dict(zip(series.x, series.y, strict=True)) for series in chart.series)
    assert taken["orders"] > 10 * working["orders"]
    assert taken["delivery"] == pytest.approx(working["delivery"], rel=0.1)
    assert working["delivery"] == pytest.approx(30 * 0.03 / 2 * 100, rel=0.1)


def test_more_servers_for_the_bottleneck_shorten_the_time():
    times = [
        report["customers"].percentile(95) for report in scaled(shop(), "kitchen", (2, 3), orders(20, 800)).values()
    ]
    assert times[1] < 0.8 * times[0]


def test_the_curve_is_the_formula_and_the_run_is_near_it():
    chart = wait_by_utilization(0.1, (1, 4), requests=8000, shares=(0.3, 0.5, 0.7))
    assert isinstance(chart, Chart)
    assert numbers(chart, "1 server, formula") == pytest.approx([300 / 7, 100, 700 / 3])
    assert numbers(chart, "4 servers, formula")[2] == pytest.approx(queueing.mean_wait(28, 0.1, 4) * 1000)
    for servers in ("1 server", "4 servers"):
        assert numbers(chart, f"{servers}, run") == pytest.approx(numbers(chart, f"{servers}, formula"), rel=0.2)
    assert numbers(chart, "1 server, run") != numbers(chart, "4 servers, run")


def test_theory_stands_beside_the_run():
    rows = {row[0]: row[1:] for row in theory_beside(8, 0.1, 1).rows}
    assert rows["Utilization"][0] == "80.0%"
    assert rows["Mean wait"][0] == "400 ms"
    assert rows["Mean number there"][0] == "4.00"
    assert 3.5 < float(rows["Mean number there"][1]) < 4.5


def test_littles_law_holds_for_what_was_seen():
    table = little(DAY, ["orders", "delivery"])
    assert [row[0] for row in table.rows] == ["orders", "delivery"]
    for row in table.rows:
        assert float(row[4]) == pytest.approx(float(row[3]), rel=0.1)


def test_the_model_hashes_as_kafka_does():
    rows = beside_kafka().rows
    assert [row[0] for row in rows] == list(KAFKAS)
    assert all(row[1] == row[2] for row in rows)
    assert {int(row[3]) for row in rows} < set(range(6))
