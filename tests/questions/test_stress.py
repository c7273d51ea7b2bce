"""Running a generator with many seeds finds what a single variant does not show."""

from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from tests.questions.samples import entry_of, question
from vlearn.blocks import Text
from vlearn.questions.entry import Entry
from vlearn.questions.model import Numeric, Option, Ordering, SingleChoice
from vlearn.questions.stress import stress, tried
from vlearn.questions.substance import substance


def entry(make, kind="numeric", generator="made-up", variants=100) -> Entry:
    stated = question(Numeric(Fraction(1)), id="q")
    return entry_of(stated, kind=kind, line=3, generator=generator, make=make, variants=variants)


def number(below):
    return lambda rng: question(Numeric(Fraction(rng.randrange(below)), unit="pages"))


def rarely(rng: Random):
    if rng.randrange(50) == 0:
        raise KeyError("rare")
    return number(10_000)(rng)


def unsound(rng: Random):
    return question(SingleChoice((Option("right"), Option(str(rng.randrange(2000)))), rng.randrange(3)))


def always_first(rng: Random):
    return question(SingleChoice((Option("right"), Option(f"wrong {rng.randrange(5000)}")), 0))


def alike(rng: Random):
    texts = [f"{rng.randrange(5000)} pages", "none"]
    return question(SingleChoice((*map(Option, texts), Option("None.")), rng.randrange(3)))


counter = iter(range(10_000))

FINDINGS = [
    (entry(number(10)), ["only 10 different variants, not 100: widen its parameters, or set `variants`"]),
    (entry(rarely), ["raises KeyError: 'rare'"]),
    (entry(unsound, kind="single-choice"), ["the key 2 is not among the options, 0 to 1"]),
    (entry(number(10_000), kind="cloze"), ["the kind is numeric, not cloze"]),
    (entry(always_first, kind="single-choice"), ["over 500 seeds its keys stand unevenly (A 500, B 0)"]),
    (entry(alike, kind="single-choice"), ["differ in nothing but punctuation or letter case"]),
    (entry(lambda _: question(Numeric(Fraction(next(counter))))), ["the same seed gives another question"]),
]


@pytest.mark.parametrize(("stressed", "fragments"), FINDINGS, ids=[fragments[0] for _, fragments in FINDINGS])
def test_a_faulty_generator_is_found(stressed, fragments):
    findings = stress(stressed)
    assert [any(f in finding.message for f in fragments) for finding in findings].count(True) == len(fragments)
    assert all((finding.path, finding.line, finding.id) == (Path("file.yaml"), 3, "q") for finding in findings)


@pytest.mark.parametrize(
    "sound",
    [entry(number(10_000)), entry(number(110)), entry(number(4), variants=4), entry(number(1), generator="")],
    ids=["many variants", "just enough, which takes more seeds to see", "few, as it says", "not generated"],
)
def test_a_sound_generator_passes(sound):
    assert stress(sound) == ()


def test_the_order_of_options_does_not_make_a_variant():
    one = question(SingleChoice((Option("a"), Option("b")), 0))
    other = question(SingleChoice((Option("b"), Option("a")), 1))
    assert substance(one) == substance(other)
    assert substance(question(Ordering(("a", "b"), (1, 0)))) == substance(question(Ordering(("b", "a"), (0, 1))))


def test_another_prompt_or_another_number_does():
    one = question(Numeric(Fraction(1)))
    assert substance(one) != substance(question(Numeric(Fraction(2))))
    assert substance(one) != substance(question(Numeric(Fraction(1)), prompt=(Text("And now?"),)))


def test_times_are_told_and_a_slow_variant_is_no_finding():
    ticks = iter([0, 0.25, 10, 11.5, *(20.0,) * 100])
    trial = tried(entry(number(10_000), variants=2), 3, clock=lambda: next(ticks))
    assert (trial.seeds, trial.variants, trial.seconds, trial.slowest) == (3, 3, 1.75, 1.5)
    assert trial.findings == ()


def test_every_seed_that_was_drawn_counts():
    assert tried(entry(number(110)), 20).seeds > 20
    assert tried(entry(number(10_000), variants=5), 500).seeds == 500
