"""What the owners of pods must be, and what of them may change.

Source: pkg/apis/apps/validation and pkg/apis/batch/validation. Leaves out failure and success policies of jobs; a value
that is a whole template is written without its content.
"""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.kubernetes.api.field_errors import (
    Errors,
    FieldError,
    forbidden_field,
    invalid_value,
    required,
    unsupported,
)
from vlearn.sim.kubernetes.api.intstr import is_percent
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.api.selector import selector_of
from vlearn.sim.kubernetes.api.validation.affinity import selector_errors
from vlearn.sim.kubernetes.api.validation.metadata import IMMUTABLE
from vlearn.sim.kubernetes.api.validation.numbers import (
    at_most_all,
    count_or_percent,
    counts,
    of_int_or_string,
    one_of,
)
from vlearn.sim.kubernetes.api.validation.pod import template_errors, template_metadata_errors

Object = Mapping[str, Any]

_MISMATCH = "`selector` does not match template `labels`"
_STATEFUL = (
    "replicas",
    "ordinals",
    "template",
    "updateStrategy",
    "revisionHistoryLimit",
    "persistentVolumeClaimRetentionPolicy",
    "minReadySeconds",
)


def deployment_errors(deployment: Object) -> Errors:
    """What is wrong with a deployment's spec."""
    spec = deployment["spec"]
    errors = counts(spec, "spec", ("replicas",)) + _owned_errors(spec, "deployment", "spec.template")
    errors += _strategy_errors(spec["strategy"], "spec.strategy")
    errors += counts(spec, "spec", ("minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds"))
    deadline, ready = spec.get("progressDeadlineSeconds"), spec.get("minReadySeconds") or 0
    if deadline is not None and deadline <= ready:
        errors.append(invalid_value("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"))
    return errors


def replica_set_errors(replica_set: Object) -> Errors:
    """What is wrong with a replica set's spec."""
    spec = replica_set["spec"]
    errors = counts(spec, "spec", ("replicas", "minReadySeconds"))
    return errors + _owned_errors(spec, "deployment", "spec.template")


def stateful_set_errors(stateful_set: Object) -> Errors:
    """What is wrong with a stateful set's spec."""
    spec = stateful_set["spec"]
    errors = one_of(spec.get("podManagementPolicy"), ("OrderedReady", "Parallel"), "spec.podManagementPolicy")
    kind = spec["updateStrategy"].get("type")
    if kind not in ("RollingUpdate", "OnDelete"):
        words = "must be 'RollingUpdate' or 'OnDelete'"
        errors.append(invalid_value("spec.updateStrategy", kind, words))
    partition = (spec["updateStrategy"].get("rollingUpdate") or {}).get("partition")
    errors += counts({"partition": partition}, "spec.updateStrategy.rollingUpdate", ("partition",))
    errors += counts(spec, "spec", ("replicas", "minReadySeconds"))
    return errors + _owned_errors(spec, "statefulset", "spec.template")


def daemon_set_errors(daemon_set: Object) -> Errors:
    """What is wrong with a daemon set's spec."""
    spec = daemon_set["spec"]
    errors = _owned_errors(spec, "daemonset", "spec.template")
    errors += counts(spec, "spec", ("minReadySeconds",))
    strategy = spec["updateStrategy"]
    errors += one_of(strategy.get("type"), ("RollingUpdate", "OnDelete"), "spec.updateStrategy.type")
    if strategy.get("type") == "RollingUpdate":
        field = "spec.updateStrategy.rollingUpdate"
        most, surge = strategy["rollingUpdate"]["maxUnavailable"], strategy["rollingUpdate"]["maxSurge"]
        for name, value in (("maxUnavailable", most), ("maxSurge", surge)):
            errors += count_or_percent(value, f"{field}.{name}") + at_most_all(value, f"{field}.{name}")
        if _is_zero(most) and _is_zero(surge):
            words = "cannot be 0 when maxSurge is 0"
            errors.append(of_int_or_string(most, f"{field}.maxUnavailable", words))
        elif not _is_zero(most) and not _is_zero(surge):
            words = "may not be set when maxUnavailable is non-zero"
            errors.append(of_int_or_string(surge, f"{field}.maxSurge", words))
    return errors + counts(spec, "spec", ("revisionHistoryLimit",))


def job_errors(job: Object) -> Errors:
    """What is wrong with a job's spec."""
    return _job_spec_errors(job["spec"], "spec")


def cron_job_errors(cron_job: Object) -> Errors:
    """What is wrong with a cron job's spec; of the schedule, only how many fields it has."""
    spec = cron_job["spec"]
    schedule = spec.get("schedule") or ""
    errors: Errors = [] if schedule else [required("spec.schedule")]
    fields = schedule.split()
    if schedule and not schedule.startswith("@") and len(fields) != 5:
        found = f"expected exactly 5 fields, found {len(fields)}: [{' '.join(fields)}]"
        errors.append(invalid_value("spec.schedule", schedule, found))
    errors += counts(spec, "spec", ("startingDeadlineSeconds",))
    errors += one_of(spec.get("concurrencyPolicy"), ("Allow", "Forbid", "Replace"), "spec.concurrencyPolicy")
    errors += _job_spec_errors(spec["jobTemplate"]["spec"], "spec.jobTemplate.spec")
    errors += counts(spec, "spec", ("successfulJobsHistoryLimit", "failedJobsHistoryLimit"))
    if len(cron_job["metadata"].get("name") or "") > 52:
        words = "must be no more than 52 characters"
        errors.append(invalid_value("metadata.name", cron_job["metadata"]["name"], words))
    return errors


def selector_update_errors(new: Object, old: Object) -> Errors:
    """A selector never changes."""
    after = new["spec"].get("selector")
    return [] if after == old["spec"].get("selector") else [invalid_value("spec.selector", after, IMMUTABLE)]


def stateful_set_update_errors(new: Object, old: Object) -> Errors:
    """Of a stateful set, only some fields may change."""
    fixed = [{name: each["spec"][name] for name in each["spec"] if name not in _STATEFUL} for each in (new, old)]
    if fixed[0] == fixed[1]:
        return []
    free = f"{', '.join(repr(name) for name in _STATEFUL[:-1])} and {_STATEFUL[-1]!r}"
    return [forbidden_field("spec", f"updates to statefulset spec for fields other than {free} are forbidden")]


def job_update_errors(new: Object, old: Object) -> Errors:
    """Of a job, parallelism and suspension may change; the template only while it is suspended and never started."""
    after, before = new["spec"], old["spec"]
    errors: Errors = []
    if after.get("completions") != before.get("completions") and before.get("completionMode") != "Indexed":
        errors.append(invalid_value("spec.completions", after.get("completions"), IMMUTABLE))
    errors += selector_update_errors(new, old)
    suspended = before.get("suspend") and not (old.get("status") or {}).get("startTime")
    if after["template"] != before["template"] and not suspended:
        errors.append(FieldError("FieldValueInvalid", "spec.template", "core.PodTemplateSpec{...}", IMMUTABLE))
    return errors


def _owned_errors(spec: Object, owner: str, field: str) -> Errors:
    """The selector, the template, and that the one selects the other."""
    selector, template = spec.get("selector"), spec["template"]
    errors: Errors = []
    if selector is None:
        # No selector selects nothing, and so no template either.
        errors += [required("spec.selector"), *_mismatch_errors(None, template, field)]
    else:
        errors += selector_errors(selector, "spec.selector")
        if not selector.get("matchLabels") and not selector.get("matchExpressions"):
            words = f"empty selector is invalid for {owner}"
            errors.append(FieldError("FieldValueInvalid", "spec.selector", _EMPTY_SELECTOR, words))
        elif not errors:
            errors += _mismatch_errors(selector, template, field)
    # A stateful set's pods have volumes that its template does not name, so nobody looks at its pod spec until then.
    errors += (template_metadata_errors if owner == "statefulset" else template_errors)(template, field)
    policy = template["spec"].get("restartPolicy")
    if policy not in (None, "Always"):
        errors.append(unsupported(f"{field}.spec.restartPolicy", policy, ("Always",)))
    if template["spec"].get("activeDeadlineSeconds") is not None:
        words = "activeDeadlineSeconds in ReplicaSet is not Supported"
        errors.append(forbidden_field(f"{field}.spec.activeDeadlineSeconds", words))
    return errors


_EMPTY_SELECTOR = (
    "v1.LabelSelector{MatchLabels:map[string]string(nil), MatchExpressions:[]v1.LabelSelectorRequirement(nil)}"
)


def _mismatch_errors(selector: Object | None, template: Object, field: str) -> Errors:
    labels = (template.get("metadata") or {}).get("labels")
    try:
        found = selector_of(selector)
    except Refused as refused:
        return [invalid_value("spec.selector", selector, str(refused))]
    if found is not None and found.matches(labels or {}):
        return []
    place = f"{field}.metadata.labels"
    if labels is None:
        return [FieldError("FieldValueInvalid", place, "map[string]string(nil)", _MISMATCH)]
    return [invalid_value(place, labels, _MISMATCH)]


def _strategy_errors(strategy: Object, field: str) -> Errors:
    kind = strategy.get("type")
    if kind == "Recreate" and strategy.get("rollingUpdate") is not None:
        words = "may not be specified when strategy `type` is 'Recreate'"
        return [forbidden_field(f"{field}.rollingUpdate", words)]
    if kind == "RollingUpdate":
        place = f"{field}.rollingUpdate"
        most, surge = strategy["rollingUpdate"]["maxUnavailable"], strategy["rollingUpdate"]["maxSurge"]
        errors = count_or_percent(most, f"{place}.maxUnavailable") + count_or_percent(surge, f"{place}.maxSurge")
        if _is_zero(most) and _is_zero(surge):
            errors.append(of_int_or_string(most, f"{place}.maxUnavailable", "may not be 0 when `maxSurge` is 0"))
        return errors + at_most_all(most, f"{place}.maxUnavailable")
    return one_of(kind, ("Recreate", "RollingUpdate"), f"{field}.type")


def _job_spec_errors(spec: Object, field: str) -> Errors:
    numbers = ("parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "ttlSecondsAfterFinished")
    errors = counts(spec, field, numbers)
    if spec.get("completionMode") == "Indexed" and spec.get("completions") is None:
        errors.append(required(f"{field}.completions", "when completion mode is Indexed"))
    errors += template_errors(spec["template"], f"{field}.template")
    if spec["template"]["spec"].get("restartPolicy") == "Always":
        words = 'valid values: "OnFailure", "Never"'
        errors.append(required(f"{field}.template.spec.restartPolicy", words))
    return errors


def _is_zero(value: int | str) -> bool:
    return value == 0 or (isinstance(value, str) and is_percent(value) and int(value[:-1]) == 0)
