from random import Random
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.delivery.building import Module, build
from vlearn.sim.delivery.suites import Suite

MODULES = (
    Module("base", "1", minutes=4),
    Module("net", "1", ("base",), 3),
    Module("shop", "1", ("net",), 2),
    Module("tools", "1", minutes=1),
)


def changed(*names):
    return tuple(Module(m.name, "2" if m.name in names else m.source, m.uses, m.minutes) for m in MODULES)


REBUILDS = [
    ((), (), 0),
    (("tools",), ("tools",), 1),
    (("shop",), ("shop",), 2),
    (("net",), ("net", "shop"), 5),
    (("base",), ("base", "net", "shop"), 9),
]


@pytest.mark.parametrize(("touched", "compiled", "minutes"), REBUILDS)
def test_a_change_rebuilds_what_is_made_of_it(touched, compiled, minutes):
    second = build(changed(*touched), build(MODULES).cache)
    assert (set(second.compiled), second.minutes) == (set(compiled), minutes)


@st.composite
def graphs(draw):
    count = draw(st.integers(1, 7))
    uses = [draw(st.sets(st.integers(0, n - 1))) if n else set() for n in range(count)]
    return [Module(f"m{n}", draw(st.text(max_size=2)), tuple(f"m{m}" for m in uses[n])) for n in range(count)]


@given(graphs(), st.integers(0, 6))
@settings(deadline=None, max_examples=50)
def test_exactly_the_module_and_its_users_are_compiled_again(modules, which):
    touched = modules[which % len(modules)]
    first = build(modules)
    assert not build(modules, first.cache).compiled
    second = build([Module(m.name, m.source + "!" * (m is touched), m.uses) for m in modules], first.cache)
    dirty = {touched.name}
    for module in modules:  # their order is one in which what is used comes first
        if dirty & set(module.uses):
            dirty.add(module.name)
    assert set(second.compiled) == dirty
    assert set(second.hits) | set(second.compiled) == {m.name for m in modules}


SUITES = [
    (Suite(600, 2), 20, 0.0),
    (Suite(600, 2, machines=4), 5, 0.0),
    (Suite(601, 2, machines=4), 151 / 30, 0.0),
    (Suite(1000, 0.6, 0.001), 10, 0.6323),
    (Suite(1000, 0.6, 0.001, reruns=1), 10, 0.0010),
    (Suite(0, 1), 0, 0.0),
]


@pytest.mark.parametrize(("suite", "minutes", "alarm"), SUITES)
def test_many_slightly_flaky_tests_make_a_very_flaky_suite(suite, minutes, alarm):
    assert suite.minutes == pytest.approx(minutes)
    assert suite.false_alarm == pytest.approx(alarm, abs=5e-5)


def test_runs_agree_with_the_probability():
    suite, rng = Suite(20, 1, 0.2, reruns=1), Random(7)
    assert mean(suite.flakes(rng) > 0 for _ in range(4000)) == pytest.approx(suite.false_alarm, abs=0.02)
    assert suite.runs_until_green == pytest.approx(1 / 0.96**20)
    assert Suite(1, 1, 1.0).runs_until_green == float("inf")


REFUSED = [
    (lambda: build([Module("a", "", ("b",)), Module("b", "", ("a",))]), "(a uses b uses a|b uses a uses b)"),
    (lambda: build([Module("a", "", ("a",))]), "a uses a"),
    (lambda: build([Module("a", "", ("bc",))]), "'bc', which is no module"),
    (lambda: build([Module("a", "", minutes=-1)]), "cannot take -1 minutes"),
    (lambda: Suite(-1, 1), "0 tests or more"),
    (lambda: Suite(1, -1), "cannot take -1 seconds"),
    (lambda: Suite(1, 1, 1.5), "from 0 to 1, not 1.5"),
]


@pytest.mark.parametrize(("attempt", "message"), REFUSED)
def test_what_cannot_be_is_refused_in_words(attempt, message):
    with pytest.raises(ModelError, match=message):
        attempt()
