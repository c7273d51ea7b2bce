"""Options of a generated choice question: the right value, and values that a named misconception leads to."""

from collections.abc import Iterable
from random import Random

from vlearn.questions.model import Option


def distractors(
    rng: Random, right: str, wrong: Iterable[tuple[str, str]], count: int, feedback: str = ""
) -> tuple[tuple[Option, ...], int]:
    """Options in random order, and the index of the right one, which has `feedback`.

    Of `wrong`, pairs of a value and the misconception that leads to it, the first `count` values are taken that collide
    neither with the right one nor with each other; there may be fewer. ValueError if none is left.
    """
    chosen: dict[str, str] = {}
    for value, misconception in wrong:
        if value != right and len(chosen) < count:
            chosen.setdefault(value, misconception)
    if not chosen:
        raise ValueError(f"no wrong value differs from the right one, {right!r}: name more misconceptions")
    options = [Option(right, feedback), *(Option(value, misconception) for value, misconception in chosen.items())]
    rng.shuffle(options)
    return tuple(options), next(n for n, option in enumerate(options) if option.text == right)
