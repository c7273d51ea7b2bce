"""Plain YAML values read into the structs of `vlearn.questions.wire`, with every fault and what would be right.

A scalar arrives as the text it is written as; the type of its field decides what it means.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar

from msgspec import Struct, inspect

from vlearn.errors import did_you_mean
from vlearn.questions import notation
from vlearn.questions.faults import Complain, Counted, Where, named
from vlearn.questions.load import Plain

T = TypeVar("T")
_type: Callable[[Any], inspect.Type] = cache(inspect.type_info)
_TRUTH = {"true": True, "false": False}
_SHAPES: dict[type, tuple[type, ...]] = {
    str: (inspect.StrType,),
    list: (inspect.ListType, inspect.VarTupleType),
    dict: (inspect.StructType, inspect.DictType),
}


def shaped(value: Plain, wanted: type[T], where: Where, complain: Complain) -> T | None:
    """The value as a `wanted`; None, after a complaint for each fault, where it is none."""
    counted = Counted(complain)
    read: T = _read(value, _type(wanted), where, counted)
    return None if counted.count else read


def _read(value: Plain, wanted: inspect.Type, where: Where, complain: Complain) -> Any:
    match wanted, value:
        case inspect.Metadata(type=inner), _:
            return _read(value, inner, where, complain)
        case inspect.UnionType(types=types), _:
            wide = next((t for t in types if isinstance(_bare(t), _SHAPES[type(value)])), None)
            if wide:
                return _read(value, wide, where, complain)
            if isinstance(value, str) and (found := _scalar(value, wanted)) is not None:
                return found
        case inspect.AnyType(), _:
            return value
        case inspect.StructType(), dict():
            return _struct(value, wanted, where, complain)
        case inspect.DictType(key_type=key, value_type=inner), dict():
            return {
                _read(name, key, (*where, name), complain): _read(item, inner, (*where, name), complain)
                for name, item in value.items()
            }
        case inspect.ListType(item_type=inner), list():
            return [_read(item, inner, (*where, n), complain) for n, item in enumerate(value)]
        case inspect.VarTupleType(item_type=inner), list():
            return tuple(_read(item, inner, (*where, n), complain) for n, item in enumerate(value))
        case inspect.StrType(), str():
            return value
        case inspect.CustomType(cls=cls), str() if issubclass(cls, str):
            return cls(value)
        case _, str() if (found := _scalar(value, wanted)) is not None:
            return found
        case _:
            pass
    complain(where, f"`{named(where)}` {_shown(value)}; it must be {_in_words(wanted)}{_guess(value, wanted)}")
    return None


def _scalar(text: str, wanted: inspect.Type) -> object:
    match _bare(wanted):
        case inspect.UnionType(types=types):
            return next((found for t in types if (found := _scalar(text, t)) is not None), None)
        case inspect.BoolType():
            return _TRUTH.get(text.lower())
        case inspect.EnumType(cls=cls):
            return next((member for member in cls if member.value == text), None)
        case inspect.LiteralType(values=values):
            return next((literal for literal in values if str(literal) == text), None)
        case inspect.IntType() | inspect.FloatType() | inspect.CustomType():
            try:
                number = notation.parse(text)
            except ValueError:
                return None
            return _number(number, _bare(wanted))
        case _:
            return None


def _number(number: Fraction, wanted: inspect.Type) -> int | float | Fraction | None:
    match wanted:
        case inspect.IntType(ge=low, le=high):
            fits = number.denominator == 1 and (low is None or number >= low) and (high is None or number <= high)
            return int(number) if fits else None
        case inspect.FloatType():
            return float(number)
        case _:
            return number


def _struct(value: dict[str, Plain], wanted: inspect.StructType, where: Where, complain: Complain) -> Struct | None:
    fields = {field.encode_name: field for field in wanted.fields}
    names = [*fields, wanted.tag_field] if wanted.tag_field else list(fields)
    read: dict[str, Any] = {}
    sound = True
    for name in (name for name in value if name not in names):
        sound = False
        known = did_you_mean(name, names) or f"; the fields here are {', '.join(names)}"
        complain((*where, name), f"unknown field `{named((*where, name))}`{known}")
    for name, field in fields.items():
        if name in value:
            read[name] = _read(value[name], field.type, (*where, name), complain)
        elif field.required:
            sound = False
            complain(where, f"missing field `{named((*where, name))}`: {_in_words(field.type)}{_purpose(field.type)}")
    # A nested fault was complained of where it was found, and makes the whole value unusable there.
    return wanted.cls(**read) if sound else None


def _bare(wanted: inspect.Type) -> inspect.Type:
    return _bare(wanted.type) if isinstance(wanted, inspect.Metadata) else wanted


def _purpose(wanted: inspect.Type) -> str:
    extra = wanted.extra_json_schema if isinstance(wanted, inspect.Metadata) else None
    return f" ({extra['description'].rstrip('.')})" if extra and "description" in extra else ""


def _shown(value: Plain) -> str:
    if isinstance(value, str):
        return f"is {value[:40]!r}" if value else "is empty"
    return "is a list" if isinstance(value, list) else "is a mapping"


def _guess(value: Plain, wanted: inspect.Type) -> str:
    match _bare(wanted):
        case inspect.EnumType(cls=cls) if isinstance(value, str):
            return did_you_mean(value, [member.value for member in cls])
        case inspect.LiteralType(values=values) if isinstance(value, str):
            return did_you_mean(value, [str(literal) for literal in values])
        case _:
            return ""


def _in_words(wanted: inspect.Type) -> str:
    match wanted:
        case inspect.Metadata(type=inner):
            return _in_words(inner)
        case inspect.UnionType(types=types):
            return " or ".join(_in_words(t) for t in types if not isinstance(t, inspect.NoneType))
        case inspect.IntType(ge=low, le=high):
            between = f" from {low} to {high}" if high is not None else f" of at least {low}" if low is not None else ""
            return f"a whole number{between}"
        case inspect.BoolType():
            return "true or false"
        case inspect.EnumType(cls=cls):
            return f"one of {', '.join(member.value for member in cls)}"
        case inspect.LiteralType(values=values):
            return f"one of {', '.join(map(str, values))}"
        case inspect.ListType() | inspect.VarTupleType():
            return "a list"
        case inspect.StructType(fields=fields):
            return f"a mapping with {', '.join(f.encode_name for f in fields)}"
        case inspect.DictType():
            return "a mapping"
        case inspect.CustomType(cls=cls) if issubclass(cls, Fraction):
            return "a number, such as 2, 0.5 or 1/3"
        case inspect.FloatType():
            return "a number"
        case _:
            return "text"
