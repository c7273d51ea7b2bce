"""What affinities and spread constraints must be. Source: pkg/apis/core/validation/validation.go, validateAffinity."""

from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.field_errors import Errors, forbidden_field, invalid_value, required
from vlearn.sim.kubernetes.api.names import qualified_name
from vlearn.sim.kubernetes.api.validation.numbers import one_of

Given = Mapping[str, Any]

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"
_PREFERRED = "preferredDuringSchedulingIgnoredDuringExecution"
_NODE_OPERATORS = ("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt")
_VALUED = ("In", "NotIn")


def affinity_errors(affinity: Given, field: str) -> Errors:
    """What is wrong with the three kinds of affinity."""
    errors: Errors = []
    node = affinity.get("nodeAffinity") or {}
    if _REQUIRED in node:
        place = f"{field}.nodeAffinity.{_REQUIRED}.nodeSelectorTerms"
        terms = node[_REQUIRED].get("nodeSelectorTerms") or ()
        errors += [] if terms else [required(place, "must have at least one node selector term")]
        for n, term in enumerate(terms):
            errors += _node_term_errors(term, f"{place}[{n}]")
    for n, preference in enumerate(node.get(_PREFERRED) or ()):
        place = f"{field}.nodeAffinity.{_PREFERRED}[{n}]"
        errors += _weight_errors(preference, place)
        errors += _node_term_errors(preference.get("preference") or {}, f"{place}.preference")
    for kind in ("podAffinity", "podAntiAffinity"):
        given = affinity.get(kind) or {}
        for n, term in enumerate(given.get(_REQUIRED) or ()):
            errors += _pod_term_errors(term, f"{field}.{kind}.{_REQUIRED}[{n}]")
        for n, weighted in enumerate(given.get(_PREFERRED) or ()):
            place = f"{field}.{kind}.{_PREFERRED}[{n}]"
            errors += _weight_errors(weighted, place)
            errors += _pod_term_errors(weighted.get("podAffinityTerm") or {}, f"{place}.podAffinityTerm")
    return errors


def spread_errors(constraints: Sequence[Given], field: str) -> Errors:
    """What is wrong with topology spread constraints."""
    errors: Errors = []
    for n, each in enumerate(constraints):
        place = f"{field}[{n}]"
        if (each.get("maxSkew") or 0) <= 0:
            errors.append(invalid_value(f"{place}.maxSkew", each.get("maxSkew") or 0, "must be greater than zero"))
        if not each.get("topologyKey"):
            errors.append(required(f"{place}.topologyKey", "can not be empty"))
        actions = ("DoNotSchedule", "ScheduleAnyway")
        errors += one_of(each.get("whenUnsatisfiable"), actions, f"{place}.whenUnsatisfiable")
    return errors


def selector_errors(selector: Given, field: str) -> Errors:
    """What is wrong with a label selector."""
    errors: Errors = []
    for key in sorted(selector.get("matchLabels") or {}):
        errors += [invalid_value(f"{field}.matchLabels", key, words) for words in qualified_name(key)]
    for n, each in enumerate(selector.get("matchExpressions") or ()):
        place, operator, values = f"{field}.matchExpressions[{n}]", each.get("operator") or "", each.get("values")
        if operator in _VALUED and not values:
            errors.append(required(f"{place}.values", "must be specified when `operator` is 'In' or 'NotIn'"))
        elif operator in ("Exists", "DoesNotExist") and values:
            words = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            errors.append(forbidden_field(f"{place}.values", words))
        elif operator not in ("In", "NotIn", "Exists", "DoesNotExist"):
            errors.append(invalid_value(f"{place}.operator", operator, "not a valid selector operator"))
        errors += [
            invalid_value(f"{place}.key", each.get("key") or "", w) for w in qualified_name(each.get("key") or "")
        ]
    return errors


def _node_term_errors(term: Given, field: str) -> Errors:
    errors: Errors = []
    for n, each in enumerate(term.get("matchExpressions") or ()):
        place, operator, values = f"{field}.matchExpressions[{n}]", each.get("operator") or "", each.get("values") or ()
        if operator in _VALUED and not values:
            errors.append(required(f"{place}.values", "must be specified when `operator` is 'In' or 'NotIn'"))
        elif operator in ("Exists", "DoesNotExist") and values:
            words = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"
            errors.append(forbidden_field(f"{place}.values", words))
        elif operator in ("Gt", "Lt") and len(values) != 1:
            words = "must be specified single value when `operator` is 'Lt' or 'Gt'"
            errors.append(required(f"{place}.values", words))
        elif operator not in _NODE_OPERATORS:
            errors.append(invalid_value(f"{place}.operator", operator, "not a valid selector operator"))
        errors += [
            invalid_value(f"{place}.key", each.get("key") or "", w) for w in qualified_name(each.get("key") or "")
        ]
    return errors


def _pod_term_errors(term: Given, field: str) -> Errors:
    errors = selector_errors(term.get("labelSelector") or {}, f"{field}.labelSelector")
    key = term.get("topologyKey")
    if not key:
        return [*errors, required(f"{field}.topologyKey", "can not be empty")]
    return errors + [invalid_value(f"{field}.topologyKey", key, words) for words in qualified_name(key)]


def _weight_errors(weighted: Given, field: str) -> Errors:
    weight = weighted.get("weight") or 0
    return [] if 1 <= weight <= 100 else [invalid_value(f"{field}.weight", weight, "must be in the range 1-100")]
