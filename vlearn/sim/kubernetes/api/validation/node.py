"""What a node's taints must be. Source: pkg/apis/core/validation, validateNodeTaints."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from vlearn.sim.kubernetes.api.field_errors import Errors, duplicate, invalid_value, required, unsupported
from vlearn.sim.kubernetes.api.names import label_value, qualified_name
from vlearn.sim.kubernetes.api.validation.pod import EFFECTS


def node_errors(node: Mapping[str, Any]) -> Errors:
    """What is wrong with a node's spec."""
    errors: Errors = []
    seen = set()
    for n, taint in enumerate((node.get("spec") or {}).get("taints") or ()):
        place = f"spec.taints[{n}]"
        key, value, effect = (taint.get(name) or "" for name in ("key", "value", "effect"))
        errors += [invalid_value(f"{place}.key", key, words) for words in qualified_name(key)]
        errors += [invalid_value(f"{place}.value", value, words) for words in label_value(value)]
        if not effect:
            errors.append(required(f"{place}.effect"))
        elif effect not in EFFECTS:
            errors.append(unsupported(f"{place}.effect", effect, EFFECTS))
        if (key, effect) in seen:
            errors.append(replace(duplicate(place, taint), detail="taints must be unique by key and effect pair"))
        seen.add((key, effect))
    return errors
