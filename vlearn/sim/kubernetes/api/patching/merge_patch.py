"""JSON Merge Patch (RFC 7386): the patch looks like the object; null removes, a list replaces."""

from collections.abc import Mapping
from typing import Any


def merge_patched(object: Any, patch: Any) -> Any:
    """The document with the patch in it."""
    if not isinstance(patch, Mapping):
        return patch
    merged = dict(object) if isinstance(object, Mapping) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patched(merged.get(key), value)
    return merged
