"""Parts that the descriptions of several kinds have in common."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from vlearn.sim.kubernetes.api.moments import moment
from vlearn.sim.kubernetes.api.selector import selector_of
from vlearn.sim.kubernetes.api.tables.duration import human
from vlearn.sim.kubernetes.kubectl.client import Client, Object

LONGEST_ANNOTATION = 140
SKIPPED = "kubectl.kubernetes.io/last-applied-configuration"
NONE, UNSET = "<none>", "<unset>"
Lines = Iterator[str]


@dataclass(frozen=True, slots=True)
class About:
    """What a describer describes: the object, and the API that knows what is around it."""

    client: Client
    object: Object

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The object's metadata."""
        found: Mapping[str, Any] = self.object["metadata"]
        return found

    @property
    def spec(self) -> Mapping[str, Any]:
        """What is wanted."""
        return self.object.get("spec") or {}

    @property
    def status(self) -> Mapping[str, Any]:
        """What is."""
        return self.object.get("status") or {}

    @property
    def now(self) -> float:
        """The cluster's time."""
        return self.client.cluster.now

    def listed(self, path: str, **query: str) -> list[Any]:
        """The objects of a collection."""
        found: list[Any] = self.client.ask("GET", path, query=query)["items"]
        return found


def pairs(title: str, found: Mapping[str, str] | None) -> Lines:
    """Labels, or others such, one a line."""
    shown = [f"{key}={value}" for key, value in sorted((found or {}).items())]
    yield f"{title}:\t{shown[0] if shown else NONE}"
    yield from (f"\t{each}" for each in shown[1:])


def annotations(title: str, found: Mapping[str, str] | None) -> Lines:
    """Annotations, without the one that holds what was applied."""
    kept = sorted((key, value) for key, value in (found or {}).items() if key != SKIPPED)
    if not kept:
        yield f"{title}:\t{NONE}"
    for n, (key, value) in enumerate(kept):
        start = "" if n else f"{title}:"
        text = value.removesuffix("\n")
        if len(text) + len(key) + 2 > LONGEST_ANNOTATION or "\n" in text:
            yield f"{start}\t{key}:"
            yield from (f"\t  {_shortened(each)}" for each in text.split("\n"))
        else:
            yield f"{start}\t{key}: {text}"


def _shortened(text: str) -> str:
    most = LONGEST_ANNOTATION - 2
    return text if len(text) <= most else f"{text[:most]}..."


def head(about: About, *, dated: bool = False) -> Lines:
    """Name and namespace."""
    yield f"Name:\t{about.metadata['name']}"
    if about.metadata.get("namespace"):
        yield f"Namespace:\t{about.metadata['namespace']}"
    if dated:
        yield f"CreationTimestamp:\t{date(about.metadata.get('creationTimestamp'))}"


def marks(about: About) -> Lines:
    """Labels and annotations."""
    yield from pairs("Labels", about.metadata.get("labels"))
    yield from annotations("Annotations", about.metadata.get("annotations"))


def controller(object: Object) -> str:
    """The owner that controls an object: ReplicaSet/web-74fd449f5c."""
    owners = object["metadata"].get("ownerReferences") or ()
    return next((f"{each['kind']}/{each['name']}" for each in owners if each.get("controller")), "")


def date(written: str | None) -> str:
    """A moment as RFC 1123 writes it."""
    then = moment(written)
    return datetime.fromtimestamp(then or 0, UTC).strftime("%a, %d %b %Y %H:%M:%S +0000") if then is not None else ""


def since(about: About, written: str | None) -> str:
    """How long ago a moment is."""
    then = moment(written)
    return "<unknown>" if then is None else human(about.now - then)


def selector(written: Mapping[str, Any] | None) -> str:
    """A label selector as text."""
    if written is None:
        return UNSET
    equal = [f"{key}={value}" for key, value in sorted((written.get("matchLabels") or {}).items())]
    rest = [_expression(each) for each in written.get("matchExpressions") or ()]
    assert selector_of(written) is not None
    return ",".join(sorted([*equal, *rest])) or NONE


def _expression(each: Mapping[str, Any]) -> str:
    key, values = each["key"], ",".join(sorted(each.get("values") or ()))
    words: dict[str, str] = {
        "In": f"{key} in ({values})",
        "NotIn": f"{key} notin ({values})",
        "Exists": key,
        "DoesNotExist": f"!{key}",
    }
    return words[each["operator"]]


def truth(value: Any) -> str:
    """True, False, or <unset>."""
    return UNSET if value is None else "True" if value else "False"


def conditions(found: Sequence[Mapping[str, Any]], *columns: str, gap: str = "") -> Lines:
    """Conditions as a table with a rule under its head."""
    if not found:
        return
    yield "Conditions:"
    yield from ruled(
        [name[:1].upper() + name[1:] for name in columns],
        ([f"{each.get(name, '')}{gap if not n else ''}" for n, name in enumerate(columns)] for each in found),
    )


def ruled(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Lines:
    """A table under its title, its head underlined."""
    yield "  " + "\t".join(head)
    yield "  " + "\t".join("-" * len(each) for each in head)
    yield from ("  " + "\t".join(row) for row in rows)


def events(about: About) -> Lines:
    """What happened to the object, the latest last."""
    metadata = about.metadata
    fields = {
        "involvedObject.name": metadata["name"],
        "involvedObject.namespace": metadata.get("namespace", ""),
        "involvedObject.kind": about.object["kind"],
        "involvedObject.uid": metadata["name"] if about.object["kind"] == "Node" else metadata.get("uid", ""),
    }
    space = metadata.get("namespace")
    path = f"/api/v1/namespaces/{space}/events" if space else "/api/v1/events"
    found = about.listed(path, fieldSelector=",".join(f"{name}={value}" for name, value in fields.items() if value))
    if about.object["kind"] == "Node":
        fields["involvedObject.uid"] = metadata.get("uid", "")
        asked = ",".join(f"{name}={value}" for name, value in fields.items() if value)
        found = [*about.listed(path, fieldSelector=asked), *found]
    if not found:
        yield "Events:\t<none>"
        return
    yield "Events:"
    ordered = sorted(found, key=lambda each: moment(each.get("lastTimestamp")) or 0.0)
    yield "  Type\tReason\tAge\tFrom\tMessage"
    yield "  ----\t------\t----\t----\t-------"
    yield from (f"  {_event(about, each)}" for each in ordered)


def _event(about: About, event: Mapping[str, Any]) -> str:
    first = since(about, event.get("firstTimestamp"))
    count = event.get("count", 1)
    age = f"{since(about, event.get('lastTimestamp'))} (x{count} over {first})" if count > 1 else first
    source = (event.get("source") or {}).get("component") or event.get("reportingComponent", "")
    return "\t".join((event.get("type", ""), event.get("reason", ""), age, source, event.get("message", "").strip()))
