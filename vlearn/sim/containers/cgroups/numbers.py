"""How the kernel reads what is written into a control file, and how it writes it back.

Spaces around are ignored. Numbers may be decimal, octal after 0 or hexadecimal after 0x, as strtoull reads them with
base 0. Every refusal has the errno of the kernel's own parser: kstrtoull, memparse, sscanf, cpulist_parse.
"""

import re

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.cgroups.state import PAGE

U64 = 2**64
UNLIMITED = (2**63 - 1) // PAGE
"""The page counter's largest value, PAGE_COUNTER_MAX: version 1 shows it in bytes, 9223372036854771712."""

SUFFIXES = {"k": 10, "m": 20, "g": 30, "t": 40, "p": 50, "e": 60}
_DIGITS = re.compile(r"0[xX][0-9a-fA-F]+|0[0-7]*|[1-9][0-9]*")


def integer(text: str, low: int, high: int, outside: str = "ERANGE") -> int:
    """A whole number (kstrtoll). Refuses with EINVAL what is none, and with `outside` what is not in low..high."""
    words = text.strip()
    sign, digits = (-1, words[1:]) if words.startswith("-") else (1, words.removeprefix("+"))
    if not _DIGITS.fullmatch(digits):
        raise Refusal("EINVAL", f"{words!r} is not a number")
    value = sign * _value(digits)
    if not low <= value <= high:
        raise Refusal(outside, f"{value} is not between {low} and {high}")
    return value


def unsigned(text: str, low: int, high: int) -> int:
    """A number without a sign (kstrtoull): a minus is EINVAL."""
    if text.strip().startswith("-"):
        raise Refusal("EINVAL", f"{text.strip()!r} is not a number without a sign")
    return integer(text, low, high)


def pages(text: str, unlimited: str) -> int | None:
    """An amount of memory in whole pages, rounded down; None for the word (`max` in v2, `-1` in v1) for no limit.

    Nothing at all is 0, as memparse reads it.
    """
    words = text.strip()
    if words == unlimited:
        return None
    found = _DIGITS.match(words)
    digits, rest = (found[0], words[found.end() :]) if found else ("", words)
    value = _value(digits) if digits else 0
    if rest and rest[0].lower() in SUFFIXES:
        value, rest = value << SUFFIXES[rest[0].lower()], rest[1:]
    if rest:
        raise Refusal("EINVAL", f"{words!r} is not a number of bytes with K, M, G, T, P or E, nor {unlimited!r}")
    count = value % U64 // PAGE
    return count if count < UNLIMITED else None


def limit(text: str, high: int) -> int | None:
    """A number from 0 to high, or None for `max`; EINVAL for anything else."""
    return None if text.strip() == "max" else integer(text, 0, high, "EINVAL")


def numbers(text: str, count: int) -> frozenset[int]:
    """A list such as `0-2,4` of numbers below count: ERANGE beyond it, EINVAL for what is no list."""
    found: set[int] = set()
    for part in filter(None, re.split(r"[,\s]+", text.strip())):
        ends = re.fullmatch(r"(\d+)(?:-(\d+))?", part)
        if ends is None:
            raise Refusal("EINVAL", f"{part!r} is not a number or a range such as 0-2")
        first, last = int(ends[1]), int(ends[2] or ends[1])
        if last < first:
            raise Refusal("EINVAL", f"the range {part!r} ends before it begins")
        if last >= count:
            raise Refusal("ERANGE", f"{last} is too large: this machine has 0 to {count - 1}")
        found |= set(range(first, last + 1))
    return frozenset(found)


def listed(found: frozenset[int]) -> str:
    """The set as the kernel writes it: runs as ranges."""
    runs: list[list[int]] = []
    for number in sorted(found):
        if runs and number == runs[-1][1] + 1:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in runs)


def or_max(value: int | None) -> str:
    """A number, or `max` where there is no limit."""
    return "max" if value is None else str(value)


def nearest_quotient(numerator: int, denominator: int) -> int:
    """The kernel's DIV_ROUND_CLOSEST."""
    return (numerator + denominator // 2) // denominator


def _value(digits: str) -> int:
    base = 16 if digits[:2].lower() == "0x" else 8 if digits.startswith("0") and len(digits) > 1 else 10
    value = int(digits, base)
    if value >= U64:
        raise Refusal("ERANGE", f"{digits} needs more than 64 bits")
    return value
