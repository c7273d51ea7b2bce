"""Quantities of resources: "500m", "1.5Gi", "1e3".

A quantity is exact down to a nano-unit, below which it is rounded away from zero, and remembers the family of suffixes
that it was written in, because its canonical form keeps to that family. Source: the package `resource` of
k8s.io/apimachinery.
"""

import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache, total_ordering
from typing import Literal

from vlearn.sim.kubernetes.api.refusal import Refused

Family = Literal["DecimalSI", "BinarySI", "DecimalExponent"]

NANO = 10**9
LARGEST = 2**63 - 1
DECIMAL = {"n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}
BINARY = {"Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60}
_DECIMAL_SUFFIX = {exponent: suffix for suffix, exponent in DECIMAL.items()}

_FORM = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)")
_EXPONENT = re.compile(r"[eE]([-+]?[0-9]{1,9})")
_MOST_DIGITS = 4000  # Python refuses to read a number of more than 4300
_WRONG_FORM = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
_WRONG_SUFFIX = "unable to parse quantity's suffix"


@total_ordering
@dataclass(frozen=True, slots=True)
class Quantity:
    """`nanos` thousand-millionths of a unit. Quantities of equal amount are equal, whatever their family."""

    nanos: int
    family: Family = field(default="DecimalSI", compare=False)

    def __lt__(self, other: "Quantity") -> bool:
        return self.nanos < other.nanos

    def __add__(self, other: "Quantity") -> "Quantity":
        return Quantity(self.nanos + other.nanos, self.family if self.nanos else other.family)

    def __sub__(self, other: "Quantity") -> "Quantity":
        return Quantity(self.nanos - other.nanos, self.family if self.nanos else other.family)

    def at_scale(self, exponent: int) -> int:
        """The amount in units of 10**exponent, rounded away from zero: `at_scale(-3)` is in milli-units."""
        if exponent < -9:
            return self.nanos * int(10 ** (-9 - exponent))
        size = int(10 ** (exponent + 9))
        return -(-self.nanos // size) if self.nanos >= 0 else self.nanos // size

    @property
    def value(self) -> int:
        """The amount in whole units, rounded away from zero."""
        return self.at_scale(0)

    @property
    def milli(self) -> int:
        """The amount in thousandths, rounded away from zero."""
        return self.at_scale(-3)

    def __str__(self) -> str:
        if self.nanos == 0:
            return "0"
        # A fraction, and what is below one Ki, would lose digits as a binary multiple.
        if self.family == "BinarySI" and abs(self.nanos) >= 1024 * NANO and self.nanos % NANO == 0:
            return _binary(self.value)
        return _decimal(self.nanos, self.family == "DecimalExponent")


@lru_cache(maxsize=4096)
def parse_quantity(text: str) -> Quantity:
    """The quantity that is written so. Raises Refused with the API's words."""
    if not text:
        raise Refused(_WRONG_FORM)
    negative, digits, decimals, suffix = split(text)
    factor, family = _factor(suffix)
    if len(digits + decimals) > _MOST_DIGITS:
        raise Refused("unable to parse numeric part of quantity")
    amount = Fraction(int(digits + decimals), 10 ** len(decimals)) * factor
    nanos = min(_away_from_zero(amount * NANO), LARGEST * NANO)
    return Quantity(-nanos if negative else nanos, family)


def split(text: str) -> tuple[bool, str, str, str]:
    """Whether it is negative, its digits without leading zeros, its decimals, its suffix. Raises Refused."""
    form = _FORM.fullmatch(text)
    if form is None:
        raise Refused(_WRONG_FORM)
    sign, digits, decimals, suffix = form.groups("")
    return sign == "-", digits.lstrip("0") or "0", decimals, suffix


def _factor(suffix: str) -> tuple[Fraction, Family]:
    if suffix in DECIMAL:
        return Fraction(10) ** DECIMAL[suffix], "DecimalSI"
    if suffix in BINARY:
        return Fraction(1 << BINARY[suffix]), "BinarySI"
    exponent = _EXPONENT.fullmatch(suffix)
    if exponent is None:
        raise Refused(_WRONG_SUFFIX)
    # No exponent beyond these limits changes anything: what is larger is capped, what is smaller is rounded to a nano.
    return Fraction(10) ** max(-40, min(40, int(exponent[1]))), "DecimalExponent"


def _away_from_zero(amount: Fraction) -> int:
    whole = -(-abs(amount.numerator) // amount.denominator)
    return whole if amount >= 0 else -whole


def _binary(value: int) -> str:
    power = 0
    while power < 60 and value % 1024 == 0:
        value //= 1024
        power += 10
    return f"{value}{dict(zip(BINARY.values(), BINARY, strict=True)).get(power, '')}"


def _decimal(nanos: int, as_exponent: bool) -> str:
    exponent = -9
    while nanos % 1000 == 0 and (as_exponent or exponent < 18):
        nanos //= 1000
        exponent += 3
    if not as_exponent:
        return f"{nanos}{_DECIMAL_SUFFIX[exponent]}"
    return f"{nanos}e{exponent}" if exponent else str(nanos)
