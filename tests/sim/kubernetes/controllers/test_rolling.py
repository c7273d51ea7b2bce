import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.kubernetes.api import Refused
from vlearn.sim.kubernetes.controllers.rolling import (
    fenceposts,
    max_surge,
    max_unavailable,
    new_replicas,
    reconcile_new,
    reconcile_old,
)

FENCEPOSTS = [
    (("25%", "25%", 4), (1, 1)),
    (("25%", "25%", 10), (3, 2)),  # surge rounds up, unavailable down
    (("0%", "10%", 3), (0, 1)),  # both round to nought: one must give
    ((None, None, 5), (0, 1)),
    ((2, 0, 5), (2, 0)),
]


@pytest.mark.parametrize(("limits", "expected"), FENCEPOSTS)
def test_surge_rounds_up_and_unavailable_down(limits, expected):
    assert fenceposts(*limits) == expected


def test_a_text_that_is_no_percentage_is_refused():
    with pytest.raises(Refused, match="oops"):
        fenceposts("oops", 1, 10)


def deployment(replicas, surge, unavailable, kind="RollingUpdate"):
    strategy = {"type": kind, "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}
    return {"metadata": {"name": "web"}, "spec": {"replicas": replicas, "strategy": strategy}}


def test_recreate_has_no_fenceposts_and_goes_to_the_full_size_at_once():
    web = deployment(4, 1, 1, "Recreate")
    new = replica_set("new", 0, 0, 9)
    assert (max_surge(web), max_unavailable(web), new_replicas(web, [new], new)) == (0, 0, 4)


def replica_set(name, size, available, born):
    return {
        "metadata": {"name": name, "creationTimestamp": f"2026-01-01T00:00:{born:02}Z"},
        "spec": {"replicas": size},
        "status": {"replicas": size, "availableReplicas": available},
    }


OLD_SETS = [
    # Two of ten may be missing; what the new set still owes is not taken from the old one as well.
    ((10, 3, 2), [(10, 4)], (3, 0), {"s0": 8}),
    ((10, 0, 2), [(10, 9)], (0, 0), {"s0": 8}),  # one that is unhealthy, and one more that can be spared
    ((10, 0, 2), [(5, 4), (5, 4)], (0, 0), {"s0": 4, "s1": 4}),
    ((10, 0, 1), [(5, 4), (5, 4)], (0, 0), {"s0": 4}),  # the oldest first
    ((10, 0, 2), [(5, 5), (5, 5)], (0, 0), {"s0": 3}),
    ((10, 2, 0), [(8, 8)], (2, 0), {}),
]


@pytest.mark.parametrize(("limits", "old", "new", "expected"), OLD_SETS)
def test_old_sets_give_first_what_is_unhealthy_and_then_what_can_be_spared(limits, old, new, expected):
    *before, latest = Rollout(deployment(*limits), [*old, new]).objects()
    assert reconcile_old(deployment(*limits), before, latest) == expected


class Rollout:
    """Replica sets as [size, ready pods]; a set that shrinks loses its pods that are not ready first."""

    def __init__(self, web, sets):
        self.web, self.sets = web, [list(each) for each in sets]

    def objects(self):
        return [replica_set(f"s{n}", size, ready, n) for n, (size, ready) in enumerate(self.sets)]

    def step(self, growing):
        *old, new = self.objects()
        sizes = reconcile_new(self.web, [*old, new], new) if growing else {}
        sizes = sizes or reconcile_old(self.web, old, new)
        for name, size in sizes.items():
            at = self.sets[int(name[1:])]
            at[:] = [size, min(at[1], size)]
        return bool(sizes)

    def total(self):
        return sum(size for size, _ in self.sets)

    def available(self):
        return sum(ready for _, ready in self.sets)


limit = st.one_of(st.integers(0, 4), st.sampled_from(["0%", "25%", "50%", "100%"]))


@st.composite
def rollouts(draw):
    replicas = draw(st.integers(0, 12))
    web = deployment(replicas, draw(limit), draw(limit))
    sizes = draw(st.lists(st.integers(0, 6), min_size=1, max_size=3))
    sets = [(size, draw(st.integers(0, size))) for size in sizes]
    return Rollout(web, [*sets, (0, 0)])


@given(rollouts(), st.data())
@settings(deadline=None, max_examples=150)
def test_no_step_breaks_the_bounds_whatever_pods_become_ready_or_fail(rollout, data):
    replicas = rollout.web["spec"]["replicas"]
    most, least = replicas + max_surge(rollout.web), replicas - max_unavailable(rollout.web)
    for _ in range(8):
        for each in rollout.sets:
            each[1] = data.draw(st.integers(0, each[0]))
        total, available = rollout.total(), rollout.available()
        rollout.step(data.draw(st.booleans()))
        # What was out of bounds before the step, because pods failed or the deployment shrank, may stay so, no worse.
        assert rollout.total() <= max(most, total)
        assert rollout.available() >= min(least, available)


@given(rollouts())
@settings(deadline=None, max_examples=100)
def test_a_rollout_whose_pods_become_ready_ends_with_all_of_them_new(rollout):
    for _ in range(60):
        moved = rollout.step(growing=True)
        for each in rollout.sets:
            each[1] = each[0]
        if not moved:
            break
    *old, new = rollout.sets
    assert all(size == 0 for size, _ in old)
    assert new[0] == rollout.web["spec"]["replicas"]
