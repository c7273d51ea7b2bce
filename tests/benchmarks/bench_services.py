"""Seconds to simulate a million requests through ten services on one core: servers held while they wait, and not."""

from collections.abc import Iterator

from vlearn.bench import Measurement, best_of
from vlearn.sim.services.application import Application, Call, Service
from vlearn.sim.services.latency import Exponential
from vlearn.sim.services.load import Load
from vlearn.sim.services.pizza import guarded, orders, shop
from vlearn.sim.services.simulate import simulate

LIMIT = 20.0
SERVICES, REQUESTS = 10, 1_000_000
RATE, WORK = 250.0, 0.01


def _chain(servers: int, holds: bool, waits: bool = True) -> Application:
    """Each service calls the next, so a request visits all ten."""
    return Application(
        tuple(
            Service(
                f"s{n}",
                Exponential(WORK),
                servers,
                (Call(f"s{n + 1}", waits=waits),) if n + 1 < SERVICES else (),
                holds=holds,
            )
            for n in range(SERVICES)
        )
    )


def _run(application: Application, requests: int) -> None:
    report = simulate(application, Load((Call("s0"),), RATE, requests), seed=1)
    if report["s9"].answered != requests:
        raise RuntimeError(f"a request did not come through: {report.stopped}")


def measure() -> Iterator[Measurement]:
    """Lower is better. The rows without a limit are a tenth of the size."""
    names = {"held while they wait": _chain(100, True), "free while they wait": _chain(4, False)}
    for name, application in names.items():
        seconds = best_of(lambda application=application: _run(application, REQUESTS), 1)
        words = f"a million requests through ten services, servers {name}"
        yield Measurement(words, seconds, "s", "20 s", seconds / LIMIT)
    seconds = best_of(lambda: _run(_chain(4, False, waits=False), REQUESTS // 10), 2)
    yield Measurement("100,000 requests, messages from service to service", seconds, "s")
    seconds = best_of(lambda: simulate(guarded(shop()), orders(15, REQUESTS // 10)), 2)
    yield Measurement("100,000 orders of the pizza shop, a time-out on every call", seconds, "s")
