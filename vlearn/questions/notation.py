"""How numbers are written: what an author or a student may type, and how a key prints it. All arithmetic is exact.

Thousands may be separated by commas, spaces, apostrophes or underscores, in groups of three, and hexadecimal digits by
underscores; the decimal sign is a point. There are no exponents: a number with a dozen zeros has the wrong unit.
"""

import re
from fractions import Fraction

_LONGEST = 100
_HEXADECIMAL = re.compile(r"0x([0-9a-f]+(?:_[0-9a-f]+)*)", re.IGNORECASE)
_BARE_HEXADECIMAL = re.compile(r"([0-9a-f]+(?:_[0-9a-f]+)*)", re.IGNORECASE)
_WHOLE = r"(?:[0-9]{1,3}(?:(?P<mark>[,_' ])[0-9]{3})(?:(?P=mark)[0-9]{3})*|[0-9]+)"
_DECIMAL = re.compile(rf"({_WHOLE}(?:\.[0-9]+)?|\.[0-9]+)")
_RATIO = re.compile(r"([0-9]+) ?/ ?([0-9]+)")


def parse(text: str, base: int = 10) -> Fraction:
    """The number that a text states; in base 16 the prefix 0x may be missing. ValueError says what would be right."""
    tidy = " ".join(text.replace("\N{MINUS SIGN}", "-").split())
    if len(tidy) > _LONGEST:
        raise ValueError(f"a number has at most {_LONGEST} characters, this one has {len(tidy)}")
    sign, digits = (-1, tidy[1:].lstrip()) if tidy.startswith("-") else (1, tidy.removeprefix("+"))
    if found := _HEXADECIMAL.fullmatch(digits) or (base == 16 and _BARE_HEXADECIMAL.fullmatch(digits)):
        return sign * Fraction(int(found[1].replace("_", ""), 16))
    if base == 16:
        raise ValueError(f"{tidy!r} is not a hexadecimal number, such as 0x1F000")
    if found := _DECIMAL.fullmatch(digits):
        return sign * Fraction(re.sub("[,_' ]", "", found[1]))
    if (found := _RATIO.fullmatch(digits)) and int(found[2]):
        return sign * Fraction(int(found[1]), int(found[2]))
    raise ValueError(f"{tidy!r} is not a number, such as 24, 1,024, 0.5, 1/3 or 0x1F000")


def written(value: Fraction, base: int = 10) -> str:
    """The number as a key prints it: 0x1F000, 24, 0.5; a ratio such as 1/3 where no decimal is exact."""
    if base == 16 and value.denominator == 1:
        return f"{'-' if value < 0 else ''}0x{abs(value.numerator):X}"
    rest, twos, fives = value.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    if not (places := max(twos, fives)):
        return str(value.numerator)
    digits = str(abs(value.numerator) * 10**places // value.denominator).rjust(places + 1, "0")
    return f"{'-' if value < 0 else ''}{digits[:-places]}.{digits[-places:]}"


def decimal(number: Fraction, places: int = 4) -> str:
    """The number with at most so many decimals, halves to even: 1/3 is 0.3333, 2 is 2."""
    scaled = round(number * 10**places)
    whole, rest = divmod(abs(scaled), 10**places)
    shown = f"{whole}.{rest:0{places}}".rstrip("0").rstrip(".")
    return f"-{shown}" if scaled < 0 else shown


def earned(points: Fraction, out_of: Fraction) -> str:
    """What was earned of how much, for people to read: `1.33 of 2 points`."""
    return f"{decimal(points, 2)} of {amount(out_of, 'point{s}')}"


def amount(number: Fraction | int, noun: str) -> str:
    """A number of things, whose noun has `{s}` or `{ies}` where its plural differs.

    `1 point`, `2.5 points` of `point{s}`; `1 entry`, `2 entries` of `entr{ies}`.
    """
    endings = {"s": "", "ies": "y"} if number == 1 else {"s": "s", "ies": "ies"}
    return f"{written(Fraction(number))} {noun.format(**endings)}"
