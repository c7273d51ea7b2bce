"""Reading a body in protobuf, which kubectl sends for most of what it creates, as the JSON that says the same.

A body is `k8s` and a zero byte, then an envelope (runtime.Unknown): the kind, and the object's own bytes. Sources:
k8s.io/apimachinery, runtime/serializer/protobuf; protobuf.dev, Encoding. Answers stay JSON, which every client takes.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from typing import Any

from vlearn.sim.kubernetes.api.kinds import BY_KIND
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.api.schema import Type, structure
from vlearn.sim.kubernetes.apiserver.field_numbers import FIELD_NUMBERS, LEFT_OUT_AT_ZERO

PREFIX = b"k8s\0"
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 10


def read_protobuf(body: bytes, expected: str) -> Mapping[str, Any]:
    """The object in a body, kind and apiVersion included; `expected` is the structure it has where it names no kind.

    Raises Refused with the API's words where the bytes are none, or hold something that is not in the table.
    """
    if not body.startswith(PREFIX):
        shown = " ".join(str(each) for each in PREFIX)
        raise Refused(f"provided data does not appear to be a protobuf message, expected prefix [{shown}]")
    envelope = dict(_fields(body[len(PREFIX) :]))
    type_meta = {number: _text(value) for number, value in _fields(_message(envelope.get(1, b"")))}
    version, kind = type_meta.get(1, ""), type_meta.get(2, "")
    known = BY_KIND.get((version, kind))
    shape = known.structure if known is not None else expected
    if shape not in FIELD_NUMBERS:
        raise Refused(f"this server reads {kind or shape} as JSON or YAML only, not as protobuf")
    named = {"apiVersion": version, "kind": kind}
    return {**{name: value for name, value in named.items() if value}, **_object(_message(envelope.get(2, b"")), shape)}


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a message as they come: a number, and a varint or the bytes of anything else."""
    at = 0
    while at < len(data):
        tag, at = _varint(data, at)
        number, wire = tag >> 3, tag & 7
        if not number:
            raise Refused(f"proto: illegal tag {number} (wire type {wire})")
        if wire == _VARINT:
            value, at = _varint(data, at)
            yield number, value
            continue
        if wire == _BYTES:
            size, at = _varint(data, at)
        elif wire in (_FIXED64, _FIXED32):
            size = 8 if wire == _FIXED64 else 4
        else:
            raise Refused(f"proto: illegal wireType {wire}")
        if at + size > len(data):
            raise Refused("unexpected EOF")
        yield number, data[at : at + size]
        at += size


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = 0
    for n, byte in enumerate(data[at : at + _LONGEST_VARINT]):
        value |= (byte & 0x7F) << (7 * n)
        if byte < 0x80:
            return value, at + n + 1
    raise Refused("unexpected EOF" if len(data) - at < _LONGEST_VARINT else "proto: integer overflow")


def _object(data: bytes, shape: str) -> dict[str, Any]:
    """A message as the JSON object of a structure. Fields that the table does not know are passed over."""
    read: dict[str, Any] = {}
    _read_into(read, data, FIELD_NUMBERS[shape], structure(shape))
    return read


def _read_into(read: dict[str, Any], data: bytes, numbers: Mapping[int, str], types: Mapping[str, Type]) -> None:
    for number, raw in _fields(data):
        name, _, form = numbers.get(number, "").partition("=")
        if name.startswith("+"):
            _read_into(read, _message(raw), FIELD_NUMBERS[name[1:]], types)
        elif name:
            _put(read, name, raw, types[name], form)


def _put(read: dict[str, Any], name: str, raw: int | bytes, kind: Type, form: str) -> None:
    if kind.form == "list":
        assert kind.of is not None
        read.setdefault(name, []).append(_value(raw, kind.of, name, form))
    elif kind.form == "map":
        assert kind.of is not None
        entry = dict(_fields(_message(raw)))
        read.setdefault(name, {})[_text(entry.get(1, b""))] = _value(entry.get(2, b""), kind.of, name, form)
    else:
        value = _value(raw, kind, name, form)
        # Go writes empty strings and zero times, which JSON leaves out.
        if value not in ("", None) and (value or name not in LEFT_OUT_AT_ZERO):
            read[name] = value


def _value(raw: int | bytes, kind: Type, name: str, form: str) -> Any:
    if form == "bytes":
        return b64encode(_message(raw)).decode()
    match kind.name:
        case "string":
            return _text(raw)
        case "bool":
            return bool(_number(raw))
        case "int32" | "int64":
            return _signed(_number(raw))
        case "quantity":
            return _text(dict(_fields(_message(raw))).get(1, b""))
        case "intstr":
            parts = dict(_fields(_message(raw)))
            return _text(parts.get(3, b"")) if parts.get(1) else _signed(_number(parts.get(2, 0)))
        case "time":
            parts = dict(_fields(_message(raw)))
            return _time(_signed(_number(parts[1]))) if 1 in parts else None
    if kind.form == "any":
        if raw:
            raise Refused(f"this server reads {name} as JSON or YAML only, not as protobuf")
        return {}
    return _object(_message(raw), kind.name)


def _time(seconds: int) -> str:
    try:
        return timestamp(seconds)
    except (ValueError, OverflowError, OSError):
        raise Refused(f"there is no year for {seconds} s after 1970") from None


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _number(raw: int | bytes) -> int:
    if isinstance(raw, bytes):
        raise Refused("proto: wrong wireType = 2")
    return raw


def _message(raw: int | bytes) -> bytes:
    if isinstance(raw, int):
        raise Refused("proto: wrong wireType = 0")
    return raw


def _text(raw: int | bytes) -> str:
    try:
        return _message(raw).decode()
    except UnicodeDecodeError:
        raise Refused("proto: string field contains invalid UTF-8") from None
