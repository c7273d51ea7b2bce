"""Questions as JSON that loses nothing: `read` gives back equal questions, and `schema` says what a file may hold.

The fields are those of `vlearn.questions.model`. A fraction is text such as `"3/2"`; blocks and answers say their kind.
"""

import json
import re
import types
from dataclasses import fields, is_dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

from exporters.packages import check_ids
from vlearn.blocks import Chart, Code, Figure, Table, Text
from vlearn.errors import BankError
from vlearn.exams.collection import Collection, LeftOut
from vlearn.questions.model import KINDS

SUFFIX = ".json"
VERSION = 1
"""Raised when a reader of the former files could not read the new ones."""

_TAGS: dict[str, type[Any]] = {
    "text": Text, "code-block": Code, "table": Table, "figure": Figure, "chart": Chart, **KINDS,
}  # fmt: skip
_NAMES = {made: tag for tag, made in _TAGS.items()}
_FRACTION = r"^-?[0-9]+(/[1-9][0-9]*)?$"
_LONGEST = 1000  # digits of a fraction, for reading a number takes time with the square of its length


def left_out(collection: Collection) -> tuple[LeftOut, ...]:
    """Nothing."""
    return ()


def questions(collection: Collection) -> bytes:
    """One object with the version of the format, the title, and the questions."""
    check_ids(collection)
    whole = {"version": VERSION, **_plain(collection)}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode("utf-8", errors="surrogatepass")


def read(content: bytes) -> Collection:
    """The questions of such a file. Raises BankError that says where it is none.

    Whether a question is sound is for `vlearn.questions.validity` to say.
    """
    try:
        whole = json.loads(content, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BankError(f"the file is not JSON: {error}") from None
    if not isinstance(whole, dict) or whole.pop("version", None) != VERSION:
        raise BankError(f'the file must be an object with "version": {VERSION}')
    collection: Collection = _made(Collection, whole, "file")
    return collection


def schema() -> dict[str, Any]:
    """The JSON Schema of such a file, made from the types themselves."""
    whole = _schema(Collection)
    whole["properties"] = {"version": {"const": VERSION}, **whole["properties"]}
    whole["required"] = ["version", *whole["required"]]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "vlearn questions", **whole}


def _plain(value: Any) -> Any:
    match value:
        case Fraction() | StrEnum():
            return str(value)
        case frozenset():
            return sorted(value)
        case tuple():
            return [_plain(item) for item in value]
        case _ if is_dataclass(value):
            tag = {"kind": _NAMES[type(value)]} if type(value) in _NAMES else {}
            return tag | {name: _plain(getattr(value, name)) for name in _fields(type(value))}
        case _:
            return value


def _fields(made: type[Any]) -> dict[str, Any]:
    """The fields that make two values equal, with their types: the run behind a generated question is none of them."""
    hints = get_type_hints(made)
    return {field.name: hints[field.name] for field in fields(made) if field.compare}


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _made(wanted: Any, value: Any, where: str) -> Any:
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin in (Union, types.UnionType):
        return _one_of(inner, value, where)
    if origin is Literal and value in inner:
        return value
    if isinstance(wanted, type) and is_dataclass(wanted) and isinstance(value, dict):
        return _built(wanted, value, where)
    if origin in (tuple, frozenset) and isinstance(value, list):
        if origin is frozenset or inner[-1] is ...:
            each = [_made(inner[0], item, f"{where}[{n}]") for n, item in enumerate(value)]
            return tuple(each) if origin is tuple else frozenset(each)
        if len(value) == len(inner):
            pairs = enumerate(zip(inner, value, strict=True))
            return tuple(_made(kind, item, f"{where}[{n}]") for n, (kind, item) in pairs)
    if wanted is Fraction and isinstance(value, str) and len(value) <= _LONGEST and re.fullmatch(_FRACTION, value):
        return Fraction(value)
    if isinstance(wanted, type) and issubclass(wanted, StrEnum) and value in [member.value for member in wanted]:
        return wanted(value)
    if wanted in (str, bool, int) and type(value) is wanted:
        return value
    if wanted is float and type(value) in (int, float):
        return float(value)
    raise BankError(f"{where}: {json.dumps(value)[:60]} is not what the schema wants here")


def _one_of(inner: tuple[Any, ...], value: Any, where: str) -> Any:
    if isinstance(value, dict):
        tag = value.get("kind")
        made = _TAGS.get(tag) if isinstance(tag, str) else None
        if made in inner:
            return _made(made, {name: item for name, item in value.items() if name != "kind"}, where)
        raise BankError(f"{where}: the kind {tag!r} is none of {', '.join(_NAMES[one] for one in inner)}")
    for one in inner:  # the numbers or the names of a chart's axis
        try:
            return _made(one, value, where)
        except BankError:
            continue
    raise BankError(f"{where}: {json.dumps(value)[:60]} is not what the schema wants here")


def _built(wanted: type[Any], value: dict[str, Any], where: str) -> Any:
    hints = _fields(wanted)
    if value.keys() != hints.keys():
        raise BankError(f"{where}: its fields must be {', '.join(hints)}; they are {', '.join(value) or 'none'}")
    made = {name: _made(hint, value[name], f"{where}.{name}") for name, hint in hints.items()}
    try:
        return wanted(**made)
    except ValueError as error:
        raise BankError(f"{where}: {error}") from None


def _schema(wanted: Any) -> dict[str, Any]:
    origin, inner = get_origin(wanted), get_args(wanted)
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema(one) for one in inner]}
    if origin is Literal:
        return {"enum": list(inner)}
    if origin in (tuple, frozenset):
        if origin is tuple and inner[-1] is not ...:
            each = [_schema(one) for one in inner]
            return {"type": "array", "prefixItems": each, "minItems": len(each), "maxItems": len(each)}
        return {"type": "array", "items": _schema(inner[0])} | ({"uniqueItems": True} if origin is frozenset else {})
    if isinstance(wanted, type) and is_dataclass(wanted):
        tag = {"kind": {"const": _NAMES[wanted]}} if wanted in _NAMES else {}
        properties = tag | {name: _schema(hint) for name, hint in _fields(wanted).items()}
        return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}
    if issubclass(wanted, StrEnum):
        return {"enum": [member.value for member in wanted]}
    if wanted is Fraction:
        return {"type": "string", "pattern": _FRACTION, "maxLength": _LONGEST}
    return {"type": {str: "string", bool: "boolean", int: "integer", float: "number"}[wanted]}
