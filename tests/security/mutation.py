"""Files that are nearly sound: pieces of sound ones, cut where the format cuts them, with its words between."""

import re
from collections.abc import Sequence
from random import Random
from xml.sax.saxutils import escape

_PIECE = re.compile(rb"[A-Za-z0-9_.]+|\s+|[^A-Za-z0-9_.\s]")
HOSTILE = (
    b"\0", b"\xff", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\xef\xbf\xbe", b"\xf0\x9f\x99\x82", b"../../x",
    b"=cmd|' /C calc'!A0",
    b"-0", b"1" * 400, b"1" * 5000, b"9e99999", b"\xef\xbc\x91", b"A" * 2000, b"{{7*7}}", b'#read("/etc/passwd")',
)  # fmt: skip
"""What an attacker tries in any format."""

_TEXT = re.compile(rb">([^<>]*[^<>\s][^<>]*)<")


def mutated(data: bytes, seeds: Sequence[bytes], words: Sequence[str], rng: Random, longest: int = 20_000) -> bytes:
    """The data after a few changes. XML stays well-formed in three of four cases: then its texts alone change."""
    if data.startswith(b"<?xml") and rng.random() < 0.75 and (texts := list(_TEXT.finditer(data))):
        begin, end = rng.choice(texts).span(1)
        changed = _changed(_unescaped(data[begin:end]), seeds, words, rng)
        inner = re.sub("[\0-\x08\x0b-\x1f\ufffe]", "", changed.decode(errors="replace"))
        data = data[:begin] + escape(inner).encode() + data[end:]
        return data if len(data) <= longest else seeds[0][:longest]
    return _changed(data, seeds, words, rng)[:longest]


def _unescaped(text: bytes) -> bytes:
    return text.replace(b"&lt;", b"<").replace(b"&gt;", b">").replace(b"&amp;", b"&")


def _changed(data: bytes, seeds: Sequence[bytes], words: Sequence[str], rng: Random) -> bytes:
    """After one to four changes; each drops, doubles, swaps, replaces or adds pieces, or takes another file's."""
    pieces = _PIECE.findall(data) or [b""]
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(pieces) + 1)
        some = slice(at, at + rng.choice((1, 1, 2, 5, 20)))
        match rng.randrange(7):
            case 0:
                del pieces[some]
            case 1:
                pieces[at:at] = pieces[some] * rng.choice((1, 1, 2, 50))
            case 2:
                other = _PIECE.findall(rng.choice(seeds))
                start = rng.randrange(len(other) + 1)
                pieces[some] = other[start : start + rng.choice((1, 3, 10, 40))]
            case 3:
                pieces[at:at] = [rng.choice(words).encode()]
            case 4:
                pieces[some] = [rng.choice(words).encode()]
            case 5:
                pieces[some] = [rng.choice(HOSTILE)]
            case _:
                there = rng.randrange(len(pieces) + 1)
                pieces[at:at] = pieces[there : there + 5]
    return b"".join(pieces)
