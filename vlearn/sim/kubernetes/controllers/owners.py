"""The reference by which a controller owns what it makes: the garbage collector deletes that after its owner."""

from collections.abc import Mapping
from typing import Any

Object = Mapping[str, Any]


def controller_reference(owner: Object) -> dict[str, Any]:
    """The reference of an object to the one that controls it, which may not go in the foreground before it."""
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": owner["metadata"]["name"],
        "uid": owner["metadata"].get("uid", ""),
        "controller": True,
        "blockOwnerDeletion": True,
    }
