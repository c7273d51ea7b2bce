from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.datacenter.isolation import Attack, Cache, Prime, Probe, Work, attack, known, spy
from vlearn.sim.datacenter.isolation.cache import HIT, MISS
from vlearn.trace import run

SECRET = (1, 0, 0, 1, 1, 0, 1, 0, 0, 0, 1, 1)
LOADS = st.lists(st.tuples(st.sampled_from(["attacker", "victim"]), st.integers(0, 11)), max_size=60)


def test_the_least_recently_used_line_gives_way():
    cache = Cache.of(2, 2)
    costs = []
    for number in (0, 2, 0, 4, 0, 2):
        cache, cycles = cache.load("victim", number)
        costs.append(cycles)
    assert costs == [MISS, MISS, HIT, MISS, HIT, MISS]
    assert [line.number for line in cache.sets[0]] == [0, 2]
    assert cache.sets[1] == ()


@given(LOADS, st.booleans())
@settings(max_examples=50, deadline=None)
def test_a_cache_never_holds_more_than_its_ways_nor_a_line_twice(loads, split):
    cache = Cache.of(3, 4, split)
    for owner, number in loads:
        cache, _ = cache.load(owner, number)
        assert cache.load(owner, number)[1] == HIT
        for index, held in enumerate(cache.sets):
            assert len(set(held)) == len(held) <= 4
            assert all(line.number % 3 == index for line in held)
            assert not split or all(sum(line.owner == who for line in held) <= 2 for who in ("attacker", "victim"))


def test_one_bit_step_by_step():
    trace = run(attack, Attack(Cache.of(8, 4), (1, 0)), [Prime(), Work(), Probe(), Work(), Probe()])
    assert trace.kinds == ("prime", "work", "probe", "work", "probe")
    assert [trace.state_at(moment).slow for moment in (3, 5)] == [(5,), (2,)]
    assert trace.final.guesses == (1, 0)


@given(st.lists(st.integers(0, 1), min_size=1, max_size=24), st.integers(1, 6))
@settings(max_examples=40, deadline=None)
def test_a_shared_cache_gives_every_bit_away(secret, ways):
    assert spy(Cache.of(8, ways), secret, Random(0)) == tuple(secret)


@given(st.lists(st.integers(0, 1), min_size=1, max_size=24), st.integers(0, 4))
@settings(max_examples=40, deadline=None)
def test_ways_of_ones_own_give_nothing_away(secret, noise):
    assert set(spy(Cache.of(8, 4, split=True), secret, Random(0), noise=noise)) == {None}


def test_a_careful_victim_gives_nothing_away():
    assert known(SECRET, spy(Cache.of(8, 4), SECRET, Random(0), careful=True)) == 0


def test_noise_hides_bits_and_patience_finds_them():
    cache = Cache.of(8, 4)
    once = known(SECRET, spy(cache, SECRET, Random(2), noise=3))
    often = known(SECRET, spy(cache, SECRET, Random(2), rounds=30, noise=3))
    assert once < 1
    assert often == 1


def test_a_cache_of_one_set_tells_nothing():
    assert known(SECRET, spy(Cache.of(1, 8), SECRET, Random(0))) == 0


REFUSED = [
    (lambda: Cache.of(0, 1), "a set and a way"),
    (lambda: Cache.of(1, 3, split=True), "even number"),
    (lambda: Cache.of(1, 1).load("victim", -1), "numbered from 0"),
    (lambda: Cache.of(1, 1).load("host", 1), "not 'host'"),
    (lambda: run(attack, Attack(Cache.of(1, 1), ()), [Work()]), "all 0 bits"),
    (lambda: spy(Cache.of(1, 1), (2,), Random(0)), "bits are 0 or 1"),
]


@pytest.mark.parametrize(("ask", "says"), REFUSED)
def test_what_cannot_be_is_refused(ask, says):
    with pytest.raises(ModelError, match=says):
        ask()
