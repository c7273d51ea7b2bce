"""The notes' pizza shop: what a slow or absent payment does to it, step by step and in numbers; and the monolith."""

import pytest

from vlearn.errors import ModelError
from vlearn.sim.services.application import Application, Call, Service, shared_databases
from vlearn.sim.services.cascade import cascade
from vlearn.sim.services.guards import Breaker
from vlearn.sim.services.latency import Fixed
from vlearn.sim.services.load import Down, Load, Slow
from vlearn.sim.services.monolith import monolith
from vlearn.sim.services.pizza import guarded, orders, shop, with_messages
from vlearn.sim.services.simulate import simulate

SLOW = Slow("payment-db", 60)
FEW = orders(20, 24, steady=True)


def test_a_slow_database_takes_the_shop_down_one_service_after_another():
    run = cascade(shop(random=False), FEW, faults=[SLOW], until=3)
    stuck = []
    for step in run.steps:
        stuck += [one.name for one in step.state.services if one.stuck and one.name not in stuck]
    assert stuck[:3] == ["payment-db", "payment", "orders"]
    assert {"payment-db", "payment", "orders"} <= {one.name for one in run.steps[-1].state.services if one.taken}
    assert "time-out" not in run.kinds


def test_time_outs_and_breakers_stop_it():
    application = guarded(shop(random=False), 0.3, Breaker(2, 0.2))
    run = cascade(application, FEW, faults=[SLOW], until=3)
    assert not any(step.state["orders"].stuck for step in run.steps)
    turned = [kind for kind in run.kinds if kind.startswith("breaker")]
    assert turned[0] == "breaker-open"
    assert "breaker-half-open" in turned
    assert run.final.failed + run.final.answered == 24


def test_the_first_order_of_a_quiet_shop_visits_everything_in_turn():
    run = cascade(shop(random=False), orders(1, 1, steady=True))
    assert [step.event.touches[0] for step in run.steps if step.event.kind == "start"] == [
        "orders", "orders-db", "payment", "payment-db", "delivery", "kitchen", "delivery"
    ]  # fmt: skip
    assert run.final.seconds == pytest.approx(0.255)
    assert (run.final.answered, run.final.open_requests) == (1, 0)
    assert all(not one.taken for one in run.final.services)


def test_a_run_step_by_step_and_a_run_of_volume_end_alike():
    faults = [Slow("payment-db", 30, 0.2, 1)]
    application = guarded(shop(), 0.4, Breaker(3, 0.5))
    wall = cascade(application, orders(15, 40), seed=8, faults=faults).final
    report = simulate(application, orders(15, 40), seed=8, faults=faults)
    assert (wall.answered, wall.failed) == (report["customers"].answered, report["customers"].failed)
    assert [(one.answered, one.failed, one.refused) for one in wall.services] == [
        (report[one.name].answered, report[one.name].failed, report[one.name].refused) for one in wall.services
    ]


def test_orders_are_taken_while_payment_is_down_only_if_it_is_told_by_messages():
    faults = [Down("payment", 5, 25)]
    asked = simulate(shop(), orders(15, 500), seed=1, faults=faults)
    told = simulate(with_messages(shop()), orders(15, 500), seed=1, faults=faults)
    assert asked["customers"].failed > 200
    assert told["customers"].failed == 0
    assert told["payment"].answered == 500
    assert told["customers"].percentile(99) < 0.2


def test_servers_held_by_waiting_calls_are_busy_without_working():
    quiet = simulate(shop(), orders(15, 3000), seed=1)["orders"].utilization
    assert quiet > 5 * simulate(with_messages(shop()), orders(15, 3000), seed=1)["orders"].utilization


def test_a_monolith_waits_less_and_falls_as_a_whole():
    """Ten tills in one pool against two of five; and an outage stops all of it, not only the orders."""
    halves = Application((Service("menu", Fixed(0.05), 5), Service("order", Fixed(0.05), 5)))
    loads = [Load((Call(name),), 80, 8000, name=f"who {name}s") for name in ("menu", "order")]
    one = Application((Service("all", Fixed(0.05), 10),))
    both = [Load((Call("all"),), 80, 8000, name=load.name) for load in loads]
    apart, together = simulate(halves, *loads), simulate(one, *both)
    assert together["all"].mean_wait < apart["menu"].mean_wait
    apart = simulate(halves, *loads, faults=[Down("order", 10, 20)])
    together = simulate(one, *both, faults=[Down("all", 10, 20)])
    assert apart["who menus"].failed == 0 < apart["who orders"].failed
    assert together["who menus"].failed > 0 < together["who orders"].failed


def test_a_monolith_of_the_shop_does_the_same_work():
    application = shop(random=False)
    one = monolith(application, "orders")
    assert one.services[0].servers == sum(service.servers for service in application.services)
    assert one.services[0].work.mean == pytest.approx(0.255)
    assert shared_databases(application) == ()
    with pytest.raises(ModelError, match="share of visits"):
        monolith(Application((Service("a", Fixed(1), calls=(Call("b", share=0.5),)), Service("b", Fixed(1)))), "a")


def test_a_run_step_by_step_is_for_few_requests():
    with pytest.raises(ModelError, match="use simulate"):
        cascade(shop(), orders(15, 5000), until=600)
