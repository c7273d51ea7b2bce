"""The text of a Compose file as plain values: YAML 1.2's core of types, no key twice, the faults with their line.

Dates, octal numbers with a leading 0 and `yes`, which YAML 1.1 takes for other things, stay what they look like.
"""

import re
from typing import Any

import yaml

from vlearn.sim.engine.compose.errors import ComposeError

DEEPEST, MOST_NODES = 60, 100_000


class Loader(yaml.SafeLoader):
    """SafeLoader with YAML 1.2's types."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _tag, _pattern, _first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?(?:0|[1-9][0-9]*)|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*|[0-9]+(?=[eE]))(?:[eE][-+]?[0-9]+)?", "-+0123456789."),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("merge", r"<<", "<"),
):
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), list(_first))


def read_yaml(text: str, types: type[Loader] = Loader) -> Any:
    """The values of a YAML text. Raises ComposeError for what is no YAML, in the words of Go's library."""
    try:
        loader = types(text)
    except yaml.reader.ReaderError:
        raise ComposeError("yaml: control characters are not allowed") from None
    try:
        node = loader.get_single_node()
        if node is None:
            return None
        _check(node, 0, [0])
        return loader.construct_document(node)
    except ComposeError:
        raise
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise ComposeError(f"yaml: line {mark.line + 1 if mark else 1}: {error.problem or error.context}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ComposeError(f"yaml: {str(error).splitlines()[0]}") from None
    finally:
        loader.dispose()


def _check(node: yaml.Node, depth: int, count: list[int]) -> None:
    count[0] += 1  # an alias counts each time: a file of a few lines could otherwise stand for billions of values
    if depth > DEEPEST or count[0] > MOST_NODES:
        raise ComposeError("yaml: document contains excessive aliasing")
    if isinstance(node, yaml.MappingNode):
        seen: dict[str, int] = {}
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value != "<<":
                line = key.start_mark.line + 1
                if key.value in seen:
                    raise ComposeError(
                        f'yaml: unmarshal errors:\n  line {line}: mapping key "{key.value}" already defined at line '
                        f"{seen[key.value]}"
                    )
                seen[key.value] = line
            _check(key, depth + 1, count)
            _check(value, depth + 1, count)
    elif isinstance(node, yaml.SequenceNode):
        for one in node.value:
            _check(one, depth + 1, count)
