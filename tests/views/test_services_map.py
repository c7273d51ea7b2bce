"""The call graph at every moment of its runs: nothing collides, nothing is said by colour alone."""

import itertools

import pytest

from tests.views.drawn import fills, moments, words
from tests.views.geometry import SVG, boxes_of, collisions, root_of
from vlearn.errors import ModelError
from vlearn.lab.exercises.ch15_shops import FEW, SHOP, SLOW, tangled
from vlearn.sim.services.application import Application, Call, Service
from vlearn.sim.services.cascade import cascade
from vlearn.sim.services.guards import Breaker
from vlearn.sim.services.latency import Fixed
from vlearn.sim.services.load import Down, Load
from vlearn.sim.services.pizza import guarded, with_messages
from vlearn.views.services_layout import depths, plan
from vlearn.views.services_map import draw_graph, wall_of
from vlearn.views.svg import CURRENT, FAULT

BREAKERS = guarded(SHOP, 0.3, Breaker(2, 0.2))
CHAIN = Application((
    *(Service(f"a-service-with-a-long-name-{n}", Fixed(0.1), 40, (Call(f"a-service-with-a-long-name-{n + 1}"),))
      for n in range(4)),
    Service("a-service-with-a-long-name-4", Fixed(9), 1),
))  # fmt: skip
RUNS = {
    "slow": (SHOP, cascade(SHOP, FEW, faults=[SLOW], until=1.5)),
    "breakers": (BREAKERS, cascade(BREAKERS, FEW, faults=[SLOW], until=1)),
    "down": (SHOP, cascade(SHOP, FEW, faults=[Down("payment", 0.2)], until=1)),
    "long": (CHAIN, cascade(CHAIN, Load((Call(CHAIN.services[0].name),), 200, 60, steady=True), until=2)),
}


def at(name, moment):
    application, trace = RUNS[name]
    step = trace.steps[moment]
    return wall_of(application)(step.state, step.event)[0]


@pytest.mark.parametrize("name", RUNS)
def test_nothing_in_a_drawing_meets_anything_else(name):
    application, trace = RUNS[name]
    draw = wall_of(application)
    for state, event in moments(trace, 7):
        (figure,) = draw(state, event)
        assert not collisions(figure.svg)
        assert figure.alt.endswith(".")


@pytest.mark.parametrize("application", [SHOP, with_messages(SHOP), tangled(), CHAIN, Application(())])
def test_a_graph_at_rest_fits(application):
    (figure,) = draw_graph(application)
    assert not collisions(figure.svg)
    assert not any("requests arrived" in word for word in words(figure))


def test_who_calls_and_who_sends_messages_is_said():
    assert "orders calls payment." in draw_graph(SHOP)[0].alt
    assert "orders sends messages to payment." in draw_graph(with_messages(SHOP))[0].alt
    assert 'stroke-dasharray="6 4"' in draw_graph(with_messages(SHOP))[0].svg
    assert 'stroke-dasharray="6 4"' not in draw_graph(SHOP)[0].svg


def test_customers_come_in_where_nobody_calls_or_where_it_is_said():
    lonely = Application((Service("shop", Fixed(1)), Service("broker", Fixed(1))))
    assert draw_graph(lonely)[0].svg.count("<polygon") == 2
    assert draw_graph(lonely, ["shop"])[0].svg.count("<polygon") == 1
    with pytest.raises(ModelError, match="no service is called 'shap'"):
        draw_graph(lonely, ["shap"])


def test_arrows_run_straight_from_box_to_box():
    for application in (SHOP, tangled(), CHAIN):
        places = plan(application)
        for (caller, to), route in places.routes.items():
            (left, top), (right, bottom) = places.corners[caller], places.corners[to]
            assert route[0][0] == left + places.box
            assert route[-1][0] == right
            assert top < route[0][1] < top + 70
            assert bottom < route[-1][1] < bottom + 70
            assert all(x0 == x1 or y0 == y1 for (x0, y0), (x1, y1) in itertools.pairwise(route))


def test_a_call_past_a_column_runs_beside_its_boxes():
    """In the tangled shop, orders calls the database beyond payment and stock."""
    places = plan(tangled())
    route = places.routes["orders", "db"]
    across = {y for (x0, y), (x1, _) in itertools.pairwise(route) if x1 - x0 >= places.box}
    assert len(across) == 1
    for name in ("payment", "stock"):
        top = places.corners[name][1]
        assert not top <= next(iter(across)) <= top + 70


def test_callees_stand_to_the_right_of_all_their_callers():
    depth = depths(SHOP)
    assert all(depth[call.to] > depth[service.name] for service in SHOP.services for call in service.calls)
    assert depth == {"orders": 0, "payment": 1, "kitchen": 1, "orders-db": 1, "payment-db": 2, "delivery": 2}


def test_stuck_and_slow_and_down_are_said_in_words():
    figure = at("slow", RUNS["slow"][1].kinds.index("queue"))
    assert {"stuck, 60×", "payment-db"} <= set(words(figure))
    assert "payment-db (stuck, 60× slow): 2 of 2 servers taken" in figure.alt
    assert fills(at("slow", -1), FAULT) >= 2
    figure = at("down", -1)
    assert "down" in words(figure)
    assert sum(rect.get("stroke-dasharray") is not None for rect in root_of(figure.svg).iter(f"{SVG}rect")) == 1


def test_every_server_and_everybody_who_waits_has_a_square():
    _, trace = RUNS["slow"]
    step = trace.steps[-1]
    servers = sum(gauge.servers + gauge.queued for gauge in step.state.services)
    small = [area for area in boxes_of(root_of(at("slow", -1).svg)) if area.right - area.left < 12]
    assert len(small) == servers


def test_what_does_not_fit_is_counted_instead():
    assert "40 of 40 servers taken" in words(at("long", -1))


def test_breakers_are_named_on_their_arrows():
    _, trace = RUNS["breakers"]
    opened = trace.kinds.index("breaker-open")
    assert "open" in words(at("breakers", opened))
    assert "open" not in words(at("breakers", opened - 1))
    assert "The breaker from orders to payment is open." in at("breakers", len(trace) - 1).alt


def test_what_the_event_touches_is_lit():
    _, trace = RUNS["slow"]
    start = trace.kinds.index("start")
    assert fills(at("slow", start), CURRENT) == 1
    assert fills(wall_of(SHOP)(trace.start, None)[0], CURRENT) == 0
