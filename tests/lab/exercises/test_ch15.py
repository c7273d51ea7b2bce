"""Chapter 15's exercises: right answers pass, each likely slip gets its own hint; its predictions hold in the model."""

import itertools
from dataclasses import replace
from math import ceil

import pytest

from vlearn.lab.exercises import EXERCISES
from vlearn.lab.exercises.ch15 import CASES
from vlearn.lab.exercises.ch15_platforms import DEMANDS, MEMORY, PROCESSES, UNLIMITED, Limits, demand_table, taken
from vlearn.lab.exercises.ch15_predictions import PREDICTIONS
from vlearn.lab.exercises.ch15_shops import (
    CHECKOUT,
    CRASH,
    FAULTS,
    FEW,
    GUARDS,
    JOBS,
    ROOMS,
    SHOP,
    composed,
    counters,
    delivered,
    forgetful,
    in_three_ways,
    tangled,
    through_an_outage,
    visited,
)
from vlearn.sim.services.application import Application, Call, Service
from vlearn.sim.services.cascade import cascade
from vlearn.sim.services.guards import Breaker, Retry
from vlearn.sim.services.latency import Fixed
from vlearn.sim.services.load import Down, Load, Slow
from vlearn.sim.services.messages.idempotence import Books, Delivery, at_least_once, handle
from vlearn.sim.services.messages.log import append
from vlearn.sim.services.messages.log_state import Join, Log, Poll, Send
from vlearn.sim.services.messages.queue_state import Ack, Close, Nack, Publish, Subscribe, WorkQueue
from vlearn.sim.services.messages.saga import PIZZA, Outcome, Saga, proceed
from vlearn.sim.services.messages.work_queue import work
from vlearn.sim.services.pizza import orders, shop
from vlearn.sim.services.queueing import mean_wait, offered_load, servers_needed
from vlearn.sim.services.simulate import simulate
from vlearn.trace import run


def untangled(waits=(True, False), to_stock=True, own=("orders", "payment", "stock")):
    """Three services; orders calls payment and stock, each waiting or not; a database for each that is named."""
    calls = {
        "orders": (Call("payment", waits=waits[0]), *((Call("stock", waits=waits[1]),) if to_stock else ())),
        "payment": (),
        "stock": (),
    }
    services = [
        Service(name, Fixed(0.02), 4, (*((Call(f"{name}-db"),) if name in own else ()), *calls[name])) for name in calls
    ]
    databases = [Service(f"{name}-db", Fixed(0.005), database=True) for name in own]
    return Application((*services, *databases))


def checkout(**guards):
    return replace(CHECKOUT, **guards)


def servers(rate, work, wait, least=1, strict=False):
    count = max(least, ceil(offered_load(rate, work)))
    while rate * work / count >= 1 or mean_wait(rate, work, count) > wait:
        count += 1
    return count + strict


def limited(service="search", **entries):
    """The Compose file with these entries for a service."""
    image = UNLIMITED[UNLIMITED.index(f"  {service}:") :].splitlines()[1] + "\n"
    return UNLIMITED.replace(image, image + "".join(f"    {name}: {value}\n" for name, value in entries.items()))


TWICE = [Publish("m1"), Publish("m2"), Subscribe("c", 2), Close("c"), Subscribe("c", 2)]

RIGHT = [
    ("ch15-isolation", (40, 150)),
    ("ch15-isolation", [20, 165.5]),
    ("ch15-limits", limited(mem_limit="4g", pids_limit=100)),
    ("ch15-limits", limited(deploy="{resources: {limits: {memory: 2g, pids: 40}}}")),
    ("ch15-platforms", {"payments", "archive", "news"}),
    ("ch15-platforms", ["news", "archive", "payments"]),
    ("ch15-boundaries", untangled()),
    ("ch15-boundaries", untangled((False, False))),
    ("ch15-guards", checkout(timeout=0.5, breaker=Breaker(3, 1))),
    ("ch15-guards", checkout(bulkhead=6)),
    ("ch15-wait", 675),
    ("ch15-wait", 675.2),
    ("ch15-servers", servers),
    ("ch15-servers", servers_needed),
    ("ch15-redelivery", ["m2", "m4", "m5", "m6"]),
    ("ch15-redelivery", ("m2", "m4", "m5", "m6")),
    ("ch15-bug-hunt", TWICE),
    ("ch15-bug-hunt", [Publish("a"), Publish("b"), Subscribe("c", 2), Nack("c", 1)]),
]
WRONG = [
    ("ch15-isolation", (80, 80), "Who could make them wait in the monolith"),
    ("ch15-isolation", (40, 95), "Who could make them wait in the monolith"),
    ("ch15-isolation", (95, 95), "enough to do with browsers alone"),
    ("ch15-isolation", (150, 40), "enough to do with browsers alone"),
    ("ch15-isolation", (40, 400), "at most 190 a second"),
    ("ch15-isolation", (5, 180), "At least 10 browsers"),
    ("ch15-isolation", 150, "Give two numbers"),
    ("ch15-isolation", ("40", "150"), "Give two numbers"),
    ("ch15-limits", UNLIMITED, "leaks until it has 8192 MiB"),
    ("ch15-limits", limited("orders", mem_limit="2g", pids_limit=100), "A limit for `orders` does not stop it"),
    ("ch15-limits", limited(pids_limit=100), "leaks until it has 8192 MiB"),
    ("ch15-limits", limited(mem_limit="4g"), "starts 300 of the 300 processes"),
    ("ch15-limits", limited(mem_limit="4g", pids_limit=280), "starts 280 of the 300 processes"),
    ("ch15-limits", limited(mem_limit="7500m", pids_limit=100), "leaks until it has 7500 MiB"),
    ("ch15-limits", limited(mem_limit="1g", pids_limit=100), "cannot work on a good day"),
    ("ch15-limits", limited(mem_limit="4g", pids_limit=20), "cannot work on a good day"),
    ("ch15-limits", limited(mem_limit="2g", pids_limit=40, scale=4), "Leave `search` at one container"),
    ("ch15-limits", limited(mem="4g"), "mem"),
    ("ch15-limits", UNLIMITED.replace("search", "find"), "The service `search` is gone"),
    ("ch15-limits", {"search": "4g"}, "the text of the whole Compose file"),
    ("ch15-platforms", {"laptop", "club"}, "`laptop` would get by without one"),
    ("ch15-platforms", {"payments", "news"}, "Compose is not enough for `archive`"),
    ("ch15-platforms", {"payments", "archive"}, "Compose is not enough for `news`"),
    ("ch15-platforms", set(DEMANDS), "`laptop` would get by without one"),
    ("ch15-platforms", {"payments", "archive", "news", "builds"}, "`builds` would get by without one"),
    ("ch15-platforms", {"bank"}, "No application is called 'bank'"),
    ("ch15-platforms", "news", "Give a set of names"),
    ("ch15-boundaries", tangled(), "More than one service calls db"),
    ("ch15-boundaries", untangled((True, True)), "orders fail. Who waits"),
    ("ch15-boundaries", untangled(to_stock=False), "`stock` learns of 0 of 50"),
    ("ch15-boundaries", untangled(own=("orders", "payment")), "`stock` calls no database"),
    ("ch15-boundaries", Application((Service("orders", Fixed(1)),)), "called `payment` is missing"),
    ("ch15-boundaries", untangled().put(Service("stock", Fixed(1), database=True)), "`stock` is a service"),
    ("ch15-boundaries", "orders", "Give an application"),
    ("ch15-guards", CHECKOUT, "No guard is there yet"),
    ("ch15-guards", checkout(timeout=0.1, breaker=Breaker(3, 1)), "while nothing is wrong"),
    ("ch15-guards", checkout(breaker=Breaker(3, 1)), "no failure to a breaker"),
    ("ch15-guards", checkout(timeout=0.5), "Who stops asking"),
    ("ch15-guards", checkout(timeout=1.0, retry=Retry(3, 0.1)), "Who stops asking"),
    ("ch15-guards", checkout(timeout=0.5, needed=False), "leave `needed`"),
    ("ch15-guards", Call("checkout", timeout=0.5), "share=0.3"),
    ("ch15-guards", Call("bank", share=0.3, timeout=0.5), 'Call("checkout"'),
    ("ch15-guards", 0.5, "Give the call"),
    ("ch15-wait", 0.675, "in seconds"),
    ("ch15-wait", 750, "The work itself is no waiting"),
    ("ch15-wait", 67.5, "those before you waited too"),
    ("ch15-wait", 337.5, "all work took the same time"),
    ("ch15-wait", 8.1, "how many wait"),
    ("ch15-wait", 9, "how many are there"),
    ("ch15-wait", 607.5, "once above the line"),
    ("ch15-wait", 1, "First the utilization"),
    ("ch15-wait", "675 ms", "a number of milliseconds"),
    ("ch15-servers", lambda rate, work, wait: ceil(rate * work), "With 1 the mean wait is 0.4 s"),
    ("ch15-servers", lambda rate, work, wait: max(2, ceil(rate * work)), "3 would be busy all the time"),
    ("ch15-servers", lambda *given: servers(*given, strict=True), "With one fewer"),
    ("ch15-servers", lambda *given: servers(*given, least=2), "With one fewer"),
    ("ch15-servers", lambda *given: 0, "at least one server"),
    ("ch15-servers", lambda *given: None, "returns NoneType"),
    ("ch15-servers", lambda rate, work, wait: mean_wait(rate, work, 0), "ModelError"),
    ("ch15-servers", 3, "without calling"),
    ("ch15-redelivery", ["m5", "m6"], "Some are missing"),
    ("ch15-redelivery", ["m5", "m6", "m2", "m4"], "in another order"),
    ("ch15-redelivery", ["m1", "m2", "m4", "m5", "m6"], "What is acknowledged is gone"),
    ("ch15-redelivery", ["m2", "m3", "m4", "m5", "m6"], "bob is still alive"),
    ("ch15-redelivery", ["m7"], "Nobody publishes m7"),
    ("ch15-redelivery", "m2 m4", "Give the names in order"),
    ("ch15-redelivery", ["m2", "m2", "m4", "m5", "m6"], "in another order"),
    ("ch15-bug-hunt", [Publish("a"), Subscribe("c"), Ack("c", 1)], "Nothing is delivered twice"),
    ("ch15-bug-hunt", [Publish("a"), Subscribe("c"), Close("c"), Subscribe("c")], "was the last one booked"),
    ("ch15-bug-hunt", [Publish("a"), Publish("a"), Subscribe("c", 2)], "an id of its own"),
    ("ch15-bug-hunt", [], "Nothing is delivered twice"),
    ("ch15-bug-hunt", TWICE * 30, "at most 100"),
    ("ch15-bug-hunt", ["publish"], "Give a list of actions"),
]


def test_the_cases_of_the_function_tell_its_slips_apart():
    right = [servers_needed(*case) for case in CASES]
    assert len(set(right)) > 3, "no constant will do"
    assert [ceil(offered_load(rate, mean)) for rate, mean, _ in CASES] != right
    assert 1 in right


def test_no_guard_of_the_study_is_the_exercises_answer():
    assert all(EXERCISES["ch15-guards"].accept(replace(CHECKOUT, **guard)) for guard in GUARDS.values())


@pytest.mark.parametrize(
    ("limits", "held"),
    [
        (Limits(None, None), (MEMORY, PROCESSES, True)),
        (Limits(512, None), (512, PROCESSES, False)),
        (Limits(None, 7), (MEMORY, 7, False)),
        (Limits(MEMORY, PROCESSES), (MEMORY, PROCESSES, True)),
    ],
)
def test_a_container_takes_what_its_limits_allow(limits, held):
    assert taken(limits, MEMORY, PROCESSES) == held


def test_every_demand_is_in_the_table():
    assert [row[0] for row in demand_table().rows] == list(DEMANDS)


def test_the_wrong_consumer_is_right_about_what_its_author_tried():
    tried = [Publish("m1"), Publish("m2"), Subscribe("c", 1), Close("c"), Subscribe("c", 1)]
    assert delivered(tried) == ("m1", "m1")
    assert forgetful(tried) == ("m1",)
    assert forgetful(CRASH).count("m1") == 2, "the player's run spoils it, so that the hint is fair"


def test_a_consumer_that_notes_and_books_together_is_not_spoiled():
    once = run(handle, Books(), [Delivery(id, 10) for id in delivered(TWICE)]).final
    assert once.balance == 20


def chosen(id):
    return PREDICTIONS[id].answer


def test_a_pool_waits_less_than_two_halves():
    assert chosen("ch15-same-servers").startswith("in the monolith")
    for rate in (40, 80, 95):
        monolith, services = counters(rate, rate, False).values()
        assert monolith["shop"].mean_wait < min(services["browse"].mean_wait, services["buy"].mean_wait)


def test_an_outage_of_buying_costs_the_services_no_browser():
    monolith, services = counters(80, 40, True).values()
    assert services["browsers"].failed == 0 < services["buyers"].failed
    assert monolith["browsers"].failed > 1000


def test_a_slow_kitchen_takes_orders_and_nobody_else():
    trace = cascade(SHOP, FEW, faults=[Slow("kitchen", 60, 0.2)], until=1.0)
    assert {one.name for step in trace.steps for one in step.state.services if one.stuck} == {"kitchen", "orders"}
    assert chosen("ch15-slow-kitchen") == "the kitchen and orders"


def test_a_bank_that_is_down_harms_those_who_look_less_than_a_slow_one():
    down, slow = (visited(CHECKOUT, FAULTS[name])["visitors"] for name in list(FAULTS)[1:])
    assert down.percentile(50) < 0.05
    assert down.failed < 0.2 * down.arrived
    assert slow.percentile(50) > 2
    assert chosen("ch15-slow-or-down").endswith("seconds of waiting if it is slow")


def test_of_the_guards_a_breaker_alone_helps_only_if_the_bank_refuses():
    def asked(name, trouble):
        return visited(replace(CHECKOUT, **GUARDS[name]), FAULTS[trouble])["bank"].arrived

    assert asked("a breaker", "the bank is 50 times as slow") == asked("none", "the bank is 50 times as slow")
    assert asked("a breaker", "the bank is down") < 0.7 * asked("none", "the bank is down")
    assert asked("time-out and 2 retries", "the bank is 50 times as slow") > 1.5 * asked("none", "nothing")


def test_retries_multiply():
    names = ("a", "b", "c", "d")
    calls = dict(itertools.pairwise(names))
    services = (
        Service(name, Fixed(0.01), 9, (Call(calls[name], retry=Retry(3, 0.01)),) if name in calls else ())
        for name in names
    )
    report = simulate(Application(tuple(services)), Load((Call("a"),), 1, 1), faults=[Down("d", 0)])
    assert str(report["d"].arrived) == chosen("ch15-retries")


def test_twice_the_load_is_eleven_times_the_wait():
    assert mean_wait(9, 0.1) / mean_wait(4.5, 0.1) == pytest.approx(11)
    assert chosen("ch15-double-load").startswith("about 11")


def test_the_kitchen_is_the_bottleneck_and_the_figures_are_the_runs():
    report = simulate(shop(), orders(20, 3000))
    asked = PREDICTIONS["ch15-which-to-scale"].question
    for service in shop().services[:4]:
        working = report[service.name].throughput / service.capacity
        assert f"with {service.servers}" in asked
        assert f"{report[service.name].utilization * 100:.0f} % ({working * 100:.0f} %)" in asked
    more = {
        one.name: simulate(shop().scaled(one.name, one.servers + 1), orders(20, 3000))["customers"].mean_time
        for one in shop().services
    }
    assert min(more, key=more.get) == "kitchen"
    assert chosen("ch15-which-to-scale").startswith("the kitchen")


def test_the_queue_is_empty_ten_seconds_after_the_outage():
    consumer = Application((Service("consumer", Fixed(1 / 30)),))
    load = Load((Call("consumer", waits=False),), 10, 600, steady=True)
    report = simulate(consumer, load, faults=[Down("consumer", 10, 30)], every=0.5)
    full = [sample.seconds for sample in report.samples if sample.queued[0]]
    assert full[-1] - 30 == pytest.approx(10, abs=0.6)
    assert chosen("ch15-drain").startswith("10 s")


def test_in_a_queue_without_room_payments_are_lost_while_orders_are_taken():
    _, roomy = through_an_outage(15, 20, ROOMS["any number"])
    _, narrow = through_an_outage(15, 20, ROOMS["50"])
    assert roomy["payment"].refused == 0 < narrow["payment"].refused
    assert roomy["customers"].failed == narrow["customers"].failed == 0


def test_a_customer_told_by_message_waits_least():
    times = {way: report["customers"].percentile(95) for way, report in in_three_ways().items()}
    assert times["messages"] < times["monolith"] < times["calls"]


def test_compose_scales_payment_until_its_database_is_the_bottleneck():
    slow, quick = (composed(payments, 25)["customers"] for payments in (2, 4))
    assert quick.percentile(50) < 0.05 * slow.percentile(50)
    assert composed(6, 40)["payment-db"].utilization > 0.7


def test_what_ann_held_is_back_at_the_head_when_bob_is_full():
    closed = next(step.state for step in run(work, WorkQueue(), CRASH).steps if step.event.kind == "close")
    assert [message.name for message in closed.ready] == ["m1", "m5"]
    assert [message.name for _, message in closed.consumer("bob").unacked] == ["m3", "m4"]
    assert chosen("ch15-prefetch-full") == "in the queue, before m5"
    assert len(run(work, WorkQueue(), JOBS).final.ready) == 4


def test_a_second_group_reads_everything():
    sends = [Send(f"r{n}", str(n)) for n in range(100)]
    actions = [*sends, Join("shop", "c1"), Poll("shop", "c1", 100), Join("audit", "a1"), Poll("audit", "a1", 200)]
    seen = run(append, Log.empty(3), actions).final.seen
    assert chosen("ch15-two-groups").startswith(f"{sum(group == 'audit' for group, *_ in seen)}:")


def test_noted_first_and_crashed_is_never_booked():
    deliveries = at_least_once([Delivery("m1", 10, "note, then book", crash_after=1)])
    final = run(handle, Books(), deliveries).final
    assert (final.booked, final.acked) == ((), ("m1",))
    assert chosen("ch15-note-first") == "it is never booked"


def test_what_might_follow_a_refusal_is_worded_as_events_are():
    asked = PREDICTIONS["ch15-compensation"].choices
    refused = run(proceed, Saga(PIZZA), [Outcome(), Outcome(), Outcome(False), Outcome(), Outcome()])
    others = run(proceed, Saga(PIZZA), [Outcome()] * 4), run(proceed, Saga(PIZZA), [Outcome()] * 3 + [Outcome(False)])
    events = {step.event.text for trace in (refused, *others) for step in trace.steps}
    assert refused.steps[3].event.text == "payment: pay it back" not in asked
    assert len(events & asked.keys()) >= 2
