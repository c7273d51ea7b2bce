"""An application from a Compose file: who calls whom is read from the addresses in each service's environment.

A Compose file does not say who calls whom: `depends_on` is an order of starting, and what is on the same network may
talk or not. What a service is told to call stands in its environment: a URL (`http://payment:8080`), `host:port`, or
the value of a variable whose name ends in HOST. Replicas become servers. How long work takes stands nowhere in the file
and is given by the caller. Left out: addresses in commands and files, calls made by a share of visits, limits of CPU.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from vlearn.errors import ModelError, did_you_mean
from vlearn.sim.engine.compose.load import load
from vlearn.sim.engine.compose.project import Project
from vlearn.sim.engine.compose.project import Service as Asked
from vlearn.sim.services.application import Application, Call, Service
from vlearn.sim.services.latency import Exponential

DATABASES = ("postgres", "postgresql", "mysql", "mariadb", "mongodb", "redis", "rediss")
"""Schemes of URLs whose host keeps data."""
_URL = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?:[^@/]*@)?(?P<host>[\w.-]+)")
_PAIR = re.compile(r"(?P<host>[\w.-]+):\d+$")


@dataclass(frozen=True, slots=True)
class Composed:
    """The application, the services whose ports are published (where customers come in), and remarks in sentences."""

    application: Application
    entries: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Address:
    variable: str
    scheme: str
    host: str


def from_compose(
    text: str,
    work: Mapping[str, float],
    workers: Mapping[str, int] | None = None,
    messages: Iterable[tuple[str, str]] = (),
    name: str = "shop",
) -> Composed:
    """The application that a Compose file describes.

    `work` is the mean seconds of each service's own work, exponential; `workers` how many visits one of its containers
    works on at once (1 if not given); `messages` the calls, as (caller, callee), that nobody waits for. Raises
    ComposeError for a file that compose would refuse, and ModelError where work is missing or calls run in a cycle.
    """
    project = load(text, name)
    workers, sent = workers or {}, frozenset(messages)
    _refuse_unknown(project, {"work": work, "workers": workers, "messages": {one for pair in sent for one in pair}})
    if lacking := [name for name in project.services if name not in work]:
        raise ModelError(f"no work is given for {', '.join(lacking)}: work={{{lacking[0]!r}: 0.02}} would be 20 ms")
    called = {name: dict(_called(project, asked)) for name, asked in project.services.items()}
    if strange := sorted(pair for pair in sent if pair[1] not in called[pair[0]]):
        caller, callee = strange[0]
        raise ModelError(f"{caller} is to send messages to {callee}, which no address in its environment names")
    stores = {to for calls in called.values() for to, scheme in calls.items() if scheme in DATABASES}
    services = tuple(
        Service(
            name,
            Exponential(work[name]),
            asked.scale * workers.get(name, 1),
            tuple(Call(to, waits=(name, to) not in sent) for to in called[name]),
            database=name in stores,
        )
        for name, asked in project.services.items()
    )
    entries = tuple(name for name, asked in project.services.items() if asked.settings.ports)
    return Composed(Application(services), entries, (*project.warnings, *_remarks(project, called)))


def _addresses(asked: Asked) -> Iterator[_Address]:
    for line in asked.settings.environment:
        variable, _, value = line.partition("=")
        if found := _URL.match(value):
            yield _Address(variable, found["scheme"], found["host"])
        elif found := _PAIR.match(value):
            yield _Address(variable, "", found["host"])
        elif variable.upper().endswith("HOST"):
            yield _Address(variable, "", value)


def _called(project: Project, asked: Asked) -> Iterator[tuple[str, str]]:
    """Services that its environment names and its networks reach, each with the scheme of its address."""
    for address in _addresses(asked):
        callee = _named(project, address.host)
        if callee is not None and callee is not asked and _meet(asked, callee):
            yield callee.name, address.scheme


def _named(project: Project, host: str) -> Asked | None:
    for name, service in project.services.items():
        if host in (name, service.container_name, *(alias for place in service.places for alias in place.aliases)):
            return service
    return None


def _meet(one: Asked, other: Asked) -> bool:
    return not {place.network for place in one.places}.isdisjoint(place.network for place in other.places)


def _remarks(project: Project, called: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for name, asked in project.services.items():
        for address in _addresses(asked):
            callee = _named(project, address.host)
            if callee is not None and not _meet(asked, callee):
                yield (
                    f"{name}: {address.variable} names {callee.name}, but they share no network: the name does not"
                    " resolve, and no call is made"
                )
        for one in asked.depends_on:
            if one.service not in called[name]:
                yield f"{name} depends_on {one.service}: an order of starting; no address says that it calls it"


def _refuse_unknown(project: Project, given: Mapping[str, Iterable[str]]) -> None:
    for what, names in given.items():
        for name in names:
            if name not in project.services:
                near = did_you_mean(name, project.services)
                raise ModelError(f"{what} names {name!r}, which is no service of the Compose file{near}")
