"""`${VAR:-default}` in the values of a Compose file, by the rules of the Compose specification.

`$$` is one dollar. A variable that is not set counts as empty, with a warning.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from vlearn.sim.engine.compose.errors import ComposeError

NAME = re.compile(r"[_a-zA-Z][_a-zA-Z0-9]*")
Warn = Callable[[str], None]


class _Invalid(Exception):
    """The text is no template."""


class _Missing(Exception):
    """A required variable has no value."""


def interpolated(value: Any, variables: Mapping[str, str], warn: Warn, path: str = "") -> Any:
    """A value with all texts in it replaced; `path` says in messages where it stands. Raises ComposeError."""
    if isinstance(value, dict):
        return {key: interpolated(one, variables, warn, f"{path}.{key}".lstrip(".")) for key, one in value.items()}
    if isinstance(value, list):
        return [interpolated(one, variables, warn, f"{path}.[]") for one in value]
    if not isinstance(value, str) or "$" not in value:
        return value
    try:
        return substitute(value, variables, warn)
    except _Invalid:
        raise ComposeError(
            f"invalid interpolation format for {path}.\nYou may need to escape any $ with another $.\n{value}"
        ) from None
    except _Missing as missing:
        raise ComposeError(f"error while interpolating {path}: {missing}") from None


def substitute(text: str, variables: Mapping[str, str], warn: Warn) -> str:
    """One text with its variables replaced."""
    found, at = [], 0
    while (dollar := text.find("$", at)) >= 0:
        found.append(text[at:dollar])
        if text.startswith("$$", dollar):
            found.append("$")
            at = dollar + 2
        elif text.startswith("${", dollar):
            end = _closing(text, dollar + 2)
            found.append(_braced(text[dollar + 2 : end], variables, warn))
            at = end + 1
        else:
            match = NAME.match(text, dollar + 1)
            if not match:
                raise _Invalid
            found.append(_value(match[0], variables, warn))
            at = match.end()
    return "".join(found) + text[at:]


def _closing(text: str, at: int) -> int:
    depth = 1
    while at < len(text):
        if text.startswith("${", at):
            depth, at = depth + 1, at + 2
            continue
        depth -= text[at] == "}"
        if not depth:
            return at
        at += 1
    raise _Invalid


def _braced(inner: str, variables: Mapping[str, str], warn: Warn) -> str:
    match = NAME.match(inner)
    if not match:
        raise _Invalid
    name, rest = match[0], inner[match.end() :]
    if not rest:
        return _value(name, variables, warn)
    operator = rest[:2] if rest[:2] in (":-", ":?", ":+") else rest[:1]
    if operator[-1] not in "-?+":
        raise _Invalid
    value = variables.get(name)
    there = value is not None and (value != "" or operator[0] != ":")
    word = rest[len(operator) :]
    if operator[-1] == "+":
        return substitute(word, variables, warn) if there else ""
    if there:
        return value or ""
    word = substitute(word, variables, warn)
    if operator[-1] == "?":
        raise _Missing(f"required variable {name} is missing a value{f': {word}' if word else ''}")
    return word


def _value(name: str, variables: Mapping[str, str], warn: Warn) -> str:
    if name not in variables:
        warn(f'The "{name}" variable is not set. Defaulting to a blank string.')
    return variables.get(name, "")


def read_env(text: str) -> dict[str, str]:
    """The variables of a .env file: NAME=VALUE a line, comments, quotes, `export`."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        line = line.strip().removeprefix("export ")
        name, equals, value = line.partition("=")
        if not line or line.startswith("#") or not equals:
            continue
        value = value.strip()
        if value[:1] in ("'", '"') and (end := value.find(value[0], 1)) > 0:
            quoted = value[1:end]
            found[name.strip()] = quoted if value[0] == "'" else substitute(quoted, found, lambda _: None)
        else:
            found[name.strip()] = substitute(re.sub(r"\s+#.*", "", value), found, lambda _: None)
    return found
