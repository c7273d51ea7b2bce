import sys
from dataclasses import replace
from fractions import Fraction
from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.datacenter.consolidation import (
    FITS,
    SERVER,
    Packing,
    Problem,
    exact,
    loads,
    lower_bound,
    made_up,
    overfull,
    pack,
    problem,
    workload,
)
from vlearn.sim.datacenter.consolidation.bound import LARGEST


def one(sizes, full):
    return Problem(tuple(f"vm{n}" for n in range(len(sizes))), tuple((size,) for size in sizes), (full,))


GOLDEN = [  # sizes, capacity, first fit, first fit decreasing, best fit decreasing, bound, optimum
    ((), 10, 0, 0, 0, 0, 0),
    ((0, 0), 10, 1, 1, 1, 1, 1),
    ((6, 6, 6), 10, 3, 3, 3, 3, 3),
    ((4, 4, 4, 6, 6, 6), 10, 4, 3, 3, 3, 3),
    ((4, 3, 3, 3, 2, 2, 2, 2, 2, 2), 10, 3, 3, 3, 3, 3),
    ((5, 5, 4, 3, 2, 2, 1, 1), 8, 3, 3, 3, 3, 3),
    ((44, 24, 24, 22, 21, 17, 8, 8, 6, 6), 61, 4, 4, 4, 3, 3),  # decreasing misses the optimum
]


@pytest.mark.parametrize(("sizes", "full", "first", "decreasing", "best", "bound", "optimum"), GOLDEN)
def test_packings_of_one_resource(sizes, full, first, decreasing, best, bound, optimum):
    given_ = one(sizes, full)
    assert pack(given_, decreasing=False).hosts == first
    assert pack(given_).hosts == decreasing
    assert pack(given_, "best").hosts == best
    assert lower_bound(given_) == bound
    assert exact(given_).hosts == optimum


def test_the_bound_sees_what_a_sum_does_not():
    """Three demands of 6 in servers of 10 fill 1.8 servers, but no two fit together."""
    assert lower_bound(one((6, 6, 6), 10)) == 3
    assert lower_bound(one((7, 7, 4, 4), 10)) == 3


PROBLEMS = st.integers(1, 3).flatmap(
    lambda width: st.lists(st.tuples(*[st.integers(0, 12)] * width), max_size=7).map(
        lambda demands: Problem(tuple(map(str, range(len(demands)))), tuple(demands), (12,) * width)
    )
)


def brute(given_):
    """The optimum, by first fit in every order: one of them finds it."""
    count = len(given_.demands)
    orders = permutations(range(count))
    shuffled = (replace(given_, demands=tuple(given_.demands[n] for n in order)) for order in orders)
    return min(pack(one_, decreasing=False).hosts for one_ in shuffled)


@given(PROBLEMS.filter(lambda found: len(found.demands) <= 5))
@settings(max_examples=60, deadline=None)
def test_bound_and_optimum_and_heuristics_are_in_order(given_):
    found = [pack(given_, fit, decreasing) for fit in FITS for decreasing in (True, False)]
    optimum = exact(given_)
    assert lower_bound(given_) <= optimum.hosts <= min(packing.hosts for packing in found)
    assert optimum.hosts == brute(given_)
    assert not overfull(given_, optimum)


@given(PROBLEMS, st.sampled_from(FITS), st.booleans())
@settings(max_examples=100, deadline=None)
def test_no_server_is_ever_too_full_and_every_demand_has_one(given_, fit, decreasing):
    packing = pack(given_, fit, decreasing)
    assert not overfull(given_, packing)
    assert sorted(n for guests in packing.guests() for n in guests) == list(range(len(given_.demands)))
    assert all(packing.guests())
    assert lower_bound(given_) <= packing.hosts <= len(given_.demands)


def test_the_solver_finds_what_the_heuristics_miss():
    given_ = Problem(tuple("abcdef"), ((44,), (24,), (24,), (22,), (21,), (17,)), (61,))
    assert overfull(given_, exact(given_)) == ()
    larger = one((44, 24, 24, 22, 21, 17, 8, 8, 6, 6), 61)
    assert sorted(load for (load,) in loads(larger, exact(larger))) == [58, 61, 61]


def test_peaks_at_different_hours_share_a_server():
    """Two cores at noon and two at night fit into two cores and a bit, if one looks at the hours."""
    small = replace(SERVER, cores=3000)
    workloads = (workload("web", "office", 2000, 1024), workload("backup", "batch", 2000, 1024))
    assert pack(problem(workloads, small, sizing="peak")).hosts == 2
    assert pack(problem(workloads, small, sizing="hour")).hosts == 1


def test_an_aligned_fit_keeps_what_is_scarce_on_a_server_for_those_who_do_not_need_it():
    """(7, 2) leaves little of the first resource: aligned fit puts (3, 3) elsewhere, and needs no third server."""
    given_ = Problem(tuple("abcde"), ((2, 3), (4, 5), (3, 3), (1, 3), (7, 2)), (10, 10))
    assert [pack(given_, fit).servers for fit in FITS] == [(1, 1, 0, 2, 0), (1, 1, 0, 2, 0), (0, 1, 1, 0, 0)]


def test_many_demands_are_packed_within_a_fifth_of_the_bound():
    given_ = problem(made_up(2000, Random(1)), SERVER, sizing="hour")
    hosts = {fit: pack(given_, fit).hosts for fit in FITS}
    assert hosts["aligned"] < hosts["first"]
    assert hosts["aligned"] <= 1.2 * lower_bound(given_)


def test_headroom_is_kept_free_of_every_resource():
    workloads = made_up(300, Random(5))
    for sizing in ("peak", "hour"):
        given_ = problem(workloads, SERVER, Fraction(1, 4), sizing)
        assert given_.capacity == (*[24_000] * (24 if sizing == "hour" else 1), 196_608)
        for load in loads(given_, pack(given_)):
            assert max(load[:-1]) <= 24_000
            assert load[-1] <= 196_608


def test_only_an_optimum_asks_for_the_solver(monkeypatch):
    monkeypatch.setitem(sys.modules, "highspy", None)
    hard = one((44, 24, 24, 22, 21, 17, 8, 8, 6, 6), 61)
    assert pack(hard).hosts == 4
    with pytest.raises(ImportError):
        exact(hard)


REFUSED = [
    (lambda: one((11,), 10), "'vm0' needs 11 of resource 0"),
    (
        lambda: problem((workload("db", "steady", 40_000, 1),), SERVER),
        "'db' needs 40000 millicores; no server has more",
    ),
    (lambda: problem((workload("db", "steady", 1, 1 << 20),), SERVER), "needs 1048576 MiB; no server has more"),
    (lambda: one((-1,), 10), "each 0 or more"),
    (lambda: one((1,), 10**13), "from 0 to 1,000,000,000,000"),
    (lambda: Problem(("a",), ((1, 2),), (3,)), "give 1 resources"),
    (lambda: Problem((), ((1,),), (3,)), "0 names for 1 demands"),
    (lambda: Problem((), (), ()), "1 resource or more"),
    (lambda: pack(one((1,), 1), "worst"), "one of first, best, aligned"),
    (lambda: exact(one((1,) * (LARGEST + 1), 1)), "too many to prove"),
    (lambda: problem((), SERVER, Fraction(1)), "less than 1"),
    (lambda: problem((), SERVER, sizing="peek"), "did you mean 'peak'"),
    (lambda: loads(one((1,), 1), Packing((0, 1))), "places 2 demands; there are 1"),
]


@pytest.mark.parametrize(("ask", "says"), REFUSED)
def test_what_cannot_be_packed_is_refused(ask, says):
    with pytest.raises(ModelError, match=says):
        ask()
