"""Selectors of labels: as text ("tier in (web,api), !canary"), as matchLabels with matchExpressions, and their match.

Source of the grammar: k8s.io/apimachinery, package `labels`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.api.requirement import Labels, Requirement, requirement

_TOKEN = re.compile(r"\s*(==|!=|[=!<>(),]|[^\s=!<>(),]+|$)")
_COMPARISONS = {"=": "=", "==": "==", "!=": "!=", ">": "gt", "<": "lt"}
_EXPRESSIONS = {"In": "in", "NotIn": "notin", "Exists": "exists", "DoesNotExist": "!", "Gt": "gt", "Lt": "lt"}


@dataclass(frozen=True, slots=True)
class Selector:
    """All its requirements must be met; a selector without any is met by everything."""

    requirements: tuple[Requirement, ...] = ()

    def matches(self, labels: Labels) -> bool:
        """Whether labels meet every requirement."""
        return all(required.matches(labels) for required in self.requirements)

    def __str__(self) -> str:
        return ",".join(str(required) for required in self.requirements)


def parse_selector(text: str) -> Selector:
    """The selector that is written so, as after `kubectl get -l`, its requirements sorted by key. Raises Refused."""
    return Selector(tuple(sorted(_Parser(text).requirements(), key=lambda required: required.key)))


def selector_of(selector: Mapping[str, Any] | None) -> Selector | None:
    """The selector of a LabelSelector object. Without an object, None: it selects nothing; an empty one everything."""
    if selector is None:
        return None
    labels = [requirement(key, "in", [value]) for key, value in sorted((selector.get("matchLabels") or {}).items())]
    return Selector((*labels, *(_expression(each) for each in selector.get("matchExpressions") or ())))


def _expression(given: Mapping[str, Any]) -> Requirement:
    operator = given.get("operator", "")
    if operator not in _EXPRESSIONS:
        raise Refused(f'"{operator}" is not a valid label selector operator')
    return requirement(given["key"], _EXPRESSIONS[operator], given.get("values") or ())


class _Parser:
    """Reads one token at a time; `in` and `notin` are words only where an operator may stand."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = [found[1] for found in _TOKEN.finditer(text)]
        self._at = 0

    def requirements(self) -> list[Requirement]:
        found: list[Requirement] = []
        while self._next():
            found.append(self._requirement())
            if self._next() not in ("", ","):
                raise self._refused("',' or 'end of string'")
            if self._take() == "," and self._next() in ("", ","):
                raise self._refused("identifier after ','")
        return found

    def _requirement(self) -> Requirement:
        if self._next() == "!":
            self._take()
            key = self._identifier("identifier")
            if self._next() not in ("", ","):
                raise self._refused("',' or 'end of string'")
            return requirement(key, "!")
        key = self._identifier("!, identifier, or 'end of string'")
        operator = self._next()
        if operator in ("", ","):
            return requirement(key, "exists")
        self._take()
        if operator in _COMPARISONS:
            return requirement(key, _COMPARISONS[operator], [self._value()])
        if operator in ("in", "notin"):
            return requirement(key, operator, self._values())
        self._at -= 1
        raise self._refused("in, notin, =, ==, !=, gt, lt")

    def _value(self) -> str:
        if self._next() in ("", ","):
            return ""
        return self._identifier("identifier")

    def _values(self) -> list[str]:
        if self._take() != "(":
            self._at -= 1
            raise self._refused("'('")
        values, empty = [], True
        while self._next() != ")":
            if self._next() == ",":
                self._take()
                values += [""] if empty else []
                empty = True
            elif empty:
                values.append(self._identifier("',', or identifier"))
                empty = False
            else:
                raise self._refused("',' or ')'")
        self._take()
        return values + ([""] if empty else [])

    def _identifier(self, expected: str) -> str:
        if not re.fullmatch(r"[^\s=!<>(),]+", self._next()):
            raise self._refused(expected)
        return self._take()

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1] if self._at <= len(self._tokens) else ""

    def _refused(self, expected: str) -> Refused:
        return Refused(f"unable to parse requirement: found '{self._next()}', expected: {expected}")
