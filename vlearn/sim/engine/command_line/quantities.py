"""Numbers as docker's command line reads and prints them: sizes and shares of processors.

Sizes are printed in decimal units (`7.8MB`), except by `docker stats` (`1.5MiB`), as in docker.
"""

from fractions import Fraction

DECIMAL = ("B", "kB", "MB", "GB", "TB", "PB")
BINARY = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def rational(text: str) -> float:
    """`.5` or `1/2` processors. Raises ValueError in the words of Go's library."""
    try:
        return float(Fraction(text))
    except (ValueError, ZeroDivisionError, OverflowError):
        raise ValueError(f"failed to parse {text} as a rational number") from None


def decimal_size(size: float, digits: int = 3) -> str:
    """`7.8MB`: so many significant digits, units of a thousand."""
    return _scaled(size, 1000.0, DECIMAL, digits)


def binary_size(size: float) -> str:
    """`1.5MiB`: four significant digits, units of 1024."""
    return _scaled(size, 1024.0, BINARY, 4)


def _scaled(size: float, base: float, units: tuple[str, ...], digits: int) -> str:
    unit = 0
    while size >= base and unit < len(units) - 1:
        size, unit = size / base, unit + 1
    return f"{size:.{digits}g}{units[unit]}"
