from random import Random

import pytest

from vlearn.sim.memory import EPT4, EPT5, FIVE_LEVEL, FOUR_LEVEL, GIB, KIB, MIB, PAE, TWO_LEVEL, reference_count
from vlearn.sim.memory.tlb import Tlb
from vlearn.views.memory_cost import (
    cost_by_miss_rate,
    count_misses,
    count_references,
    misses_by_working_set,
    references_by_levels,
    references_by_page_size,
)

PUBLISHED = [
    (FOUR_LEVEL, 4 * KIB, EPT4, 4 * KIB, 24),
    (FIVE_LEVEL, 4 * KIB, EPT5, 4 * KIB, 35),
    (FIVE_LEVEL, 4 * KIB, EPT4, 4 * KIB, 29),
    (FOUR_LEVEL, 4 * KIB, EPT4, 2 * MIB, 19),
    (FOUR_LEVEL, 2 * MIB, EPT4, 4 * KIB, 19),
    (FOUR_LEVEL, 2 * MIB, EPT4, 2 * MIB, 15),
    (FOUR_LEVEL, 4 * KIB, EPT4, GIB, 14),
    (TWO_LEVEL, 4 * KIB, EPT4, 4 * KIB, 14),
    (PAE, 4 * KIB, EPT4, 4 * KIB, 14),
    (FOUR_LEVEL, GIB, EPT4, GIB, 8),
    (FOUR_LEVEL, 4 * KIB, None, 4 * KIB, 4),
]


@pytest.mark.parametrize(("guest", "guest_page", "host", "host_page", "count"), PUBLISHED)
def test_a_counted_walk_makes_the_published_number_of_references(guest, guest_page, host, host_page, count):
    assert count_references(guest, guest_page, host, host_page) == count
    assert count == reference_count(guest.depth(guest_page), host.depth(host_page) if host else 0)


SIZES = {"4 KiB": 4 * KIB, "2 MiB": 2 * MIB, "1 GiB": GIB}


def values(chart):
    return {series.name: dict(zip(series.x, series.y, strict=True)) for series in chart.series}


def test_the_chart_of_page_sizes_has_what_the_walks_had():
    chart = references_by_page_size()
    assert chart.shape == "bar"
    assert values(chart)["native"] == {"4 KiB": 4, "2 MiB": 3, "1 GiB": 2}
    for name, host in SIZES.items():
        counts = {size: count_references(FOUR_LEVEL, page, EPT4, host) for size, page in SIZES.items()}
        assert values(chart)[f"nested, {name} host pages"] == counts


def test_the_chart_of_levels_multiplies_them():
    chart = values(references_by_levels())
    assert chart["native"] == {"32-bit paging": 2, "PAE paging": 2, "4-level paging": 4, "5-level paging": 5}
    assert list(chart["nested, 4-level EPT"].values()) == [14, 14, 24, 29]
    assert list(chart["nested, 5-level EPT"].values()) == [17, 17, 29, 35]


def test_an_access_costs_one_reference_and_the_walks_of_its_misses():
    chart = values(cost_by_miss_rate((0, 10, 100)))
    assert chart["native, 4 KiB pages"] == {0: 1, 10: 1.4, 100: 5}
    assert chart["nested, 4 KiB on 4 KiB"] == {0: 1, 10: 3.4, 100: 25}
    assert chart["nested, 2 MiB on 2 MiB"][100] == 16


@pytest.mark.parametrize(("pages", "share"), [(16, 0), (64, 0), (128, 0.5), (640, 0.9)])
def test_random_accesses_miss_where_the_tlb_does_not_reach(pages, share):
    misses = count_misses(Tlb.empty(64), 4 * KIB, pages, 400, Random(1))
    assert misses / 400 == pytest.approx(share, abs=0.08)


def test_misses_rise_with_the_working_set_and_fall_with_reach():
    chart = misses_by_working_set(Random(7))
    assert chart == misses_by_working_set(Random(7))
    small, large, huge = (series.y for series in chart.series)
    assert all(a >= b >= c for a, b, c in zip(small, large, huge, strict=True) if a < 98)
    assert small[0] == 0
    assert small[-1] > 95
    assert huge[5] == 0  # 64 entries of 2 MiB reach 128 MiB
