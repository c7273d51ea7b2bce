"""What every object must be: named, in its namespace, labelled and annotated within the rules.

Source: k8s.io/apimachinery, package `api/validation`, objectmeta.go.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.field_errors import Errors, FieldError, forbidden_field, invalid_value, required, written
from vlearn.sim.kubernetes.api.names import (
    dns1035_label,
    dns1123_label,
    dns1123_subdomain,
    label_value,
    qualified_name,
)

Rule = Callable[[str], tuple[str, ...]]
Labels = Mapping[str, str]

LARGEST_ANNOTATIONS = 256 * 1024
IMMUTABLE = "field is immutable"
NAMES: Mapping[str, Rule] = {"Service": dns1035_label, "Namespace": dns1123_label}
_UNCONDITIONAL_REFUSED = ("PodDisruptionBudget", "EndpointSlice", "Lease", "HorizontalPodAutoscaler")


def metadata_errors(object: Mapping[str, Any], namespaced: bool) -> Errors:
    """What is wrong with a new object's metadata."""
    metadata = object["metadata"]
    errors: Errors = []
    rule = NAMES.get(object["kind"], dns1123_subdomain)
    if base := metadata.get("generateName"):
        # The generated name ends in something else than the dash that most bases end in.
        stem = base[:-2] + "a" if base.endswith("-") and len(base) > 1 else base
        errors += [invalid_value("metadata.generateName", base, words) for words in rule(stem)]
    if name := metadata.get("name"):
        errors += [invalid_value("metadata.name", name, words) for words in rule(name)]
    else:
        errors.append(required("metadata.name", "name or generateName is required"))
    if namespaced:
        space = metadata.get("namespace")
        errors += [] if space else [required("metadata.namespace")]
        errors += [invalid_value("metadata.namespace", space, words) for words in dns1123_label(space or "a")]
    elif metadata.get("namespace"):
        errors.append(forbidden_field("metadata.namespace", "not allowed on this type"))
    errors += label_errors(metadata.get("labels"), "metadata.labels")
    errors += annotation_errors(metadata.get("annotations"), "metadata.annotations")
    errors += _owner_errors(metadata.get("ownerReferences") or ())
    for finalizer in metadata.get("finalizers") or ():
        errors += [invalid_value("metadata.finalizers", finalizer, words) for words in qualified_name(finalizer)]
    return errors


def label_errors(labels: Labels | None, field: str) -> Errors:
    """What is wrong with labels: the keys, then their values."""
    errors: Errors = []
    for key, value in sorted((labels or {}).items()):
        errors += [invalid_value(field, key, words) for words in qualified_name(key)]
        errors += [invalid_value(field, value, words) for words in label_value(value)]
    return errors


def annotation_errors(annotations: Labels | None, field: str) -> Errors:
    """What is wrong with annotations: the keys, and the size of all together."""
    errors: Errors = []
    for key in sorted(annotations or {}):
        errors += [invalid_value(field, key, words) for words in qualified_name(key.lower())]
    size = sum(len(key.encode()) + len(value.encode()) for key, value in (annotations or {}).items())
    if size > LARGEST_ANNOTATIONS:
        errors.append(too_long(field, LARGEST_ANNOTATIONS))
    return errors


def too_long(field: str, largest: int) -> FieldError:
    """A field of more bytes than it may have."""
    return FieldError("FieldValueTooLong", field, "", f"may not be more than {largest} bytes")


def metadata_update_errors(new: Mapping[str, Any], old: Mapping[str, Any]) -> Errors:
    """What an update may not do to metadata."""
    after, before = new["metadata"], old["metadata"]
    errors: Errors = []
    added = [each for each in after.get("finalizers") or () if each not in (before.get("finalizers") or ())]
    if before.get("deletionTimestamp") is not None and added:
        words = "no new finalizers can be added if the object is being deleted, found new finalizers"
        errors.append(forbidden_field("metadata.finalizers", f"{words} {written(added)}"))
    if not after.get("resourceVersion") and new["kind"] in _UNCONDITIONAL_REFUSED:
        errors.append(invalid_value("metadata.resourceVersion", 0, "must be specified for an update"))
    errors += [
        invalid_value(f"metadata.{name}", after.get(name) or "", IMMUTABLE)
        for name in ("name", "namespace", "uid")
        if (after.get(name) or "") != (before.get(name) or "")
    ]
    errors += label_errors(after.get("labels"), "metadata.labels")
    errors += annotation_errors(after.get("annotations"), "metadata.annotations")
    return errors + _owner_errors(after.get("ownerReferences") or ())


def named_rule(rule: Rule, value: str, field: str) -> Errors:
    """What a rule for names says of a field's value."""
    return [invalid_value(field, value, words) for words in rule(value)]


def _owner_errors(references: Sequence[Mapping[str, Any]]) -> Errors:
    errors: Errors = []
    controllers = [each for each in references if each.get("controller")]
    for n, each in enumerate(references):
        field = f"metadata.ownerReferences[{n}]"
        for name, words in (("apiVersion", "version must not be empty"), *_EMPTY):
            if not each.get(name):
                errors.append(invalid_value(f"{field}.{name}", each.get(name) or "", words))
    if len(controllers) > 1:
        first, second = controllers[:2]
        words = "Only one reference can have Controller set to true. Found"
        told = f'{words} "true" in references for {first["kind"]}/{first["name"]} and {second["kind"]}/{second["name"]}'
        errors.append(invalid_value("metadata.ownerReferences", [each["name"] for each in references], told))
    return errors


_EMPTY = tuple((name, f"{name} must not be empty") for name in ("kind", "name", "uid"))
