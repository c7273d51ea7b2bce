"""Rules on single values that many kinds share: counts, percentages, quantities, sets of words."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api.field_errors import (
    Errors,
    FieldError,
    int_or_string,
    invalid_value,
    required,
    unsupported,
)
from vlearn.sim.kubernetes.api.intstr import is_percent
from vlearn.sim.kubernetes.api.names import qualified_name
from vlearn.sim.kubernetes.api.quantity import parse_quantity

NOT_NEGATIVE = "must be greater than or equal to 0"
STANDARD = ("cpu", "memory", "ephemeral-storage")


def not_negative(value: int | None, field: str) -> Errors:
    """A count that may be absent."""
    return [invalid_value(field, value, NOT_NEGATIVE)] if value is not None and value < 0 else []


def counts(spec: Mapping[str, Any], field: str, names: Iterable[str]) -> Errors:
    """Several counts of one structure."""
    return [error for name in names for error in not_negative(spec.get(name), f"{field}.{name}")]


def one_of(value: str | None, supported: Sequence[str], field: str) -> Errors:
    """A word that must be one of a few."""
    if not value:
        return [required(field)]
    return [] if value in supported else [unsupported(field, value, supported)]


def count_or_percent(value: int | str, field: str) -> Errors:
    """A count, or a share such as 25%."""
    if isinstance(value, int):
        return not_negative(value, field)
    if is_percent(value):
        return []
    return [of_int_or_string(value, field, "must be an integer or percentage (e.g '5%%')")]


def at_most_all(value: int | str, field: str) -> Errors:
    """A share that must not exceed the whole."""
    if isinstance(value, int) or not is_percent(value) or int(value[:-1]) <= 100:
        return []
    return [of_int_or_string(value, field, "must not be greater than 100%")]


def of_int_or_string(value: int | str, field: str, words: str) -> FieldError:
    """An error on a union, which the API writes as Go does."""
    return FieldError("FieldValueInvalid", field, int_or_string(value), words)


def amounts_errors(amounts: Mapping[str, str] | None, field: str, container: bool = False) -> Errors:
    """A resource list: names that exist, amounts that are not negative, whole numbers of what cannot be divided."""
    errors: Errors = []
    for name, written in sorted((amounts or {}).items()):
        place = f"{field}[{name}]"
        errors += [invalid_value(place, name, words) for words in qualified_name(name)]
        standard = name in STANDARD or name.startswith("hugepages-")
        if container and "/" not in name and not standard:
            errors.append(invalid_value(place, name, "must be a standard resource type or fully qualified"))
            errors.append(invalid_value(place, name, "must be a standard resource for containers"))
        quantity = parse_quantity(str(written))
        if quantity.nanos < 0:
            errors.append(invalid_value(place, str(quantity), NOT_NEGATIVE))
        if "/" in name and "kubernetes.io/" not in name and quantity.nanos % 10**9:
            errors.append(invalid_value(place, str(quantity), "must be an integer"))
    return errors
