"""Checks of chapter 15 about applications that the student designs: they are run, with and without a fault."""

from typing import Any

from vlearn.lab.exercise import Hint
from vlearn.lab.exercises.ch15_shops import CHECKOUT, COUNTER, COUNTERS, FAULTS, counters, visited
from vlearn.sim.services.application import Application, Call, shared_databases
from vlearn.sim.services.load import Down
from vlearn.sim.services.pizza import orders
from vlearn.sim.services.simulate import simulate

MOST, TIMES = 190, 2
"""Requests a second that the monolith can keep up with; how much shorter the browsers' times are to be."""


def isolation(answer: Any) -> Hint | None:
    """Rates at which the one kind of customers is much better off in a service of its own."""
    if not isinstance(answer, (list, tuple)) or len(answer) != 2 or not all(_rate(one) for one in answer):
        return Hint("Give two numbers above 0: how many browsers and how many buyers come a second, as in `(80, 40)`.")
    browsing, buying = answer
    if browsing + buying > MOST:
        return Hint(f"Together at most {MOST} a second may come: with more, the monolith cannot keep up either.")
    if browsing < 10:
        return Hint("At least 10 browsers a second: else there is nobody to compare.")
    together, apart = (report["browsers"].percentile(95) for report in counters(browsing, buying, False).values())
    if apart * TIMES <= together:
        return None
    said = (
        f"95 % of the browsers are answered within {together * 1000:.0f} ms by the monolith, within"
        f" {apart * 1000:.0f} ms by the services."
    )
    if browsing >= 0.9 * COUNTERS / COUNTER.mean:
        return Hint(f"{said} The five servers of `browse` have enough to do with browsers alone.")
    return Hint(f"{said} Who could make them wait in the monolith, and not in a service of their own?")


def _rate(one: object) -> bool:
    return isinstance(one, (int, float)) and not isinstance(one, bool) and one > 0


SERVICES = ("orders", "payment", "stock")
REQUESTS = 50


def boundaries(answer: Any) -> Hint | None:
    """Each service with data of its own, and an order taken while the stock is down, of which the stock then learns."""
    if not isinstance(answer, Application):
        return Hint("Give an application, as in `Application((Service(...), Service(...)))`.")
    names = {service.name for service in answer.services}
    if missing := [name for name in SERVICES if name not in names]:
        return Hint(f"A service called `{missing[0]}` is missing.")
    if shared := shared_databases(answer):
        return Hint(f"More than one service calls {shared[0]}: a change of its tables is a release of all of them.")
    databases = {service.name for service in answer.services if service.database}
    for name in SERVICES:
        if name in databases:
            return Hint(f"`{name}` is a service. Its database is another one, with `database=True`, which it calls.")
        if not databases & {call.to for call in answer.service(name).calls}:
            return Hint(f"`{name}` calls no database: where does it keep its data? (`database=True` marks one.)")
    report = simulate(answer, orders(5, REQUESTS, steady=True), faults=[Down("stock", 2, 7)])
    if failed := report["customers"].failed:
        return Hint(f"With the stock down for 5 s, {failed} of {REQUESTS} orders fail. Who waits for its answer?")
    for name in SERVICES[1:]:
        if report[name].answered < REQUESTS:
            return Hint(f"`{name}` learns of {report[name].answered} of {REQUESTS} orders. Who tells it?")
    return None


QUICK, MOST_LOST, LEAST_WITHIN = 1.0, 0.005, 0.82
"""Seconds; the share that may fail while all is well; the share answered in time over a run with a slow bank."""


def guards(answer: Any) -> Hint | None:
    """Nearly all visitors are served while all is well, and those who only look, too, while the bank is slow."""
    if not isinstance(answer, Call) or (answer.to, answer.share, answer.waits) != ("checkout", CHECKOUT.share, True):
        return Hint('Give the call with its guards: `Call("checkout", share=0.3, timeout=..., ...)`.')
    if not answer.needed:
        return Hint("A purchase without a checkout is none: leave `needed` as it is.")
    if not answer.guarded:
        return Hint("No guard is there yet: a time-out, a breaker, a bulkhead, or several of them.")
    well = visited(answer, FAULTS["nothing"])["visitors"]
    if well.failed > MOST_LOST * well.arrived:
        return Hint(
            f"Now {well.failed} of {well.arrived} visitors fail while nothing is wrong. The guard is too strict for"
            " a checkout that merely takes a little longer than most."
        )
    slow = visited(answer, FAULTS["the bank is 50 times as slow"])["visitors"]
    within = slow.within(QUICK)
    if within >= LEAST_WITHIN:
        return None
    said = f"With the slow bank, {within:.0%} of all visitors are answered within a second."
    if answer.timeout is None and answer.bulkhead is None:
        return Hint(f"{said} A call that never ends is no failure to a breaker. What makes it one?")
    if answer.breaker is None and answer.bulkhead is None:
        return Hint(f"{said} Each checkout still holds a server of the web until it gives up. Who stops asking?")
    return Hint(f"{said} How many servers of the web may wait for checkouts at once, and for how long?")
