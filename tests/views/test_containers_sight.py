"""What the studies of chapter 10 show for the settings that their questions are about."""

import pytest

from vlearn.render.text import to_text
from vlearn.views.containers_sight import mapped_ids, pressure, seen_through, shares

OFF = dict.fromkeys(("pid", "mnt", "uts", "ipc", "net"), False)
HIDES = [
    ({"uts": True}, 2, "host"),
    ({"mnt": True}, 3, "no"),
    ({"ipc": True}, 4, "ENOENT"),
    ({"net": True}, 5, "lo (down)"),
    ({"pid": True}, 0, "1"),
    ({"pid": True}, 1, "1, 2"),
    ({"pid": True, "mnt": True}, 1, "1"),
]


@pytest.mark.parametrize(("on", "row", "seen"), HIDES)
def test_each_namespace_hides_its_own_row_and_proc_needs_two(on, row, seen):
    assert seen_through(**(OFF | on)).rows[row][2] == seen


def test_without_namespaces_the_child_sees_what_the_host_sees():
    assert all(host == child for _, host, child in seen_through(**OFF).rows[1:])


def test_ids_without_a_number_are_refused_inside_and_shown_as_nobody():
    rows = {uid: (becomes, seen) for uid, becomes, seen in mapped_ids(1000, 1).rows}
    assert rows["0"] == ("1000", "65534")
    assert rows["1000"] == ("EINVAL", "0")


@pytest.mark.parametrize(
    ("weight", "db", "quota", "cpus", "web"),
    [(300, 1, None, 1, 750), (50, 0, None, 1, 1000), (300, 4, 20_000, 2, 200), (100, 1, None, 2, 1000)],
)
def test_web_gets_its_share_or_what_the_others_leave(weight, db, quota, cpus, web):
    (chart,) = shares(weight, db, quota, cpus)
    assert chart.series[0].y[0] == pytest.approx(web, abs=15)
    assert sum(chart.series[0].y) == pytest.approx(1000 * cpus)


@pytest.mark.parametrize(
    ("a", "b", "cache", "said"),
    [
        (50, 40, 0, "Killed: nobody. Page cache was not"),
        (50, 40, 30, "Killed: nobody. Page cache was dropped"),
        (80, 30, 0, "Killed: a (20)"),
        (30, 90, 60, "Killed: b (21)"),
    ],
)
def test_page_cache_goes_first_and_then_who_has_most(a, b, cache, said):
    assert said in to_text(pressure(a, b, cache))
