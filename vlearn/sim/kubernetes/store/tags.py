"""What objects are found by besides their names: their owners, their node, and that nobody controls them.

A list by one of these would otherwise look at every object of the cluster. Upstream's informers keep the same indices:
controllers find pods by the uid of their controller, kubelets find pods by spec.nodeName.
"""

from collections.abc import Mapping
from typing import Any

Object = Mapping[str, Any]


def owned_by(uid: str) -> str:
    """The tag of all that name this owner, as their controller or not."""
    return f"owner/{uid}"


def on_node(name: str) -> str:
    """The tag of the pods that are bound to a node; of those that still wait for one where the name is empty."""
    return f"node/{name}"


def uncontrolled(resource: str, namespace: str) -> str:
    """The tag of the objects that no controller owns: those that one may adopt."""
    return f"loose/{resource}/{namespace}"


def tags_of(resource: str, namespace: str, object: Object) -> tuple[str, ...]:
    """Every tag of an object."""
    owners = (object.get("metadata") or {}).get("ownerReferences")
    tags = [owned_by(each["uid"]) for each in owners or ()]
    if namespace and not any(each.get("controller") for each in owners or ()):
        tags.append(uncontrolled(resource, namespace))
    if resource == "pods":
        tags.append(on_node((object.get("spec") or {}).get("nodeName") or ""))
    return tuple(tags)
