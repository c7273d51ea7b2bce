"""Time, order and rewinding: a run is a function of the value that it starts from."""

from itertools import pairwise
from random import Random

import pytest

from tests.sim.kubernetes.cluster.workloads import available, deployment, names, with_spec
from vlearn.errors import ModelError
from vlearn.sim.kubernetes.cluster import START, play, power_off, run, started, steps
from vlearn.sim.kubernetes.cluster.telling import called
from vlearn.sim.kubernetes.store import Key

FIRST_POD = [
    ("deployment-controller", "Deployment web: ScalingReplicaSet: Scaled up replica set {rs} from 0 to 1"),
    ("deployment-controller", "deployment.apps/web: status updated"),
    ("replicaset-controller", "ReplicaSet {rs}: SuccessfulCreate: Created pod: {pod}"),
    ("replicaset-controller", "replicaset.apps/{rs}: status updated"),
    ("default-scheduler", "Pod {pod}: Scheduled: Successfully assigned default/{pod} to node-1"),
    ("deployment-controller", "deployment.apps/web: status updated"),
    ("kubelet/node-1", 'Pod {pod}: Pulling: Pulling image "nginx"'),
    ("kubelet/node-1", 'Pod {pod}: Pulled: Successfully pulled image "nginx" in 3s'),
    ("replicaset-controller", "replicaset.apps/{rs}: status updated"),
    ("deployment-controller", "deployment.apps/web: status updated"),
]


def test_nothing_happens_without_time_or_work():
    cluster = run(started(2))
    assert run(cluster).store == cluster.store
    assert run(cluster, 3600).store.revision == cluster.store.revision
    assert run(cluster, 90).now == START + 90


def test_a_deployment_becomes_a_pod_step_by_step():
    trace = play(run(started(1)).create(deployment(replicas=1)), 60)
    (pod,), (replica_set,) = names(trace.final), names(trace.final, "replicasets.apps")
    assert list(trace.kinds) == [kind for kind, _ in FIRST_POD]
    for step, (_, words) in zip(trace.steps, FIRST_POD, strict=True):
        assert step.event.text.startswith(words.format(rs=replica_set, pod=pod))
    assert len(available(trace.final)) == 1


def test_time_never_runs_back_and_every_step_has_an_effect():
    trace = play(started(3).create(deployment()), 60)
    states = [trace.start, *(step.state for step in trace.steps)]
    for before, after in pairwise(states):
        assert before.now <= after.now <= START + 60
        assert before.store.revision < after.store.revision


def test_steps_without_a_moment_do_what_is_to_do_now():
    cluster = started(2).create(deployment())
    done = [step.state for step in steps(cluster)]
    assert {state.now for state in done} == {START}
    assert len(names(done[-1])) == 4
    assert available(done[-1]) == []


def test_playing_and_running_come_to_the_same():
    cluster = started(3).create(deployment())
    whole, played = run(cluster, 60), play(cluster, 60).final
    assert whole.store.objects == played.store.objects
    halves = run(run(cluster, 7), 53)
    assert halves.store.objects == whole.store.objects
    assert halves.now == whole.now


def test_an_old_value_still_gives_the_same_run():
    cluster = started(3).create(deployment())
    first = play(cluster, 60)
    middle = first.steps[len(first.steps) // 2].state
    run(with_spec(middle, replicas=9), 60)
    run(power_off(middle, "node-1"), 600)
    assert play(cluster, 60) == first
    rest = play(middle, START + 60 - middle.now)
    assert [step.event for step in rest.steps] == [step.event for step in first.steps[len(first.steps) // 2 + 1 :]]


def test_a_run_can_be_stopped_after_any_step_and_gone_on_with():
    trace = play(started(2).create(deployment(replicas=2)), 30)
    for step in trace.steps[::5]:
        assert run(step.state, START + 30 - step.state.now).store.objects == run(trace.final, 0).store.objects


def test_the_seed_alone_decides_on_names():
    one, same, other = (run(started(2, seed=seed).create(deployment()), 60) for seed in (1, 1, 2))
    assert one.store.objects == same.store.objects
    assert names(one) != names(other)


@pytest.mark.parametrize("seed", range(5))
def test_any_order_of_looks_comes_to_the_same_spec(seed):
    cluster = run(started(3).create(deployment(replicas=5)), 120, Random(seed).randrange)
    assert len(available(cluster)) == len(names(cluster)) == 5


def test_time_runs_forward_only():
    for ahead in (run, play):
        with pytest.raises(ModelError, match="-1 seconds are not possible"):
            ahead(started(1), -1)


NAMES = [
    (("pods", "default", "web"), "pod/web"),
    (("endpoints", "default", "web"), "endpoints/web"),
    (("deployments.apps", "default", "web"), "deployment.apps/web"),
    (("storageclasses.storage.k8s.io", "", "fast"), "storageclass.storage.k8s.io/fast"),
]


@pytest.mark.parametrize(("key", "name"), NAMES)
def test_steps_name_objects_as_kubectl_does(key, name):
    assert called(Key(*key)) == name


PATIENCE = "vlearn.sim.kubernetes.cluster.running.PATIENCE"


@pytest.mark.parametrize("ahead", [run, play])
def test_components_that_stay_busy_at_one_moment_are_an_error(ahead, monkeypatch):
    monkeypatch.setattr(PATIENCE, 3)
    with pytest.raises(ModelError, match="stay busy"):
        ahead(started(1).create(deployment()), 60)


def test_a_long_run_is_not_a_busy_one(monkeypatch):
    cluster = run(started(1).create(deployment(replicas=1)), 60)
    monkeypatch.setattr(PATIENCE, 10)
    assert len(available(run(cluster, 3600))) == 1
