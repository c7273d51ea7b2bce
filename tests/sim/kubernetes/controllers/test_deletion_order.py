from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.controllers.deletion_order import (
    COST,
    TODAY,
    V1_20,
    Candidate,
    compare,
    deletion_cost,
    pods_to_delete,
)

NOW = 1_800_000_000.0


def pod(uid="a", node="n", phase="Running", ready=None, restarts=0, age=3600, cost=None):
    conditions = [] if ready is None else [{"type": "Ready", "status": "True", "lastTransitionTime": ready}]
    return {
        "metadata": {
            "name": uid,
            "uid": uid,
            "creationTimestamp": timestamp(NOW - age),
            "annotations": {} if cost is None else {COST: cost},
        },
        "spec": {"nodeName": node},
        "status": {"phase": phase, "conditions": conditions, "containerStatuses": [{"restartCount": restarts}]},
    }


def ready_for(seconds):
    return timestamp(NOW - seconds)


FIRST = [
    (pod(node=""), pod()),
    (pod(phase="Pending"), pod(phase="Unknown")),
    (pod(phase="Unknown"), pod()),
    (pod(), pod(ready=ready_for(10))),
    (pod(ready=ready_for(5000), cost="-1"), pod(ready=ready_for(10))),
    (pod(ready=ready_for(10)), pod(ready=ready_for(5000))),
    (pod(restarts=4), pod(restarts=3)),
    (pod(age=10), pod(age=5000)),
]


@pytest.mark.parametrize(("first", "second"), FIRST)
def test_the_first_goes_before_the_second(first, second):
    pair = Candidate(first), Candidate(second)
    assert compare(*pair, NOW) < 0 < compare(*reversed(pair), NOW)


def test_the_cost_counts_before_the_crowd_on_a_node():
    cheap, crowded = Candidate(pod(cost="-1"), 1), Candidate(pod(), 9)
    assert compare(cheap, crowded, NOW) < 0
    assert compare(cheap, crowded, NOW, V1_20) > 0


@pytest.mark.parametrize("rule", [TODAY, V1_20])
def test_a_pod_that_does_not_say_since_when_it_is_ready_goes_first(rule):
    silent = pod(ready=ready_for(10))
    silent["status"]["conditions"][0]["lastTransitionTime"] = None
    assert compare(Candidate(silent), Candidate(pod(ready=ready_for(10))), NOW, rule) < 0


def test_the_pod_with_more_replicas_beside_it_goes_first():
    crowd = [pod("a", "busy"), pod("b", "busy"), pod("c", "quiet")]
    assert [each["metadata"]["uid"] for each in pods_to_delete(crowd, crowd, 2, NOW)] == ["a", "b"]


def test_pods_of_about_the_same_age_are_told_apart_by_uid_today_and_by_age_until_1_21():
    older, younger = pod("a", ready=ready_for(4000)), pod("b", ready=ready_for(3600))
    pair = Candidate(older), Candidate(younger)
    assert compare(*pair, NOW, TODAY) < 0 < compare(*pair, NOW, V1_20)


def test_a_malformed_cost_counts_as_none():
    assert [deletion_cost(pod(cost=cost)) for cost in ("7", "-3", "", "1.5", "007", None)] == [7, -3, 0, 0, 0, 0]


def test_todays_rule_can_go_round_in_a_circle():
    same, other = ready_for(4000), ready_for(3900)
    circle = [pod("a", ready=same), pod("b", ready=other), pod("c", ready=same, restarts=5)]
    a, b, c = (Candidate(each) for each in circle)
    assert all(compare(*pair, NOW) < 0 for pair in ((a, b), (b, c), (c, a)))


pods = st.builds(
    pod,
    uid=st.text("abc", min_size=1, max_size=3),
    node=st.sampled_from(["", "n", "m"]),
    phase=st.sampled_from(["Pending", "Running", "Unknown"]),
    ready=st.sampled_from([None, *map(ready_for, (5, 900, 1000, 4000))]),
    restarts=st.integers(0, 2),
    age=st.sampled_from([1, 1000, 1020, 100_000]),
    cost=st.sampled_from([None, "-1", "5"]),
)
candidates = st.builds(Candidate, pods, st.integers(0, 2))


def is_strict_weak_order(some, rule):
    sign = {(i, j): compare(some[i], some[j], NOW, rule) for i in range(len(some)) for j in range(len(some))}
    sign = {pair: (value > 0) - (value < 0) for pair, value in sign.items()}
    one_way = all(sign[i, j] == -sign[j, i] for i, j in sign)
    return one_way and all(
        sign[i, k] == (sign[i, j] or sign[j, k])
        for i, j, k in permutations(range(len(some)), 3)
        if sign[i, j] <= 0 and sign[j, k] <= 0
    )


@given(st.lists(candidates, min_size=3, max_size=5))
@settings(deadline=None, max_examples=150)
def test_until_1_21_the_order_is_a_strict_weak_order(some):
    assert is_strict_weak_order(some, V1_20)


@given(st.lists(candidates, min_size=3, max_size=5))
@settings(deadline=None, max_examples=150)
def test_todays_order_is_a_strict_weak_order_as_long_as_no_two_pods_share_a_moment(some):
    apart = []
    for n, each in enumerate(some):
        metadata = {**each.pod["metadata"], "uid": str(n), "creationTimestamp": timestamp(NOW - 1000 - n)}
        conditions = [{**one, "lastTransitionTime": ready_for(900 + n)} for one in each.pod["status"]["conditions"]]
        status = {**each.pod["status"], "conditions": conditions, "containerStatuses": []}
        apart.append(Candidate({**each.pod, "metadata": metadata, "status": status}, each.rank))
    assert is_strict_weak_order(apart, TODAY)
