from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.kubernetes.controllers.scaling import annotations_of, is_scaling, scale


def deployment(replicas, surge=0):
    rolling = {"maxSurge": surge, "maxUnavailable": 1}
    return {
        "metadata": {"name": "web"},
        "spec": {"replicas": replicas, "strategy": {"type": "RollingUpdate", "rollingUpdate": rolling}},
    }


def replica_sets(sizes, desired, most):
    return [
        {
            "metadata": {
                "name": f"s{n}",
                "creationTimestamp": f"2026-01-01T00:00:{n:02}Z",
                "annotations": annotations_of(desired, most),
            },
            "spec": {"replicas": size},
            "status": {"replicas": size, "availableReplicas": 0},
        }
        for n, size in enumerate(sizes)
    ]


amid = st.lists(st.integers(1, 4) | st.integers(1, 30), min_size=2, max_size=5)


@given(amid, st.integers(1, 80), st.integers(0, 10))
@settings(deadline=None, max_examples=200)
def test_proportional_scaling_sums_to_replicas_and_surge_unless_rounding_emptied_the_largest_set(sizes, to, surge):
    total = sum(sizes)
    *old, new = replica_sets(sizes, total, total)
    changed = scale(deployment(to, surge), new, old)
    after = [changed.get(f"s{n}", size) for n, size in enumerate(sizes)]
    largest = sizes.index(max(sizes))
    assert min(after) >= 0
    assert sum(after) == to + surge or (sum(after) > to + surge and after[largest] == 0)


@given(amid, st.integers(1, 80))
@settings(deadline=None, max_examples=100)
def test_no_set_moves_against_the_direction_of_the_scaling(sizes, to):
    total = sum(sizes)
    *old, new = replica_sets(sizes, total, total)
    changed = scale(deployment(to), new, old)
    assert all((size - sizes[int(name[1:])]) * (to - total) > 0 for name, size in changed.items())


def test_scaling_to_zero_empties_every_set():
    *old, new = replica_sets([3, 4, 2], 9, 9)
    assert scale(deployment(0, 3), new, old) == {"s0": 0, "s1": 0, "s2": 0}


def test_rounding_can_leave_a_pod_too_many_for_the_rollout_to_take():
    *old, new = replica_sets([1, 1, 1, 1], 4, 4)
    assert sum({"s0": 1, "s1": 1, "s2": 1, "s3": 1, **scale(deployment(2), new, old)}.values()) == 3


def test_only_a_changed_size_is_a_scaling():
    sets = replica_sets([2, 3], 5, 6)
    assert [is_scaling(deployment(replicas), sets) for replicas in (5, 6)] == [False, True]


def test_equal_sets_grow_newest_first_and_shrink_oldest_first():
    *old, new = replica_sets([1, 1, 1, 1], 4, 4)
    assert scale(deployment(6), new, old) == {"s3": 2, "s2": 2}
    *old, new = replica_sets([3, 3], 6, 6)
    assert scale(deployment(9), new, old) == {"s1": 5, "s0": 4}  # both shares round up: the last takes what is left
    *old, new = replica_sets([2, 2, 2], 6, 6)
    assert scale(deployment(5), new, old) == {"s0": 1}


def test_a_single_active_set_takes_the_whole_size_and_a_saturated_one_empties_the_others():
    single, empty = replica_sets([3, 0], 3, 4)
    assert scale(deployment(7), empty, [single]) == {"s0": 7}
    old, new = replica_sets([2, 5], 5, 6)
    new["status"]["availableReplicas"] = 5
    assert scale(deployment(5), new, [old]) == {"s0": 0}
