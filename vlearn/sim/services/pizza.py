"""The notes' pizza shop: orders, payment, kitchen, delivery; joined by waiting calls, or by messages.

The notes say that the shop takes orders while payment is down. With waiting calls it does not: that is what the
messages are for. `guarded` keeps the waiting calls and puts time-outs and breakers before them instead.
"""

from collections.abc import Callable
from dataclasses import replace

from vlearn.sim.services.application import Application, Call, Service
from vlearn.sim.services.guards import Breaker
from vlearn.sim.services.latency import Exponential, Fixed, Latency
from vlearn.sim.services.load import Load

WORK = {"orders": 0.02, "payment": 0.1, "kitchen": 0.05, "delivery": 0.03, "orders-db": 0.005, "payment-db": 0.02}
"""Mean seconds of each service's own work."""
SERVERS = {"orders": 8, "payment": 4, "kitchen": 2, "delivery": 2, "orders-db": 2, "payment-db": 2}
CALLS = {
    "orders": ("orders-db", "payment", "kitchen"),
    "payment": ("payment-db", "delivery"),
    "kitchen": ("delivery",),
}
"""The notes' four arrows (15.4), and a database for each of the two services that keep money and orders."""


def shop(random: bool = True) -> Application:
    """Every arrow a call that waits. With `random`, work is exponential; else fixed, to follow by hand."""
    return Application(tuple(_service(name, random) for name in WORK))


def _service(name: str, random: bool) -> Service:
    work: Latency = (Exponential if random else Fixed)(WORK[name])
    calls = tuple(Call(to) for to in CALLS.get(name, ()))
    return Service(name, work, SERVERS[name], calls, database=name.endswith("-db"))


def with_messages(application: Application) -> Application:
    """The same with messages between services; what a service asks its own database it still waits for."""
    databases = {service.name for service in application.services if service.database}
    return _recalled(application, lambda call: call if call.to in databases else Call(call.to, waits=False))


def guarded(
    application: Application, timeout: float = 0.5, breaker: Breaker | None = None, bulkhead: int | None = None
) -> Application:
    """The same with a time-out before every waiting call, and a breaker and a bulkhead if they are given."""
    return _recalled(
        application,
        lambda call: replace(call, timeout=timeout, breaker=breaker, bulkhead=bulkhead) if call.waits else call,
    )


def _recalled(application: Application, change: Callable[[Call], Call]) -> Application:
    return Application(
        tuple(replace(service, calls=tuple(map(change, service.calls))) for service in application.services)
    )


def orders(rate: float, requests: int, steady: bool = False) -> Load:
    """Customers who order."""
    return Load((Call("orders"),), rate, requests, steady=steady)
