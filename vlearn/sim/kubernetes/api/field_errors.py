"""What is wrong with one field, as validation words it.

Source: k8s.io/apimachinery, package `util/validation/field`. Values are written in Go's syntax, as the API writes them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_WORDS = {
    "FieldValueRequired": "Required value",
    "FieldValueInvalid": "Invalid value",
    "FieldValueNotSupported": "Unsupported value",
    "FieldValueDuplicate": "Duplicate value",
    "FieldValueForbidden": "Forbidden",
    "FieldValueNotFound": "Not found",
    "FieldValueTooLong": "Too long",
}
_VALUELESS = ("FieldValueRequired", "FieldValueForbidden", "FieldValueTooLong")


@dataclass(frozen=True, slots=True)
class FieldError:
    """`reason` is for programs; `value` is the field's, already in Go's syntax."""

    reason: str
    field: str
    value: str = ""
    detail: str = ""

    @property
    def body(self) -> str:
        """The message without the field's path."""
        value = "" if self.reason in _VALUELESS else f": {self.value}"
        return f"{_WORDS[self.reason]}{value}" + (f": {self.detail}" if self.detail else "")

    @property
    def cause(self) -> dict[str, str]:
        """As it stands among the details of a Status."""
        return {"reason": self.reason, "message": self.body, "field": self.field}

    def __str__(self) -> str:
        return f"{self.field}: {self.body}"


Errors = list[FieldError]


def required(field: str, detail: str = "") -> FieldError:
    """A field that must not be empty."""
    return FieldError("FieldValueRequired", field, "", detail)


def invalid_value(field: str, value: Any, detail: str) -> FieldError:
    """A value of the right type that breaks a rule."""
    return FieldError("FieldValueInvalid", field, written(value), detail)


def unsupported(field: str, value: str, supported: Iterable[str]) -> FieldError:
    """A value that is none of a few."""
    known = ", ".join(f'"{each}"' for each in supported)
    return FieldError("FieldValueNotSupported", field, written(value), f"supported values: {known}")


def duplicate(field: str, value: Any) -> FieldError:
    """A value that stands there twice and may only once."""
    return FieldError("FieldValueDuplicate", field, written(value))


def forbidden_field(field: str, detail: str) -> FieldError:
    """A field that may not be set, or not be changed, here."""
    return FieldError("FieldValueForbidden", field, "", detail)


def missing(field: str, value: Any) -> FieldError:
    """A value that refers to something which is not there."""
    return FieldError("FieldValueNotFound", field, written(value))


def written(value: Any) -> str:
    """A value as Go's %#v prints it: a string quoted, a map with its type, a selector with all its fields."""
    match value:
        case bool():
            return str(value).lower()
        case str():
            return quoted(value)
        case int() | float():
            return str(value)
        case None:
            return "null"
        case Mapping() if set(value) <= {"matchLabels", "matchExpressions"} and value:
            return _selector(value)
        case Mapping():
            return f"map[string]string{{{_pairs(value)}}}"
    return f"[]string{{{', '.join(quoted(str(each)) for each in value)}}}"


def int_or_string(value: int | str) -> str:
    """How Go prints the union of both: a number is of type 0, a text of type 1."""
    number, text = (value, "") if isinstance(value, int) else (0, value)
    return f"intstr.IntOrString{{Type:{int(number is not value)}, IntVal:{number}, StrVal:{quoted(text)}}}"


def quoted(text: str) -> str:
    """A text in Go's double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t") + '"'


def _pairs(value: Mapping[str, Any]) -> str:
    return ", ".join(f"{quoted(key)}:{quoted(str(each))}" for key, each in sorted(value.items()))


def _selector(value: Mapping[str, Any]) -> str:
    labels, expressions = value.get("matchLabels"), value.get("matchExpressions")
    first = f"map[string]string{{{_pairs(labels)}}}" if labels else "map[string]string(nil)"
    kind = "[]v1.LabelSelectorRequirement"
    if not expressions:
        return f"v1.LabelSelector{{MatchLabels:{first}, MatchExpressions:{kind}(nil)}}"
    each = ", ".join(
        f"v1.LabelSelectorRequirement{{Key:{quoted(one['key'])}, Operator:{quoted(one['operator'])}, "
        f"Values:{written(one.get('values')) if one.get('values') else '[]string(nil)'}}}"
        for one in expressions
    )
    return f"v1.LabelSelector{{MatchLabels:{first}, MatchExpressions:{kind}{{{each}}}}}"
