"""A question whose key is what makes a main line red: one change's own fault, two that clash, or a flaky test.

What each hypothesis would show is asked of the model; the wrong options are hypotheses that a line of the log refutes.
"""

from collections.abc import Iterable
from itertools import combinations
from random import Random
from typing import TypeAlias

from vlearn.blocks import Table, Text
from vlearn.questions.generators.delivery_gates import NAMES
from vlearn.questions.generators.delivery_scenes import listed
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.sim.delivery.changes import Change, green

Hypothesis: TypeAlias = tuple[Change, ...]
"""The changes as they would be if it were true."""
REPEATS = 5
FLAKY = "None of the changes: a test is flaky"


def culprit_of_runs(rng: Random) -> Posed:
    """Which change is to blame, which two clash, or is a test flaky?"""
    names = sorted(rng.sample(NAMES, 4))
    hypotheses = _hypotheses(names)
    flaky = rng.random() < 0.2
    while True:
        truth = rng.choice(list(hypotheses))
        sets = _sets(rng, names, hypotheses, truth)
        if len(sets) >= 3:
            break
    if flaky:
        truth = FLAKY
        reds = [rng.choice((0, 0, 1, 2, 3)) for _ in sets]
        reds[0], reds[-1] = rng.choice((1, 2, 3, 4)), rng.choice((1, 2))
    else:
        reds = [0 if _passes(hypotheses[truth], tested) else REPEATS for tested in sets]
    rows = tuple((", ".join(tested), _result(red)) for tested, red in zip(sets, reds, strict=True))
    wrong = (
        [] if flaky else [(FLAKY, f"Then some of the {REPEATS} repetitions of a line would differ from the others.")]
    )
    others = [name for name in hypotheses if name != truth]
    near = sorted(rng.sample(others, len(others)), key=lambda name: len(_against(hypotheses[name], sets, reds)))
    wrong += [(name, _refuted(hypotheses[name], sets, reds)) for name in near]
    options, correct = distractors(rng, truth, wrong, 3)
    prompt = (
        Text(
            f"The changes {listed(names)} have been merged to the main line, which was green before, and now it is red."
            f" A developer tests the main line with some of them at a time, each"
            f" choice {REPEATS} times with nothing changed in between. A true fault and a clash are red in all"
            f" repetitions, a flaky test in some; only one thing is wrong. What is it?"
        ),
        Table(("Main line with", "Result"), rows),
    )
    solution = Text(_reasoning(truth, sets, reds, hypotheses))
    return Posed(prompt, SingleChoice(options, correct), (solution,))


def _hypotheses(names: list[str]) -> dict[str, Hypothesis]:
    alone = {f"A fault of `{name}`": tuple(Change(n, "test" if n == name else None) for n in names) for name in names}
    pairs = {
        f"A clash of `{one}` and `{other}`": tuple(
            Change(n, clashes=frozenset({other}) if n == one else frozenset()) for n in names
        )
        for one, other in combinations(names, 2)
    }
    return alone | pairs


def _passes(hypothesis: Hypothesis, tested: tuple[str, ...]) -> bool:
    return green(change for change in hypothesis if change.name in tested)


def _sets(rng: Random, names: list[str], hypotheses: dict[str, Hypothesis], truth: str) -> list[tuple[str, ...]]:
    """Choices of changes that leave the truth alone; each of them rules something out."""
    left = dict(hypotheses)
    tries = [part for size in (3, 2, 1) for part in combinations(names, size)]
    sets = [tuple(names)]
    for part in rng.sample(tries, len(tries)):
        kept = {name: one for name, one in left.items() if _passes(one, part) == _passes(hypotheses[truth], part)}
        if len(kept) < len(left):
            left = kept
            sets.append(part)
        if len(left) == 1:
            break
    return sets


def _against(
    hypothesis: Hypothesis, sets: Iterable[tuple[str, ...]], reds: list[int]
) -> list[tuple[tuple[str, ...], int]]:
    """The lines that a hypothesis does not explain."""
    return [
        (tested, red)
        for tested, red in zip(sets, reds, strict=True)
        if red != (0 if _passes(hypothesis, tested) else REPEATS)
    ]


def _refuted(hypothesis: Hypothesis, sets: list[tuple[str, ...]], reds: list[int]) -> str:
    tested, red = _against(hypothesis, sets, reds)[-1]
    would = "green" if _passes(hypothesis, tested) else "red"
    return f"Then the main line with {listed(tested)} would be {would} each time. It was {_result(red)}."


def _result(red: int) -> str:
    return {0: f"green {REPEATS} times", REPEATS: f"red {REPEATS} times"}.get(red, f"red {red} of {REPEATS} times")


def _reasoning(truth: str, sets: list[tuple[str, ...]], reds: list[int], hypotheses: dict[str, Hypothesis]) -> str:
    if truth == FLAKY:
        return (
            "The same state is red at one time and green at another: no fault and no clash does that, only a test whose"
            " answer depends on something else than the program. Mend that test before you look for anything else."
        )
    told, found = [], truth[0].lower() + truth[1:]
    left = {name for name, one in hypotheses.items() if not _passes(one, sets[0])}
    for tested, red in list(zip(sets, reds, strict=True))[1:]:
        left = {name for name in left if (0 if _passes(hypotheses[name], tested) else REPEATS) == red}
        told.append(f"{listed(tested)} {'red' if red else 'green'} leaves {len(left)}")
    return (
        "Nothing varies, so no test is flaky. Red says that the culprit, or both that clash, are among the tested;"
        f" green says that they are not. There are 4 possible faults and 6 possible clashes. {'; '.join(told)}:"
        f" {found}."
    )
