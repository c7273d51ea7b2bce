"""Services as a cluster's map shows them: the virtual address, and the pods that stand behind it just now."""

from vlearn.sim.kubernetes.api.kinds import BY_KIND
from vlearn.sim.kubernetes.cluster import Cluster
from vlearn.sim.kubernetes.controllers.endpointslice import SERVICE_NAME
from vlearn.sim.kubernetes.store import Object
from vlearn.trace import Event
from vlearn.views.devices_strip import WIDTH
from vlearn.views.kubernetes_pods import is_lit
from vlearn.views.svg import CURRENT, INK, PLAIN, SMALL, Shape, box, fitted, text

ROW, MOST = 24, 6
SLICES = BY_KIND["discovery.k8s.io/v1", "EndpointSlice"].qualified
_LETTERS = 100


def services_drawn(state: Cluster, event: Event | None, top: float, shapes: list[Shape]) -> float:
    """Draw a row for each service that selects pods; where they end."""
    found = _services(state)
    for n, service in enumerate(found[:MOST]):
        y = top + n * ROW
        words = _said(state, service, True)
        words = words if len(words) <= _LETTERS else f"{words[: _LETTERS - 1]}…"
        slices = any(is_lit(SLICES, each, event) for each in slices_of(state, service))
        lit = is_lit("services", service, event) or slices
        shapes += [box(2, y, WIDTH - 4, ROW - 4, CURRENT if lit else PLAIN)]
        shapes += [text(10, y + 14, words, size=fitted(words, WIDTH - 20, SMALL), mono=True, fill=INK)]
    top += min(len(found), MOST) * ROW
    if len(found) > MOST:
        shapes.append(text(4, top + 12, f"{len(found) - MOST} more services are not drawn", size=SMALL))
        top += 18
    return top


def services_said(state: Cluster) -> str:
    """All of them in words, each a sentence after a space."""
    return "".join(f" Service {_said(state, service)}." for service in _services(state)[:MOST])


def slices_of(state: Cluster, service: Object) -> list[Object]:
    """The endpoint slices of a service."""
    metadata = service["metadata"]
    slices = state.objects(SLICES, metadata["namespace"])
    return [each for each in slices if (each["metadata"].get("labels") or {}).get(SERVICE_NAME) == metadata["name"]]


def endpoints_of(state: Cluster, service: Object) -> tuple[list[str], list[str]]:
    """The pods behind a service: those that it sends to, and those that are not ready."""
    ready: list[str] = []
    others: list[str] = []
    for each in slices_of(state, service):
        for endpoint in each.get("endpoints") or ():
            name = (endpoint.get("targetRef") or {}).get("name") or endpoint["addresses"][0]
            (ready if endpoint["conditions"].get("ready") else others).append(name)
    return sorted(ready), sorted(others)


def _services(state: Cluster) -> list[Object]:
    return [each for each in state.objects("services") if each["spec"].get("selector")]


def _said(state: Cluster, service: Object, short: bool = False) -> str:
    """A service and its endpoints; `short`: of a pod's name the last part, which tells pods apart."""
    spec = service["spec"]
    ready, others = endpoints_of(state, service)
    if short:
        ready, others = ([name.rpartition("-")[2] for name in names] for names in (ready, others))
    ports = ",".join(str(port["port"]) for port in spec.get("ports") or ())
    sends = f"→ {len(ready)} ready: {', '.join(ready)}" if ready else "→ no ready endpoint"
    waiting = f"; not ready: {', '.join(others)}" if others else ""
    return f"{service['metadata']['name']} {spec.get('clusterIP') or '(no address)'}:{ports} {sends}{waiting}"
