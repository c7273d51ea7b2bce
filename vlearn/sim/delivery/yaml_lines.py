"""A YAML text as values that know their line, for messages about a workflow file. With YAML 1.2's types, as GitHub."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml

from vlearn.errors import ModelError
from vlearn.sim.engine.compose.source import DEEPEST, MOST_NODES, Loader

Content: TypeAlias = "str | int | float | bool | dict[str, At] | tuple[At, ...] | None"


@dataclass(frozen=True, slots=True)
class At:
    """A value and the line where it begins; of an entry of a mapping, the line of its key."""

    line: int
    value: Content

    def mapping(self, what: str) -> "dict[str, At]":
        """As a mapping. Raises ModelError with the line if it is none; nothing at all is an empty one."""
        if self.value is None:
            return {}
        if not isinstance(self.value, dict):
            raise ModelError(f"line {self.line}: {what} is a mapping of names to values, not {self.words}")
        return self.value

    def items(self, what: str) -> "tuple[At, ...]":
        """As a list. Raises ModelError with the line if it is none."""
        if not isinstance(self.value, tuple):
            raise ModelError(f"line {self.line}: {what} is a list, not {self.words}")
        return self.value

    def text(self, what: str) -> str:
        """As a text. Raises ModelError with the line for a list or a mapping."""
        if isinstance(self.value, dict | tuple):
            raise ModelError(f"line {self.line}: {what} is a single value, not {self.words}")
        return self.words

    def texts(self, what: str) -> tuple[str, ...]:
        """A single text or a list of texts, as a tuple."""
        return tuple(each.text(what) for each in self.value) if isinstance(self.value, tuple) else (self.text(what),)

    def number(self, what: str) -> float:
        """As a number that is not negative. Raises ModelError with the line."""
        if isinstance(self.value, bool) or not isinstance(self.value, int | float) or not 0 <= self.value < 1e15:
            raise ModelError(f"line {self.line}: {what} is a number of 0 or more, not {self.words}")
        return self.value

    def truth(self, what: str) -> bool:
        """As true or false. Raises ModelError with the line."""
        if not isinstance(self.value, bool):
            raise ModelError(f"line {self.line}: {what} is true or false, not {self.words}")
        return self.value

    @property
    def computed(self) -> bool:
        """Whether an expression of GitHub Actions stands here, so that no file says what the value is."""
        return isinstance(self.value, str) and self.value.strip().startswith("${{")

    @property
    def words(self) -> str:
        """The value as the file would have it, or what kind it is."""
        match self.value:
            case dict():
                return "a mapping"
            case tuple():
                return "a list"
            case bool():
                return str(self.value).lower()
            case None:
                return ""
        return str(self.value)


def read_lines(text: str) -> At:
    """The value of a YAML text. Raises ModelError with the line for what is no YAML, or has a key twice."""
    try:
        loader = Loader(text)
        node = loader.get_single_node()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ModelError(f"line {mark.line + 1 if mark else 1}: no YAML: {error.problem or error.context}") from None
    except (yaml.YAMLError, RecursionError) as error:
        raise ModelError(f"line 1: no YAML: {str(error).splitlines()[0]}") from None
    return At(1, None) if node is None else _value(loader, node, 0, [0], node.start_mark.line + 1)


def _value(loader: Loader, node: yaml.Node, depth: int, count: list[int], line: int) -> At:
    count[0] += 1
    if depth > DEEPEST or count[0] > MOST_NODES:  # aliases of aliases grow without end
        raise ModelError(f"line {line}: the file is nested too deeply, or its aliases stand for too much")
    match node:
        case yaml.MappingNode():
            return At(line, dict(_entries(loader, node, depth, count)))
        case yaml.SequenceNode():
            found = (_value(loader, each, depth + 1, count, each.start_mark.line + 1) for each in node.value)
            return At(line, tuple(found))
    value: Any = node.value
    for kind in ("bool", "int", "float", "null"):
        if node.tag == f"tag:yaml.org,2002:{kind}":
            value = _plain(loader, node, line)
    return At(line, value)


def _plain(loader: Loader, node: yaml.Node, line: int) -> Any:
    try:
        return loader.construct_object(node)
    except ValueError:
        raise ModelError(f"line {line}: {node.value!r} is no value of YAML 1.2") from None


def _entries(loader: Loader, node: yaml.MappingNode, depth: int, count: list[int]) -> Iterator[tuple[str, At]]:
    seen: dict[str, int] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            raise ModelError(f"line {line}: a key is a name, not a list or a mapping")
        if key.value in seen:
            raise ModelError(f"line {line}: the key {key.value!r} is there already, on line {seen[key.value]}")
        seen[key.value] = line
        yield key.value, _value(loader, value, depth + 1, count, line)
