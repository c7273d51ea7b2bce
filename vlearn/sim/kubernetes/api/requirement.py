"""One requirement on labels: a key, an operator, and the values that the operator needs."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vlearn.sim.kubernetes.api.names import label_value, qualified_name
from vlearn.sim.kubernetes.api.refusal import Refused

Labels = Mapping[str, str]

EQUALITY = ("=", "==", "!=")
OPERATORS = (*EQUALITY, "in", "notin", "exists", "!", "gt", "lt")
SYMBOLS = {"=": "=", "==": "==", "!=": "!=", "in": " in ", "notin": " notin ", "gt": ">", "lt": "<"}


@dataclass(frozen=True, slots=True)
class Requirement:
    """Labels meet it or not. The values are sorted; see `requirement` for a checked one."""

    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Labels) -> bool:
        """Whether these labels meet the requirement. Without the key, `notin` and `!=` are met."""
        there = self.key in labels
        match self.operator:
            case "in" | "=" | "==":
                return there and labels[self.key] in self.values
            case "notin" | "!=":
                return not there or labels[self.key] not in self.values
            case "exists":
                return there
            case "!":
                return not there
            case "gt" | "lt":
                return there and self._compares(labels[self.key])
        return False

    def _compares(self, value: str) -> bool:
        if not _is_integer(value) or len(self.values) != 1 or not _is_integer(self.values[0]):
            return False
        limit = int(self.values[0])
        return int(value) > limit if self.operator == "gt" else int(value) < limit

    def __str__(self) -> str:
        if self.operator == "!":
            return f"!{self.key}"
        if self.operator not in SYMBOLS:
            return self.key
        values = ",".join(self.values)
        return f"{self.key}{SYMBOLS[self.operator]}" + (f"({values})" if "in" in self.operator else values)


def requirement(key: str, operator: str, values: Iterable[str] = ()) -> Requirement:
    """A requirement whose key, operator and values go together. Raises Refused with the API's words."""
    given = tuple(sorted(set(values)))
    for words in qualified_name(key):
        raise Refused(f'key: Invalid value: "{key}": {words}')
    _counted(operator, given)
    for value in given:
        for words in label_value(value):
            raise Refused(f'values[0][{key}]: Invalid value: "{value}": {words}')
    return Requirement(key, operator, given)


def _counted(operator: str, values: tuple[str, ...]) -> None:
    if operator in ("in", "notin") and not values:
        raise Refused("values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty")
    if operator in EQUALITY and len(values) != 1:
        raise Refused("values: Invalid value: exact-match compatibility requires one single value")
    if operator in ("exists", "!") and values:
        raise Refused("values: Invalid value: values set must be empty for exists and does not exist")
    if operator in ("gt", "lt"):
        if len(values) != 1:
            raise Refused("values: Invalid value: for 'Gt', 'Lt' operators, exactly one value is required")
        if not _is_integer(values[0]):
            raise Refused("values[0]: Invalid value: for 'Gt', 'Lt' operators, the value must be an integer")
    if operator not in OPERATORS:
        raise Refused(f'operator: Unsupported value: "{operator}"')


def _is_integer(text: str) -> bool:
    return re.fullmatch("[-+]?[0-9]+", text) is not None
