"""Runs: Little's law to the nanosecond, nothing lost, back-pressure, load above capacity, and bad input."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.services.application import Application, Call, Service, callers_first, shared_databases
from vlearn.sim.services.guards import Breaker, Retry
from vlearn.sim.services.latency import Exponential, Fixed
from vlearn.sim.services.load import Down, Load, Slow, above_capacity, visits
from vlearn.sim.services.messages.queue_state import Close, Publish, Subscribe, WorkQueue
from vlearn.sim.services.messages.work_queue import work
from vlearn.sim.services.simulate import prepare, simulate
from vlearn.trace import run

CHAIN = Application(
    (
        Service("web", Exponential(0.01), 8, (Call("db"), Call("mail", waits=False))),
        Service("db", Exponential(0.02), 4, database=True),
        Service("mail", Fixed(0.03), 2),
    )
)
WEB = (Call("web"),)


def test_littles_law_holds_exactly():
    """The area under the number in the system is the sum of all times in it: two sums of the same nanoseconds."""
    machine = prepare(CHAIN, [Load(WEB, 60, 3000)], seed=4, faults=())
    stations = {name: machine.stations[name] for name in ("web", "db", "mail", "customers")}
    area, inside, last = dict.fromkeys(stations, 0), dict.fromkeys(stations, 0), 0

    while machine.heap:
        now = machine.heap[0][0]
        for name in stations:
            area[name] += inside[name] * (now - last)
        last = now
        machine.run(now)
        for name, station in stations.items():
            inside[name] = station.arrived - len(station.times)
    for name, station in stations.items():
        assert area[name] == sum(station.times)
        rate, mean_time = Fraction(station.arrived, last), Fraction(sum(station.times), station.arrived)
        assert Fraction(area[name], last) == rate * mean_time


def test_the_same_seed_gives_the_same_run_and_another_another():
    def times(seed: int) -> bytes:
        return simulate(CHAIN, Load(WEB, 60, 500), seed=seed)["customers"].times.tobytes()

    assert times(3) == times(3) != times(4)


RETRIES = st.builds(Retry, st.integers(2, 3), jitter=st.sampled_from(("none", "full")))
BREAKERS = st.builds(Breaker, st.integers(1, 4), st.floats(0.1, 2), st.integers(1, 2))
GUARDS = (st.none() | st.floats(0.01, 0.5), st.none() | RETRIES, st.none() | BREAKERS, st.none() | st.integers(1, 3))
SHARES = st.sampled_from((1.0, 0.5))


def _call(to: str) -> st.SearchStrategy[Call]:
    waiting = st.builds(Call, st.just(to), st.just(True), SHARES, *GUARDS, st.booleans())
    return waiting | st.builds(Call, st.just(to), st.just(False), SHARES)


@st.composite
def _applications(draw: st.DrawFn) -> Application:
    """Up to five services that call only later ones, behind any guards."""
    count = draw(st.integers(1, 5))
    return Application(
        tuple(
            Service(
                f"s{n}",
                Exponential(draw(st.floats(0.005, 0.2))),
                draw(st.integers(1, 3)),
                tuple(draw(_call(f"s{to}")) for to in range(n + 1, count) if draw(st.booleans())),
                draw(st.none() | st.integers(0, 5)),
                draw(st.booleans()),
                draw(st.sampled_from((0.0, 0.2))),
                deliveries=3,
            )
            for n in range(count)
        )
    )


@given(_applications(), st.lists(st.builds(Down, st.just("s0"), st.floats(0, 1), st.floats(1.1, 3)), max_size=1))
@settings(deadline=None, max_examples=100)
def test_no_request_and_no_message_is_lost(application, faults):
    """When everything has ended, each visit was answered, failed, refused or given up, and every server is free."""
    machine = prepare(application, [Load((Call("s0"),), 20, 40)], 1, faults)
    machine.run()
    for station in machine.stations.values():
        assert station.arrived == len(station.times) + station.failed + station.refused + station.dead
        assert not station.queue
        assert station.idle == station.servers
        assert all(edge.out == 0 for edge in station.edges)
        assert min(station.times, default=0) >= 0
    customers = machine.stations["customers"]
    assert customers.arrived == len(customers.times) + customers.failed == 40


def test_load_above_capacity_is_said_and_stops_at_the_limit():
    application = Application((Service("till", Fixed(0.1), 2),))
    load = Load((Call("till"),), 30, 100_000, steady=True)
    report = simulate(application, load, limit=500)
    assert report.warnings == ("till gets 30 visits a second and can work on 20: its queue grows",)
    assert report.stopped.startswith("stopped after 50 s: 500 visits wait for till")
    assert report["till"].queued == 500
    assert simulate(application.scaled("till", 4), load, limit=500).stopped == ""


def test_a_full_queue_refuses_and_so_presses_back():
    application = Application((Service("till", Fixed(0.1), 2, room=3),))
    report = simulate(application, Load((Call("till"),), 30, 3000, steady=True))
    till = report["till"]
    assert report.warnings == ("till gets 30 visits a second and can work on 20: it refuses the rest",)
    assert till.refused == report["customers"].failed == pytest.approx(1000, abs=5)
    assert till.percentile(100) == pytest.approx(0.25, abs=0.1)


def test_messages_wait_for_a_service_that_is_down_and_calls_do_not():
    down = Down("db", 0, 10)
    asked = Application((Service("web", Fixed(0.01), 2, (Call("db"),)), Service("db", Fixed(0.01))))
    told = asked.put(Service("web", Fixed(0.01), 2, (Call("db", waits=False),)))
    load = Load(WEB, 20, 100, steady=True)
    assert simulate(asked, load, faults=[down])["customers"].failed == 100
    report = simulate(told, load, faults=[down], every=1.0)
    assert report["customers"].failed == 0
    assert report["db"].answered == 100
    assert [sample.queued[1] for sample in report.samples][:4] == [0, 20, 40, 60]


def test_a_message_that_cannot_be_done_is_given_up_after_its_deliveries():
    application = Application(
        (
            Service("web", Fixed(0.01), 1, (Call("mail", waits=False),)),
            Service("mail", Fixed(0.01), 1, (Call("host"),), deliveries=3),
            Service("host", Fixed(0.01)),
        )
    )
    mail = simulate(application, Load(WEB, 1, 5), faults=[Down("host", 0)])["mail"]
    assert (mail.arrived, mail.redelivered, mail.dead, mail.answered) == (5, 10, 5, 0)


def test_a_message_is_tried_as_often_as_a_quorum_queue_of_rabbitmq_4_delivers_it():
    """A delivery limit of 20 counts what comes back, so the work queue delivers 21 times."""
    crashes = [Close("c"), Subscribe("c")] * 30
    played = run(work, WorkQueue(delivery_limit=20), [Publish("m"), Subscribe("c"), *crashes])
    assert played.kinds.count("deliver") == Service("mail", Fixed(1)).deliveries
    assert played.final.dead == (("m", "delivery_limit"),)


def test_visits_follow_the_calls_and_their_shares():
    shared = CHAIN.put(Service("web", Fixed(0.01), 8, (Call("db", share=0.25), Call("mail", waits=False))))
    assert visits(shared, [Load(WEB, 60, 1)]) == {"web": 60, "db": 15, "mail": 60}
    measured = simulate(shared, Load(WEB, 60, 8000))
    assert measured["db"].arrived == pytest.approx(2000, rel=0.05)
    assert not above_capacity(shared, [Load(WEB, 60, 1)])
    assert callers_first(CHAIN)[0].name == "web"


def test_a_database_of_two_services_is_found():
    db = Service("db", Fixed(1), database=True)
    one, two = (Service(name, Fixed(1), calls=(Call("db"),)) for name in ("one", "two"))
    assert shared_databases(Application((one, two, db))) == ("db",)
    assert shared_databases(CHAIN) == ()


def _ring() -> Application:
    return Application(tuple(Service(n, Fixed(1), calls=(Call(to),)) for n, to in ("ab", "bc", "ca")))


BAD = [
    (_ring, r"calls in a cycle: (a -> b -> c -> a|b -> c -> a -> b|c -> a -> b -> c)"),
    (lambda: Application((Service("a", Fixed(1), calls=(Call("a"),)),)), "a -> a"),
    (lambda: Application((Service("a", Fixed(1)), Service("a", Fixed(1)))), "two services"),
    (
        lambda: Application((Service("web", Fixed(1), calls=(Call("dbs"),)), Service("db", Fixed(1)))),
        "did you mean 'db'",
    ),
    (lambda: Load(WEB, -1, 5), "rate above 0"),
    (lambda: Load(WEB, 1, -5), "0 requests or more"),
    (lambda: Load(WEB, 1, 5, start=-1), "begin at 0"),
    (lambda: Service("a", Fixed(1), 0), "at least 1 server"),
    (lambda: Service("a", Fixed(1), room=-1), "room for 0 or more"),
    (lambda: Service("a", Fixed(1), failing=1), "share of work"),
    (lambda: Service("a", Fixed(1), deliveries=0), "at least once"),
    (lambda: Call("a", share=0), "share of visits"),
    (lambda: Call("a", timeout=0), "time-out"),
    (lambda: Call("a", bulkhead=0), "lets 1 call"),
    (lambda: Call("a", waits=False, timeout=1), "nobody waits"),
    (lambda: Down("a", 2, 1), "ends after that"),
    (lambda: Slow("a", 0), "factor"),
    (lambda: simulate(CHAIN, Load((Call("wbe"),), 1, 1)), "did you mean 'web'"),
    (lambda: simulate(CHAIN, Load(WEB, 1, 1, name="db")), "two things"),
    (lambda: simulate(CHAIN, Load(WEB, 1, 1), faults=[Down("x", 1)]), "no service is called 'x'"),
    (lambda: simulate(CHAIN, Load(WEB, 1, 1), limit=0), "limit"),
    (lambda: simulate(CHAIN, Load(WEB, 1, 1), until=-1), "end of a run"),
    (lambda: simulate(CHAIN, Load(WEB, 1, 1))["x"], "there are web, db, mail, customers"),
    (lambda: simulate(CHAIN, Load(WEB, 1, 0))["web"].percentile(50), "no percentile"),
    (lambda: simulate(CHAIN, Load(WEB, 1, 1))["web"].percentile(0), "above 0"),
]


@pytest.mark.parametrize(("make", "words"), BAD)
def test_bad_input_is_refused_with_what_would_be_right(make, words):
    with pytest.raises(ModelError, match=words):
        make()


def test_a_run_of_some_seconds_leaves_the_rest_inside():
    report = simulate(CHAIN, Load(WEB, 60, 10_000), until=5)
    assert report.seconds == 5
    assert report["customers"].arrived == pytest.approx(300, rel=0.2)
    assert report["customers"].inside == report["web"].inside >= report["db"].inside
    assert 0 < report["web"].within(0.05) <= report["web"].within(5) <= 1
    assert report["web"].throughput == report["web"].answered / 5
