import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlearn.sim.kubernetes.api import Refused
from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.controllers.autoscaling import autoscaled
from vlearn.sim.kubernetes.controllers.autoscaling_behavior import Recollection, limited, scaled, stabilized
from vlearn.sim.kubernetes.controllers.autoscaling_metrics import Tolerances, proposed

NOW = 1_800_000_000.0
FRESH = Recollection()


def cpu(percent=50, **target):
    return {"type": "Resource", "resource": {"name": "cpu", "target": target or {"averageUtilization": percent}}}


def pod(name, ready="True", started=3600, since=3600, phase="Running", request="100m", **metadata):
    conditions = [{"type": "Ready", "status": ready, "lastTransitionTime": timestamp(NOW - since)}]
    resources = {"requests": {"cpu": request}} if request else {}
    return {
        "metadata": {"name": name, "uid": name, **metadata},
        "spec": {"containers": [{"name": "app", "resources": resources}]},
        "status": {"phase": phase, "conditions": conditions, "startTime": timestamp(NOW - started)},
    }


def count(percents, target=50, replicas=None, pods=None):
    """The proposal for pods of 100m that use so many percent of it; None for one without a sample."""
    pods = pods or [pod(f"p{n}") for n in range(len(percents))]
    used = {each["metadata"]["uid"]: share for each, share in zip(pods, percents, strict=True)}
    usage = {uid: None if share is None else share / 1000 for uid, share in used.items()}
    return proposed(cpu(target), replicas or len(pods), pods, usage.get, NOW, Tolerances()).replicas


RATIOS = [
    ([50, 50], 2),  # at the target
    ([55, 55], 2),  # 1.1: within the tolerance
    ([56, 56], 3),
    ([45, 45], 2),
    ([44, 44], 2),  # 0.88 of 2, rounded up
    ([22, 22], 1),
    ([100, 0], 2),  # the sums count, not the single pods
    ([100] * 4, 8),
    ([0, 0], 0),
    ([100, None], 2),  # up: a missing pod is idle, the ratio 1 again
    ([150, None], 3),
    ([10, None], 2),  # down: a missing pod takes all that it requests, and would turn the direction
    ([10, 10, 10, None], 3),
]


@pytest.mark.parametrize(("percents", "replicas"), RATIOS)
def test_a_target_of_half_the_request_asks_for_so_many_replicas(percents, replicas):
    assert count(percents) == replicas


UNREADY = [
    (pod("new", phase="Pending"), True),
    (pod("new", ready="False", started=60, since=60), True),
    (pod("new", started=60, since=10), True),  # the sample covers a time in which it was not ready
    (pod("new", started=60, since=16), False),
    (pod("new", ready="False", started=3600, since=3595), True),  # it has never been ready
    (pod("new", ready="False", started=3600, since=60), False),  # it once was: its load counts
]


@pytest.mark.parametrize(("new", "idle"), UNREADY)
def test_an_unready_pod_counts_as_idle_when_scaling_up(new, idle):
    assert count([100, 100], pods=[pod("old"), new]) == (2 if idle else 4)


def test_pods_that_go_or_have_failed_do_not_count():
    others = [pod("gone", deletionTimestamp=timestamp(NOW)), pod("failed", phase="Failed")]
    assert count([100, 0, 0], pods=[pod("old"), *others], replicas=1) == 2


def test_pods_beyond_the_replicas_do_not_turn_a_decrease_into_an_increase():
    pods = [pod(f"p{n}") for n in range(4)]
    assert count([20, 20, 20, None], replicas=2, pods=pods) == 2
    assert count([20, 20, 20, None], replicas=4, pods=pods) == 4
    assert count([20, 20, 20, 20], replicas=2, pods=pods) == 2


def test_an_average_value_needs_no_requests():
    pods = [pod("a", request=None), pod("b", request=None)]
    found = proposed(cpu(averageValue="200m"), 2, pods, lambda _: 0.3, NOW, Tolerances())
    assert (found.replicas, found.current) == (3, {"averageValue": "300m"})


NOTHING_SAID = [
    ([pod("a")], None, cpu(), "no metrics returned from resource metrics API"),
    ([pod("a", ready="False", started=5)], 0.1, cpu(), "did not receive metrics for targeted pods"),
    ([pod("a", request=None)], 0.1, cpu(), "missing request for cpu in container app of Pod a"),
    ([pod("a")], 0.1, cpu(value="1"), "neither an average utilization target"),
    ([pod("a")], 0.1, {"type": "External"}, "only resources are measured"),
]


@pytest.mark.parametrize(("pods", "cores", "metric", "words"), NOTHING_SAID)
def test_a_metric_that_says_nothing_is_refused(pods, cores, metric, words):
    with pytest.raises(Refused, match=words):
        proposed(metric, 1, pods, lambda _: cores, NOW, Tolerances())


@given(st.lists(st.integers(0, 400), min_size=1, max_size=20), st.integers(1, 200))
def test_the_replicas_asked_for_bring_the_load_down_to_the_target(percents, target):
    replicas = count(percents, target)
    # The utilization is cut off to whole percents, and within a tenth of the target nothing changes.
    assert sum(percents) <= max(replicas * target, 1.1 * len(percents) * target) + len(percents)


def test_the_highest_recommendation_of_five_minutes_keeps_replicas():
    memory = Recollection(((NOW - 301, 9), (NOW - 300, 7), (NOW - 10, 5)))
    assert stabilized(None, 9, 3, memory, NOW)[0] == 7
    replicas, memory = stabilized(None, 7, 3, memory, NOW + 1)
    assert replicas == 5
    assert memory.recommendations == ((NOW - 10, 5), (NOW + 1, 3))


def test_a_behavior_has_a_window_in_each_direction():
    behavior = {"scaleUp": {"stabilizationWindowSeconds": 60}, "scaleDown": {"stabilizationWindowSeconds": 0}}
    memory = Recollection(((NOW - 60, 1), (NOW - 30, 4), (NOW - 20, 8)))
    assert stabilized(behavior, 3, 9, memory, NOW)[0] == 4
    assert stabilized(behavior, 3, 2, memory, NOW)[0] == 2
    assert stabilized({}, 9, 2, memory, NOW)[0] == 8


LIMITS = [
    (None, 3, 10, 6, "ScaleUpLimit"),
    (None, 1, 10, 4, "ScaleUpLimit"),
    (None, 3, 5, 5, "DesiredWithinRange"),
    (None, 15, 25, 20, "TooManyReplicas"),
    (None, 9, 1, 2, "TooFewReplicas"),
    ({}, 3, 10, 7, "ScaleUpLimit"),  # 4 pods or 100 %, whatever is more
    ({}, 9, 1, 2, "TooFewReplicas"),
    ({"scaleUp": {"selectPolicy": "Min"}}, 3, 10, 6, "ScaleUpLimit"),
    ({"scaleUp": {"selectPolicy": "Disabled"}}, 3, 10, 3, "ScaleUpLimit"),
    ({"scaleDown": {"selectPolicy": "Disabled"}}, 9, 3, 9, "ScaleDownLimit"),
    ({"scaleDown": {"policies": [{"type": "Percent", "value": 10, "periodSeconds": 60}]}}, 15, 3, 13, "ScaleDownLimit"),
    ({"scaleDown": {"policies": [{"type": "Pods", "value": 5, "periodSeconds": 60}]}}, 9, 3, 4, "ScaleDownLimit"),
]


@pytest.mark.parametrize(("behavior", "current", "desired", "replicas", "reason"), LIMITS)
def test_bounds_of_2_and_20_and_policies_limit_a_step(behavior, current, desired, replicas, reason):
    found = limited(behavior, 2, 20, current, desired, FRESH, NOW)
    assert (found.replicas, found.reason) == (replicas, reason)


def test_what_was_added_in_the_period_counts_against_the_policy():
    behavior = {"scaleUp": {"policies": [{"type": "Pods", "value": 4, "periodSeconds": 60}]}}
    memory = scaled(behavior, FRESH, 2, 5, NOW)
    assert limited(behavior, 1, 20, 5, 20, memory, NOW + 59).replicas == 6
    assert limited(behavior, 1, 20, 5, 20, memory, NOW + 60).replicas == 9
    assert len(scaled(behavior, memory, 5, 9, NOW + 61).ups) == 1


def autoscaler(status=None, metrics=None, **spec):
    spec = {"minReplicas": 1, "maxReplicas": 10, "metrics": list(metrics or [cpu()]), **spec}
    return {"metadata": {"name": "web", "namespace": "default"}, "spec": spec, "status": status or {}}


def look(subject, current, load, memory=FRESH, now=NOW):
    pods = [pod(f"p{n}") for n in range(current)]
    return autoscaled(subject, current, pods, lambda _: load, now, memory)


def told(found, type):
    said = condition({"status": found.status}, type)
    return said["status"], said["reason"]


def test_a_load_above_the_target_scales_up_and_says_so():
    found = look(autoscaler(), 2, 0.1)
    assert found.replicas == 4
    why = "cpu resource utilization (percentage of request) above target"
    assert found.events == (("Normal", "SuccessfulRescale", f"New size: 4; reason: {why}"),)
    assert [told(found, type) for type in ("AbleToScale", "ScalingActive", "ScalingLimited")] == [
        ("True", "SucceededRescale"),
        ("True", "ValidMetricFound"),
        ("False", "DesiredWithinRange"),
    ]
    assert found.status["currentMetrics"][0]["resource"]["current"] == {
        "averageUtilization": 100,
        "averageValue": "100m",
    }
    assert found.status["lastScaleTime"] == timestamp(NOW)


def test_a_load_that_falls_scales_down_only_after_the_window():
    first = look(autoscaler(), 4, 0.05)
    waiting = look(autoscaler(first.status), 4, 0.01, first.memory, NOW + 15)
    assert (waiting.replicas, told(waiting, "AbleToScale")) == (None, ("True", "ScaleDownStabilized"))
    later = look(autoscaler(waiting.status), 4, 0.01, waiting.memory, NOW + 301)
    assert later.replicas == 1
    assert later.events[0][2] == "New size: 1; reason: All metrics below target"
    since = condition({"status": later.status}, "AbleToScale")["lastTransitionTime"]
    assert since == timestamp(NOW)


def test_what_was_recommended_before_is_made_up_for_without_a_reason():
    """The metric asks for no change; the window, for what the limit of one step held back."""
    found = look(autoscaler(), 4, 0.05, Recollection(((NOW - 15, 9),)))
    assert found.events == (("Normal", "SuccessfulRescale", "New size: 8; reason: "),)


BOUNDS = [
    (0, None, "ScalingActive", ("False", "ScalingDisabled")),
    (12, 10, "AbleToScale", ("True", "SucceededRescale")),
]


@pytest.mark.parametrize(("current", "replicas", "type", "said"), BOUNDS)
def test_a_target_outside_the_bounds_is_not_measured(current, replicas, type, said):
    found = look(autoscaler(minReplicas=2), current, 9.9)
    assert (found.replicas, told(found, type)) == (replicas, said)


def test_without_metrics_nothing_happens_but_a_warning():
    found = look(autoscaler({"desiredReplicas": 3}), 3, None)
    words = "unable to get metrics for resource cpu: no metrics returned from resource metrics API"
    words = f"failed to get cpu utilization: {words}"
    assert found.replicas is None
    assert found.status["desiredReplicas"] == 3
    assert told(found, "ScalingActive") == ("False", "FailedGetResourceMetric")
    assert [event[1:] for event in found.events] == [
        ("FailedGetResourceMetric", words),
        (
            "FailedComputeMetricsReplicas",
            f"invalid metrics (1 invalid out of 1), first error is: failed to get cpu resource metric value: {words}",
        ),
    ]


def test_of_several_metrics_the_highest_counts_and_a_broken_one_only_forbids_scaling_down():
    broken = {"type": "Resource", "resource": {"name": "memory", "target": {"averageUtilization": 50}}}
    assert look(autoscaler(metrics=(cpu(50), cpu(25))), 1, 0.05).replicas == 2
    assert look(autoscaler(metrics=(broken, cpu(25))), 1, 0.05).replicas == 2
    assert [event[1] for event in look(autoscaler(metrics=(cpu(25), broken)), 1, 0.05).events] == [
        "FailedGetResourceMetric",
        "SuccessfulRescale",
    ]
    down = look(autoscaler(metrics=(cpu(100), broken)), 2, 0.01, Recollection(((NOW - 400, 2),)))
    assert (down.replicas, told(down, "ScalingActive")) == (None, ("False", "FailedGetResourceMetric"))


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=30), st.sampled_from([None, {}]))
def test_an_autoscaler_never_leaves_its_bounds(loads, behavior):
    subject = autoscaler(minReplicas=2, maxReplicas=7, **({} if behavior is None else {"behavior": behavior}))
    replicas, memory = 3, FRESH
    for n, load in enumerate(loads):
        found = look(subject, replicas, load / 1000, memory, NOW + 15 * n)
        replicas, memory = found.replicas or replicas, found.memory
        assert 2 <= replicas <= 7
