"""An axis of a chart: which numbers to mark, how to write them, and where they lie."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from vlearn.errors import ExportError

_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
LEAST = 1e-300
"""A span shorter than this is none: its fifth part might be too small for a float."""
_PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


@dataclass(frozen=True, slots=True)
class Axis:
    """A range of values drawn from `start` to `end` (in pixels, which may run downwards), with ticks inside it."""

    low: float
    high: float
    ticks: tuple[float, ...]
    start: float
    end: float
    log: bool = False

    def at(self, value: float) -> float:
        """The pixel of a value."""
        low, high, value = (
            (log10(v) for v in (self.low, self.high, value)) if self.log else (self.low, self.high, value)
        )
        return self.start + (value - low) / (high - low) * (self.end - self.start)


def outward(values: Sequence[float], start: float, end: float, *, zero: bool) -> Axis:
    """An axis from a round number below to one above; with `zero` it holds zero, as the length of a bar demands."""
    low, high = _span((*values, 0.0) if zero else values)
    step = _step((high - low) / 5)
    ticks = _multiples(step, floor(low / step + 1e-9), ceil(high / step - 1e-9))
    return Axis(ticks[0], ticks[-1], ticks, start, end)


def exact(values: Sequence[float], start: float, end: float) -> Axis:
    """An axis from the lowest value to the highest; whole numbers get no ticks between them."""
    low, high = _span(values)
    step = _step((high - low) / 8)
    if all(value == round(value) for value in values):
        step = max(step, 1.0)
    return Axis(low, high, _multiples(step, ceil(low / step - 1e-9), floor(high / step + 1e-9)), start, end)


def logarithmic(values: Sequence[float], start: float, end: float) -> Axis:
    """An axis over whole powers of ten. Raises ExportError for a value that is not positive."""
    if any(value <= 0 for value in values):
        raise ExportError(f"a logarithmic axis cannot show {min(values):g}: every value must be above zero")
    low, high = (min(values), max(values)) if values else (1.0, 10.0)
    first, last = floor(log10(low)), ceil(log10(high))
    first -= 10.0**first > low  # a logarithm may be rounded to the next whole number
    last += 10.0**last < high
    last = max(last, first + 1)
    every = ceil((last - first) / 8)
    return Axis(10.0**first, 10.0**last, tuple(10.0**n for n in range(first, last + 1, every)), start, end, log=True)


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = (min(values), max(values)) if values else (0.0, 1.0)
    if high - low < LEAST:
        return (low - 1, high + 1) if low else (0.0, 1.0)
    return low, high


def _step(rough: float) -> float:
    magnitude: float = 10.0 ** floor(log10(rough))
    return magnitude * next(nice for nice in _NICE if rough <= nice * magnitude * (1 + 1e-9))


def _multiples(step: float, first: int, last: int) -> tuple[float, ...]:
    return tuple(float(f"{n * step:.12g}") for n in range(first, last + 1))


def written(value: float) -> str:
    """A number as short as it can be said exactly enough: 1500 is 1.5k, 0.25 is 0.25, 1e-9 is 1e-09."""
    value += 0.0  # so that no negative zero is left
    for size, prefix in _PREFIXES:
        if abs(value) >= size and (short := f"{value / size:.5g}") and "e" not in short:
            return (short + prefix).replace("-", "−")
    return f"{value:.5g}".replace("-", "−")
