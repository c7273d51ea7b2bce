"""Sizes as people write and read them: `64k`, `1M`, `2GB`; 66 kB and 64 KiB."""

import re

UNITS = {"": 1, "c": 1, "w": 2, "b": 512, "k": 1024, "m": 1024**2, "g": 1024**3, "t": 1024**4}


def bytes_of(text: str) -> int | None:
    """How many bytes a size is; None if it is none. kB and MB count thousands, k, K, KiB and M 1024s."""
    found = re.fullmatch(r"(\d+)([cwb]|[kKmMgGtT](?:B|iB)?)?", text)
    if not found:
        return None
    number, unit = int(found.group(1)), found.group(2) or ""
    if len(unit) == 2:
        return int(number * 1000 ** ("kmgt".index(unit[0].lower()) + 1))
    return number * UNITS[unit[:1].lower()]


def human(size: int) -> str:
    """As df -h and ls -h print a size: rounded up, one digit below ten."""
    if size < 1024:
        return str(size)
    value, unit = float(size), ""
    for unit in "KMGT":  # noqa: B007
        value /= 1024
        if value < 1024:
            break
    tenths = -int(-value * 10 // 1)
    return f"{tenths / 10:.1f}{unit}" if tenths < 100 else f"{-int(-value // 1)}{unit}"


def scaled(size: int, base: int) -> str:
    """As dd prints a size: three digits at most, rounded to the nearest; "" where the unit would be bytes."""
    units = ("kB", "MB", "GB") if base == 1000 else ("KiB", "MiB", "GiB")
    if size < base:
        return ""
    value, unit = float(size), ""
    for unit in units:  # noqa: B007
        value /= base
        if value < base:
            break
    return f"{value:.1f} {unit}" if value < 9.95 else f"{value:.0f} {unit}"
