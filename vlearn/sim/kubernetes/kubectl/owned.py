"""What belongs to an object: the pods of a replica set, the replica sets of a deployment, their revisions."""

from vlearn.sim.kubernetes.api.moments import created
from vlearn.sim.kubernetes.api.selector import selector_of
from vlearn.sim.kubernetes.kubectl.client import Client, Object, path_of
from vlearn.sim.kubernetes.kubectl.naming import resource_called

REVISION = "deployment.kubernetes.io/revision"
HASH = "pod-template-hash"


def controlled(client: Client, owner: Object, kind: str) -> list[Object]:
    """The objects of a kind that the owner's selector selects and that it controls."""
    metadata, resource = owner["metadata"], resource_called(kind)
    found = client.ask("GET", path_of(resource, metadata["namespace"]))["items"]
    chosen = selector_of(owner["spec"].get("selector"))
    return [
        each
        for each in found
        if chosen is not None
        and chosen.matches(each["metadata"].get("labels") or {})
        and any(one.get("controller") and one["uid"] == metadata["uid"] for one in _owners(each))
    ]


def _owners(object: Object) -> list[Object]:
    return object["metadata"].get("ownerReferences") or []


def new_and_old(client: Client, deployment: Object) -> tuple[Object | None, list[Object]]:
    """A deployment's replica set of today, and the others by name."""
    sets = controlled(client, deployment, "replicasets")
    wanted = deployment["spec"]["template"]
    fitting = [each for each in sorted(sets, key=created) if _plain(each["spec"]["template"]) == _plain(wanted)]
    new = fitting[0] if fitting else None
    return new, [each for each in sets if new is None or each["metadata"]["uid"] != new["metadata"]["uid"]]


def _plain(template: Object) -> Object:
    metadata = template.get("metadata") or {}
    labels = {name: value for name, value in (metadata.get("labels") or {}).items() if name != HASH}
    kept = {name: value for name, value in metadata.items() if name not in ("labels", "creationTimestamp")}
    return {**template, "metadata": {**kept, "labels": labels}}


def revision_of(object: Object) -> int:
    """The revision that a replica set or a deployment is of; 0 is none."""
    written = (object["metadata"].get("annotations") or {}).get(REVISION) or "0"
    return int(written) if str(written).isdecimal() else 0


def plain_template(template: Object) -> Object:
    """A template without the hash that a controller gave it."""
    return _plain(template)
