r"""kubectl's JSONPath templates: text with expressions in braces.

`{.items[*].metadata.name}`, `{range .items[*]}{.spec.nodeName}{"\n"}{end}`, `{.conditions[?(@.type=="Ready")].status}`,
`{.metadata.labels.a\.b/c}`, `{..image}`, and slices. Source: k8s.io/client-go, package `util/jsonpath`. Leaves out
unions of names, and `&&`, `||` and nested paths within a filter.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.kubectl.errors import Fault

_PIECE = re.compile(r"\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}")
_STEP = re.compile(
    r"""\.\.(?P<deep>[\w-]+)|\.(?P<name>(?:[^.\[\]\\\s]|\\.)+)|\[\?\((?P<filter>.*?)\)\]|\[(?P<quoted>'[^']*'|"[^"]*")\]"""
    r"""|\[(?P<index>-?\d+)\]|\[(?P<slice>[-\d:]+)\]|\[(?P<all>\*)\]|(?P<dot>\.)"""
)
_FILTER = re.compile(r"\s*@(?P<path>[^=!<>\s]*)\s*(?:(?P<operator>==|!=|<=|>=|<|>)\s*(?P<value>.+?)\s*)?")
_ORDERS = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


def rendered(template: str, value: Any) -> str:
    """What a template prints for a value. Raises Fault."""
    if "{" not in template:
        template = f"{{{template if template.startswith(('.', '[', '$')) else f'.{template}'}}}"
    pieces = _pieces(template)
    text, rest = _run(pieces, value, value)
    if rest:
        raise Fault("error parsing jsonpath " + template + ", not in range, nothing to end")
    return text


def found(path: str, value: Any, template: str = "") -> list[Any]:
    """All values at a path. Raises Fault where a name or an index is not there to be had."""
    values = [value]
    at = 0
    path = path.removeprefix("$")
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            raise Fault(f"error parsing jsonpath {template or path}, unrecognized character in action: {path[at]!r}")
        values = [new for each in values for new in _stepped(each, step)]
        at = step.end()
    return values


def _pieces(template: str) -> list[str | tuple[str]]:
    pieces: list[str | tuple[str]] = []
    at = 0
    for match in _PIECE.finditer(template):
        pieces += [template[at : match.start()], (match[1].strip(),)]
        at = match.end()
    if "{" in template[at:]:
        raise Fault(f"error parsing jsonpath {template}, unclosed action")
    return [*pieces, template[at:]]


def _run(pieces: Sequence[str | tuple[str]], dot: Any, root: Any) -> tuple[str, Sequence[str | tuple[str]]]:
    """What pieces print up to the end of a range, and the pieces after it."""
    text = ""
    rest = list(pieces)
    while rest:
        piece = rest.pop(0)
        if isinstance(piece, str):
            text += piece
            continue
        action = piece[0]
        if action == "end":
            return text, [("end",), *rest]
        if action.startswith("range "):
            after: Sequence[str | tuple[str]] = []
            for each in _items(found(action[6:].strip(), dot)):
                printed, after = _run(rest, each, root)
                text += printed
            rest = list(after or _skipped(rest))[1:]
        elif action[:1] in "\"'":
            text += _quoted(action)
        else:
            values = found(action.removeprefix("@"), root if action.startswith("$") else dot)
            text += " ".join(map(_shown, values))
    return text, []


def _quoted(action: str) -> str:
    try:
        return str(json.loads(f'"{action[1:-1]}"'))
    except ValueError:
        raise Fault(f"error parsing jsonpath, unterminated quoted string: {action}") from None


def _skipped(pieces: Sequence[str | tuple[str]]) -> Sequence[str | tuple[str]]:
    depth = 0
    for n, piece in enumerate(pieces):
        if isinstance(piece, tuple):
            depth += piece[0].startswith("range ")
            if piece[0] == "end":
                if not depth:
                    return pieces[n:]
                depth -= 1
    raise Fault("unclosed range")


def _items(values: list[Any]) -> list[Any]:
    return values[0] if len(values) == 1 and isinstance(values[0], list) else values


def _stepped(value: Any, step: re.Match[str]) -> list[Any]:
    match step.lastgroup:
        case "dot":
            return [value]
        case "name" | "quoted":
            name = step[step.lastgroup]
            plain = re.sub(r"\\(.)", r"\1", name) if step.lastgroup == "name" else name[1:-1]
            if plain == "*":
                return list(value.values()) if isinstance(value, Mapping) else list(value)
            return _member(value, plain)
        case "deep":
            return _descended(value, step["deep"])
        case "all":
            return list(value.values()) if isinstance(value, Mapping) else list(value or ())
        case "index":
            number, length = int(step["index"]), len(value)
            if not -length <= number < length:
                raise Fault(f"array index out of bounds: index {number}, length {length}")
            return [value[number]]
        case "slice":
            return list(value[slice(*(int(each) if each else None for each in step["slice"].split(":")))])
    return [each for each in value or () if _passes(each, step["filter"])]


def _member(value: Any, name: str) -> list[Any]:
    """A member that is not there is nothing, as kubectl allows missing keys."""
    if isinstance(value, Mapping):
        return [value[name]] if name in value else []
    if value is None:
        return []
    raise Fault(f"{name} is not found")


def _descended(value: Any, name: str) -> list[Any]:
    own = [value[name]] if isinstance(value, Mapping) and name in value else []
    inner = list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []
    return [*own, *(each for one in inner for each in _descended(one, name))]


def _passes(value: Any, written: str) -> bool:
    match = _FILTER.fullmatch(written)
    if match is None:
        raise Fault(f"unrecognized filter: ?({written})")
    values = found(match["path"], value)
    if match["operator"] is None:
        return bool(values)
    wanted = match["value"]
    other: Any = wanted[1:-1] if wanted[:1] in "\"'" else json.loads(wanted)
    return any(type(each) is type(other) and _ORDERS[match["operator"]](each, other) for each in values)


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping | list):
        return json.dumps(value, separators=(",", ":"), sort_keys=True, ensure_ascii=False)
    return "" if value is None else str(value)
