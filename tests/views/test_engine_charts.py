"""Charts of what releases push, and of when a policy starts a container: their figures by arithmetic."""

import pytest

from vlearn.views.engine_charts import BASE, SOURCES, pushed_by_release, starts, starts_over_time


@pytest.mark.parametrize(("dependencies", "every"), [(10, 1), (80, 3), (200, 4)])
def test_what_is_pushed_is_what_has_changed_and_what_lies_on_it(dependencies, every):
    first, last = pushed_by_release(dependencies, every).series
    for n, (well, badly) in enumerate(zip(first.y, last.y, strict=True), 1):
        versions = (n - 1) // every + 1
        assert well == BASE[1] + n * SOURCES + versions * dependencies
        assert badly == BASE[1] + n * (SOURCES + dependencies)


def test_the_order_saves_nothing_where_dependencies_change_each_time():
    first, last = pushed_by_release(100, 1).series
    assert first.y == last.y


def test_a_wait_doubles_and_a_long_run_forgives_it():
    assert starts("always", 1, 0, 8) == pytest.approx((0, 1.1, 2.3, 3.7, 5.5))
    assert starts("always", 12, 0, 40) == pytest.approx((0, 12.1, 24.2, 36.3))


def test_each_policy_has_its_own_stairs():
    chart = starts_over_time(("no", "on-failure:3", "always"), 1, 1, 20)
    assert [series.y[-1] for series in chart.series] == [1, 4, 8]
    assert all(series.x[-1] == 20 for series in chart.series)
