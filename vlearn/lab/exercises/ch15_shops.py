"""The applications that chapter 15's notebook runs, and the wrong consumer of its bug hunt. All times are made up."""

from collections.abc import Iterable
from dataclasses import replace

from vlearn.sim.services.application import Application, Call, Service
from vlearn.sim.services.compose import from_compose
from vlearn.sim.services.guards import Breaker, Retry
from vlearn.sim.services.latency import Exponential, Fixed
from vlearn.sim.services.load import Down, Fault, Load, Slow
from vlearn.sim.services.messages.log_state import Commit, Join, Leave, LogAction, Poll, Send
from vlearn.sim.services.messages.queue_state import Ack, Action, Close, Nack, Publish, Subscribe, WorkQueue
from vlearn.sim.services.messages.work_queue import work
from vlearn.sim.services.monolith import monolith
from vlearn.sim.services.pizza import orders, shop, with_messages
from vlearn.sim.services.report import Report
from vlearn.sim.services.simulate import simulate
from vlearn.trace import run

SHOP = shop(random=False)
"""The notes' pizza shop with fixed times, to follow by hand."""
FEW = orders(20, 16, steady=True)
SLOW = Slow("payment-db", 60, 0.2)

COUNTER, COUNTERS = Fixed(0.05), 5
WHO = ("browsers", "buyers")


def counters(browsing: float, buying: float, outage: bool) -> dict[str, Report]:
    """The same work for 60 s by a monolith of ten servers, and by two services of five; without buying from 20 s on."""
    rates = dict(zip(WHO, (browsing, buying), strict=True))
    apart = Application((Service("browse", COUNTER, COUNTERS), Service("buy", COUNTER, COUNTERS)))
    entries = {
        "monolith": (Application((Service("shop", COUNTER, 2 * COUNTERS),)), ("shop", "shop")),
        "services": (apart, ("browse", "buy")),
    }
    reports = {}
    for name, (application, called) in entries.items():
        loads = [
            Load((Call(to),), rates[who], round(60 * rates[who]), name=who) for who, to in zip(WHO, called, strict=True)
        ]
        reports[name] = simulate(application, *loads, seed=3, faults=[Down(called[1], 20, 40)] * outage)
    return reports


CHECKOUT = Call("checkout", share=0.3)
GUARDS = {
    "none": {},
    "a time-out of 0.5 s": {"timeout": 0.5},
    "a breaker": {"breaker": Breaker(3, 1)},
    "time-out and 2 retries": {"timeout": 0.5, "retry": Retry(3, 0.1)},
}
"""What may stand before the call to the checkout."""
VISITORS = Load((Call("web"),), 40, 1200, name="visitors")
FAULTS: dict[str, tuple[Fault, ...]] = {
    "nothing": (),
    "the bank is down": (Down("bank", 5, 20),),
    "the bank is 50 times as slow": (Slow("bank", 50, 5, 20),),
}


def front(checkout: Call = CHECKOUT) -> Application:
    """A web shop: everybody gets the menu, three in ten check out, and the checkout asks a bank."""
    return Application((
        Service("web", Exponential(0.01), 8, (Call("menu"), checkout)),
        Service("menu", Exponential(0.01), 2),
        Service("checkout", Exponential(0.05), 6, (Call("bank"),)),
        Service("bank", Exponential(0.1), 4),
    ))  # fmt: skip


def visited(checkout: Call, faults: Iterable[Fault]) -> Report:
    """Half a minute of visitors."""
    return simulate(front(checkout), VISITORS, seed=1, faults=faults)


def tangled() -> Application:
    """Three services around one database, each call a waiting one."""
    to_all = (Call("db"), Call("payment"), Call("stock"))
    return Application((
        Service("orders", Fixed(0.02), 4, to_all),
        Service("payment", Fixed(0.1), 4, (Call("db"),)),
        Service("stock", Fixed(0.05), 2, (Call("db"),)),
        Service("db", Fixed(0.005), 2, database=True),
    ))  # fmt: skip


def in_three_ways() -> dict[str, Report]:
    """The pizza shop of waiting calls, of messages, and in one program; 15 orders a second for 100 s."""
    ways = {"calls": shop(), "messages": with_messages(shop())}
    reports = {name: simulate(application, orders(15, 1500)) for name, application in ways.items()}
    one = Load((Call("monolith"),), 15, 1500)
    return reports | {"monolith": simulate(monolith(shop(), "orders"), one)}


COMPOSE_FILE = """\
services:
  orders:
    build: ./orders
    ports: ["8080:8080"]
    environment:
      PAYMENT_URL: http://payment:8080
      DATABASE_URL: postgres://orders-db/shop
    depends_on: [orders-db, broker]
  payment:
    image: registry.example/payment:3
    scale: 2
    environment:
      DATABASE_URL: postgres://payment-db/books
  broker:
    image: rabbitmq:4
  orders-db:
    image: postgres:17
  payment-db:
    image: postgres:17
"""
COMPOSE_WORK = {"orders": 0.02, "payment": 0.1, "broker": 0.001, "orders-db": 0.005, "payment-db": 0.02}
"""Mean seconds of each service's own work, which the file does not tell."""


def composed(payments: int, rate: float) -> Report:
    """A minute of orders for the file's application, with so many containers for payment; orders work on 16 at once."""
    text = COMPOSE_FILE.replace("scale: 2", f"scale: {payments}")
    application = from_compose(text, COMPOSE_WORK, workers={"orders": 16}).application
    return simulate(application, orders(rate, round(60 * rate)))


JOBS: tuple[Action, ...] = (
    *(Publish(f"m{n}") for n in range(1, 7)),
    Subscribe("ann", 2), Subscribe("bob", 1), Ack("ann", 1), Close("ann"),
)  # fmt: skip
"""The actions of the exercise about redelivery."""

CRASH: tuple[Action, ...] = (
    *(Publish(f"m{n}") for n in range(1, 6)), Subscribe("ann"), Subscribe("bob", 2), Ack("bob", 1), Close("ann"),
    Subscribe("ann"), Ack("ann", 1), Nack("bob", 2, requeue=False), Ack("bob", 3), Ack("ann", 2),
)  # fmt: skip
"""The actions of the player: ann dies over her first message and comes back, bob rejects one for good."""

TOPIC: tuple[LogAction, ...] = (
    *(Send(f"{key[0]}{n}", key) for n in (1, 2) for key in ("ann", "bob", "eve")),
    Join("shop", "c1"), Join("shop", "c2"), Poll("shop", "c1", 2), Commit("shop", "c1"), Poll("shop", "c2", 2),
    Commit("shop", "c2"), Poll("shop", "c2"), Leave("shop", "c2"), Poll("shop", "c1", 2), Commit("shop", "c1"),
    Join("shop", "c2"), Send("e3", "eve"), Poll("shop", "c2"),
)  # fmt: skip
"""Two consumers of one group; c2 dies with a record read and not committed, and comes back."""


ROOMS = {"any number": None, "200": 200, "50": 50}
"""How many messages a queue takes in, in words."""


def through_an_outage(rate: float, outage: float, room: int | None) -> tuple[Application, Report]:
    """The shop that is told by messages for a minute, without payment from 10 s on; `room` in payment's queue."""
    told = with_messages(shop())
    application = told.put(replace(told.service("payment"), room=room))
    fault = Down("payment", 10, 10 + outage)
    return application, simulate(application, orders(rate, round(60 * rate)), seed=1, faults=[fault], every=2)


def delivered(actions: Iterable[Action]) -> tuple[str, ...]:
    """The messages in the order of their deliveries, whoever gets them."""
    trace = run(work, WorkQueue(), actions)
    return tuple(step.event.touches[0] for step in trace.steps if step.event.kind == "deliver")


def forgetful(actions: Iterable[Action]) -> tuple[str, ...]:
    """A wrong consumer, to be found out: it books what it is given, but for the id that it has booked last."""
    booked: list[str] = []
    for name in delivered(actions):
        if booked[-1:] != [name]:
            booked.append(name)
    return tuple(booked)
