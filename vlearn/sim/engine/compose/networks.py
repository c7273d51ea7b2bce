"""The networks and volumes of a project, and the places of its services in them."""

from collections.abc import Iterable, Mapping
from typing import Any

from vlearn.sim.engine.compose.errors import ComposeError
from vlearn.sim.engine.compose.project import DEFAULT, Place, Service, Shared


def shared(given: Mapping[str, Any], project: str, services: Iterable[Service]) -> dict[str, Shared]:
    """Networks or volumes by key. The default network is there if a service is in it."""
    entries = dict(given)
    if any(place.network == DEFAULT for service in services for place in service.places):
        entries.setdefault(DEFAULT, None)
    return {key: _shared(key, entry or {}, project) for key, entry in entries.items()}


def _shared(key: str, entry: Mapping[str, Any], project: str) -> Shared:
    external = entry.get("external") in (True, "true")
    driver = entry.get("driver", "")
    if driver not in ("", "bridge", "local", "default"):
        raise ComposeError(f"vlearn: the driver {driver} is not modelled")
    configs = (entry.get("ipam") or {}).get("config") or [{}]
    given = entry.get("labels") or {}
    lines = given.items() if isinstance(given, Mapping) else (str(line).partition("=")[::2] for line in given)
    return Shared(
        key,
        entry.get("name") or (key if external else f"{project}_{key}"),
        external,
        entry.get("internal") in (True, "true"),
        configs[0].get("subnet", ""),
        tuple((str(name), str(value)) for name, value in lines),
    )


def places_of(given: Any, at: str) -> tuple[Place, ...]:
    """A service's networks; none named is the default one."""
    if not given:
        return (Place(DEFAULT),)
    if not isinstance(given, Mapping):
        return tuple(Place(str(name)) for name in given)
    found = []
    for name, entry in given.items():
        entry = entry or {}
        if unknown := set(entry) - {"aliases", "ipv4_address", "priority"}:
            raise ComposeError(f"vlearn: {at}.networks.{name}.{min(unknown)} is not modelled")
        found.append(Place(str(name), tuple(entry.get("aliases") or ()), entry.get("ipv4_address", "")))
    return tuple(found)
