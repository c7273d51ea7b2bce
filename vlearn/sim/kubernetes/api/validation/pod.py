"""What a pod must be, and what of it may change. Source: pkg/apis/core/validation/validation.go, ValidatePodSpec.

Leaves out security contexts, DNS settings, volume sources, readiness and scheduling gates; and the comparison of both
specs that upstream appends where an update changes what it may not.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.field_errors import (
    Errors,
    duplicate,
    forbidden_field,
    invalid_value,
    required,
    unsupported,
)
from vlearn.sim.kubernetes.api.names import dns1123_label, dns1123_subdomain, qualified_name
from vlearn.sim.kubernetes.api.validation.affinity import affinity_errors, spread_errors
from vlearn.sim.kubernetes.api.validation.container import containers_errors, host_port_conflicts
from vlearn.sim.kubernetes.api.validation.metadata import annotation_errors, label_errors, named_rule
from vlearn.sim.kubernetes.api.validation.numbers import one_of

Spec = Mapping[str, Any]

RESTART_POLICIES = ("Always", "OnFailure", "Never")
DNS_POLICIES = ("ClusterFirstWithHostNet", "ClusterFirst", "Default", "None")
EFFECTS = ("NoSchedule", "PreferNoSchedule", "NoExecute")
LONGEST_DEADLINE = 2**31 - 1
_NAMED = (
    ("serviceAccountName", dns1123_subdomain),
    ("nodeName", dns1123_subdomain),
    ("hostname", dns1123_label),
    ("subdomain", dns1123_label),
    ("priorityClassName", dns1123_subdomain),
)
_CHANGES = (
    "pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,"
    "`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),"
    "`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)"
)


def pod_errors(pod: Mapping[str, Any]) -> Errors:
    """What is wrong with a pod's spec."""
    return pod_spec_errors(pod["spec"], "spec")


def template_errors(template: Mapping[str, Any], field: str) -> Errors:
    """What is wrong with a template of pods."""
    return template_metadata_errors(template, field) + pod_spec_errors(template["spec"], f"{field}.spec")


def template_metadata_errors(template: Mapping[str, Any], field: str) -> Errors:
    """What is wrong with a template's labels and annotations."""
    metadata = template.get("metadata") or {}
    errors = label_errors(metadata.get("labels"), f"{field}.labels")
    return errors + annotation_errors(metadata.get("annotations"), f"{field}.annotations")


def pod_spec_errors(spec: Spec, field: str) -> Errors:
    """What is wrong with the spec of a pod or of a template."""
    volumes = spec.get("volumes") or ()
    errors = _volume_errors(volumes, f"{field}.volumes")
    named = frozenset(each.get("name", "") for each in volumes)
    containers, starting = spec.get("containers") or (), spec.get("initContainers") or ()
    if not containers:
        errors.append(required(f"{field}.containers"))
    errors += containers_errors(containers, f"{field}.containers", named)
    errors += host_port_conflicts(containers, f"{field}.containers")
    taken = frozenset(each.get("name", "") for each in containers)
    errors += containers_errors(starting, f"{field}.initContainers", named, taken)
    errors += one_of(spec.get("restartPolicy"), RESTART_POLICIES, f"{field}.restartPolicy")
    errors += one_of(spec.get("dnsPolicy"), DNS_POLICIES, f"{field}.dnsPolicy")
    errors += label_errors(spec.get("nodeSelector"), f"{field}.nodeSelector")
    errors += affinity_errors(spec.get("affinity") or {}, f"{field}.affinity")
    errors += spread_errors(spec.get("topologySpreadConstraints") or (), f"{field}.topologySpreadConstraints")
    for name, rule in _NAMED:
        if spec.get(name):
            errors += named_rule(rule, spec[name], f"{field}.{name}")
    deadline = spec.get("activeDeadlineSeconds")
    if deadline is not None and not 1 <= deadline <= LONGEST_DEADLINE:
        words = f"must be between 1 and {LONGEST_DEADLINE}, inclusive"
        errors.append(invalid_value(f"{field}.activeDeadlineSeconds", deadline, words))
    return errors + toleration_errors(spec.get("tolerations") or (), f"{field}.tolerations")


def pod_update_errors(new: Mapping[str, Any], old: Mapping[str, Any]) -> Errors:
    """What an update may not do to a pod: change anything but images, the deadline, and further tolerations."""
    errors: Errors = []
    after, before = new["spec"], old["spec"]
    for where in ("containers", "initContainers"):
        if len(after.get(where) or ()) != len(before.get(where) or ()):
            return [forbidden_field(f"spec.{where}", "pod updates may not add or remove containers")]
    deadline, earlier = after.get("activeDeadlineSeconds"), before.get("activeDeadlineSeconds")
    if earlier is not None and deadline is None:
        errors.append(invalid_value("spec.activeDeadlineSeconds", None, f"must not update from {earlier} to nil"))
    elif earlier is not None and deadline > earlier:
        errors.append(
            invalid_value("spec.activeDeadlineSeconds", deadline, "must be less than or equal to previous value")
        )
    kept = before.get("tolerations") or ()
    if any(each not in (after.get("tolerations") or ()) for each in kept):
        words = "existing toleration can not be modified except its tolerationSeconds"
        errors.append(forbidden_field("spec.tolerations", words))
    if _fixed(after) != _fixed(before):
        errors.append(forbidden_field("spec", _CHANGES))
    return errors


def toleration_errors(tolerations: Sequence[Mapping[str, Any]], field: str) -> Errors:
    """What is wrong with tolerations."""
    errors: Errors = []
    for n, each in enumerate(tolerations):
        place = f"{field}[{n}]"
        key, operator, effect = each.get("key"), each.get("operator") or "", each.get("effect") or ""
        if key:
            errors += [invalid_value(f"{place}.key", key, words) for words in qualified_name(key)]
        elif operator != "Exists":
            words = 'operator must be Exists when `key` is empty, which means "match all values and all keys"'
            errors.append(invalid_value(f"{place}.operator", operator, words))
        if each.get("tolerationSeconds") is not None and effect != "NoExecute":
            words = "effect must be 'NoExecute' when `tolerationSeconds` is set"
            errors.append(invalid_value(f"{place}.effect", effect, words))
        if operator == "Exists" and each.get("value"):
            words = "value must be empty when `operator` is 'Exists'"
            errors.append(invalid_value(f"{place}.operator", each["value"], words))
        if operator not in ("", "Equal", "Exists"):
            errors.append(unsupported(f"{place}.operator", operator, ("Equal", "Exists")))
        if effect and effect not in EFFECTS:
            errors.append(unsupported(f"{place}.effect", effect, EFFECTS))
    return errors


def _volume_errors(volumes: Sequence[Mapping[str, Any]], field: str) -> Errors:
    errors: Errors = []
    seen: set[str] = set()
    for n, volume in enumerate(volumes):
        place, name = f"{field}[{n}]", volume.get("name")
        if not name:
            errors.append(required(f"{place}.name"))
        else:
            errors += [invalid_value(f"{place}.name", name, words) for words in dns1123_label(name)]
            if name in seen:
                errors.append(duplicate(f"{place}.name", name))
            seen.add(name)
        sources = [kind for kind in volume if kind != "name"]
        errors += [
            forbidden_field(f"{place}.{kind}", "may not specify more than 1 volume type") for kind in sources[1:]
        ]
    return errors


def _fixed(spec: Spec) -> dict[str, Any]:
    """A spec without what an update may change."""
    free = ("activeDeadlineSeconds", "tolerations")
    fixed = {name: value for name, value in spec.items() if name not in free}
    for where in ("containers", "initContainers"):
        fixed[where] = [{**each, "image": ""} for each in spec.get(where) or ()]
    if (spec.get("terminationGracePeriodSeconds") or 0) < 0:
        fixed["terminationGracePeriodSeconds"] = 1
    return fixed
