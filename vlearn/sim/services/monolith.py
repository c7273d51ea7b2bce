"""The same work as one program: a monolith has all servers in one pool and every call inside a process.

Waiting calls and messages become function calls, whose work the one server does itself; each visit does all of it.
Pooled servers wait less at the same load, and one fault stops everything: that is the comparison.
"""

from vlearn.errors import ModelError
from vlearn.sim.services.application import Application, Call, Service
from vlearn.sim.services.latency import Latency, Sum


def monolith(application: Application, entry: str, servers: int | None = None) -> Application:
    """One service called `monolith` that does the work of `entry` and of all that it calls.

    `servers` is the sum of theirs unless it is given. Raises ModelError for calls made by a share of visits only.
    """
    parts = tuple(_parts(application, entry))
    reached = {service.name: service for service in parts}
    together = sum(service.servers for service in reached.values())
    work: tuple[Latency, ...] = tuple(service.work for service in parts)
    return Application((Service("monolith", Sum(work), together if servers is None else servers),))


def _parts(application: Application, name: str) -> tuple[Service, ...]:
    service = application.service(name)
    return (service, *(one for call in service.calls for one in _part_of(application, service, call)))


def _part_of(application: Application, caller: Service, call: Call) -> tuple[Service, ...]:
    if call.share < 1:
        raise ModelError(
            f"{caller.name} calls {call.to} for a share of visits: a monolith of it has no single sum of work"
        )
    return _parts(application, call.to)
