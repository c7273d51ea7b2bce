"""Keys of chapter 13's generators, recomputed: what is compiled and tested, and how long it takes."""

import re
from fractions import Fraction

import pytest

from tests.questions.posing import figures, option, pose, said, table

SEEDS = range(10)


def compiled(posed):
    """By names of sources instead of digests: what the last build of the printed history compiles."""
    rows, words = table(posed), posed.prompt[2].markdown
    uses = {name.strip("`"): [] if listed == "-" else listed.split(", ") for name, listed, _ in rows}
    edited, cache, new = set(), set(), set()

    def below(name):
        return {name}.union(*(below(used) for used in uses[name]))

    def build():
        found = {(name, frozenset(below(name) & edited)) for name in uses}
        made = found - cache
        cache.update(found)
        return {name for name, _ in made}

    build()
    for line in words.splitlines():
        if back := re.search(r"edit of `(\w+)` is taken back|That edit is taken back", line):
            edited -= {back[1]} if back[1] else set(edited)
        edited |= set(re.findall(r"source of `(\w+)` is edited", line))
        if "built" in line:
            new = build()
    return new, {name.strip("`"): int(lasts) for name, _, lasts in rows}


@pytest.mark.parametrize("seed", range(14))
def test_a_build_compiles_what_the_cache_has_not(seed):
    posed = pose("modules-compiled", seed)
    answer = posed.answer
    key = {item.strip("`") for item, n in zip(answer.items, answer.key, strict=True) if n == 0}
    assert key == compiled(posed)[0]
    posed = pose("minutes-of-build", seed)
    new, lasts = compiled(posed)
    assert posed.answer.value == sum(lasts[name] for name in new)


@pytest.mark.parametrize("seed", range(14))
def test_a_suite_is_green_if_all_of_its_tests_are(seed):
    posed = pose("false-alarms", seed)
    count, percent = figures(r"has ([\d,]+) tests, .* in ([\d.]+)% of its runs", said(posed))
    chance = float(percent) / 100
    if "run once more" in said(posed):
        chance **= 2
    assert float(option(posed).strip("%")) == pytest.approx((1 - (1 - chance) ** int(count)) * 100, abs=0.051)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_suite_takes_as_long_as_its_fullest_machine(seed):
    posed = pose("minutes-of-suite", seed)
    pattern = r"has ([\d,]+) tests of (\d+) seconds.* over\s+(\d+) machine"
    tests, seconds, machines = figures(pattern, said(posed))
    reds = {"once": 1, "twice": 2, "three times": 3}[re.search(r"red (once|twice|three times)", said(posed))[1]]
    assert posed.answer.value == -(-tests // machines) * seconds / 60 * (reds + 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_lanes_must_carry_the_work_of_a_day(seed):
    posed = pose("lanes-needed", seed)
    people, changes, batch, build, test, day = (Fraction(row[1].split()[0]) for row in table(posed))
    work = people * changes / batch * (build + test) / day
    assert work < posed.answer.value < work + 1
