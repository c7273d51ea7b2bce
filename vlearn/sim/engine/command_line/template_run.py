"""Go templates as `--format` takes them: printing. The data are dictionaries, lists and plain values.

Functions are those of docker (json, join, split, lower, upper, title, pad, truncate, println) and the usual ones of Go.
"""

import json
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from vlearn.sim.engine.command_line.templates import (
    Block,
    Call,
    Literal,
    Node,
    Operand,
    Pipe,
    Print,
    TemplateError,
    parse_template,
)


def render(template: str, value: Any, kind: str = "") -> str:
    """What a template prints for a value. `kind` names the value's Go type in the message about an unknown field.

    Raises TemplateError in Go's words.
    """
    return _Rendering(value, kind).nodes(parse_template(template), value)


def as_text(value: Any) -> str:
    """A value as Go prints it with %v."""
    if value is None:
        return "<no value>"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return f"map[{' '.join(f'{key}:{as_text(value[key])}' for key in sorted(value))}]"
    if isinstance(value, list | tuple):
        return f"[{' '.join(map(as_text, value))}]"
    return f"{value:g}" if isinstance(value, float) else str(value)


class _Rendering:
    """One run: the variables, and where the run is, for messages."""

    def __init__(self, root: Any, kind: str) -> None:
        self.variables: dict[str, Any] = {"$": root}
        self.kind, self.root, self.column = kind, root, 0

    def nodes(self, nodes: tuple[Node, ...], dot: Any) -> str:
        return "".join(node if isinstance(node, str) else self.node(node, dot) for node in nodes)

    def node(self, node: Print | Block, dot: Any) -> str:
        self.column = node.column
        value = self.pipe(node.pipe, dot)
        if isinstance(node, Print):
            return "" if node.pipe.declares else as_text(value)
        if node.kind == "range":
            return self.each(node, value, dot)
        if _true(value):
            return self.nodes(node.body, value if node.kind == "with" else dot)
        return self.nodes(node.otherwise, dot)

    def each(self, node: Block, value: Any, dot: Any) -> str:
        pairs = [(key, value[key]) for key in sorted(value)] if isinstance(value, Mapping) else enumerate(value or ())
        printed = []
        for key, one in pairs:
            names = node.pipe.declares
            self.variables.update(zip(names, (key, one) if len(names) > 1 else (one,), strict=False))
            printed.append(self.nodes(node.body, one))
        return "".join(printed) if printed else self.nodes(node.otherwise, dot)

    def pipe(self, pipe: Pipe, dot: Any) -> Any:
        value: Any = None
        for number, command in enumerate(pipe.commands):
            if isinstance(command, Call):
                passed = [self.operand(one, dot) for one in command.arguments]
                value = self.call(command.name, [*passed, *([value] if number else [])])
            else:
                value = self.operand(command, dot)
        for name in pipe.declares:
            self.variables[name] = value
        return reduce(lambda found, name: self.field(found, name, name), pipe.fields, value)

    def operand(self, operand: Operand, dot: Any) -> Any:
        if isinstance(operand, Literal):
            return operand.value
        if isinstance(operand, Pipe):
            return self.pipe(operand, dot)
        if isinstance(operand, Call):
            return self.call(operand.name, [self.operand(one, dot) for one in operand.arguments])
        if operand.variable is not None and operand.variable not in self.variables:
            raise TemplateError(f"template: :1: undefined variable {operand.variable!r}".replace("'", '"'))
        start = dot if operand.variable is None else self.variables[operand.variable]
        self.column = operand.column
        return reduce(lambda found, name: self.field(found, name, operand.source), operand.fields, start)

    def field(self, value: Any, name: str, source: str) -> Any:
        if isinstance(value, Mapping):
            if name in value:
                return value[name]
            if self.kind and value is self.root:
                self.fail(source, f"can't evaluate field {name} in type {self.kind}")
            self.fail(source, f'map has no entry for key "{name}"')
        if value is None:
            self.fail(source, f"nil data; no entry for key {name!r}".replace("'", '"'))
        return self.fail(source, f"can't evaluate field {name} in type {_go_type(value)}")

    def fail(self, source: str, why: str) -> Any:
        raise TemplateError(f'template: :1:{self.column}: executing "" at <{source}>: {why}')

    def call(self, name: str, arguments: list[Any]) -> Any:
        if name not in FUNCTIONS:
            raise TemplateError(f'template: :1: function "{name}" not defined')
        try:
            return FUNCTIONS[name](*arguments)
        except (TypeError, ValueError, IndexError, KeyError, AttributeError) as error:
            return self.fail(name, f"error calling {name}: {error}")


def _true(value: Any) -> bool:
    return bool(value)


def _go_type(value: Any) -> str:
    return {bool: "bool", str: "string", int: "int", float: "float64"}.get(type(value), "[]interface {}")


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _index(value: Any, *keys: Any) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else value[key]
    return value


def _printf(form: str, *values: Any) -> str:
    plain = form.replace("%v", "%s").replace("%q", '"%s"')
    return plain % tuple(
        value if isinstance(value, int | float) and "%d" in form else as_text(value) for value in values
    )


def _truncate(text: str, width: int) -> str:
    return text[:width]


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "json": _json,
    "join": lambda parts, between: between.join(map(as_text, parts)),
    "split": lambda text, between: text.split(between),
    "lower": str.lower,
    "upper": str.upper,
    "title": str.title,
    "pad": lambda text, before, after: f"{' ' * before}{text}{' ' * after}" if text else text,
    "truncate": _truncate,
    "print": lambda *values: " ".join(map(as_text, values)),
    "println": lambda *values: " ".join(map(as_text, values)) + "\n",
    "printf": _printf,
    "len": len,
    "index": _index,
    "slice": lambda value, *bounds: value[slice(*bounds)],
    "not": lambda value: not _true(value),
    "and": lambda *values: next((value for value in values if not _true(value)), values[-1]),
    "or": lambda *values: next((value for value in values if _true(value)), values[-1]),
    "eq": lambda first, *others: first in others,
    "ne": lambda one, other: one != other,
    "lt": lambda one, other: one < other,
    "le": lambda one, other: one <= other,
    "gt": lambda one, other: one > other,
    "ge": lambda one, other: one >= other,
}
"""Functions by name; `and` and `or` evaluate all their arguments."""
