"""A cluster of any size, from nothing to all running."""

import gc

import pytest

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.cluster.growth import grown, running_pods


def test_all_pods_run_and_progress_ends_at_the_whole():
    told: list[tuple[int, int]] = []
    cluster = grown(12, 1200, lambda done, total: told.append((done, total)))
    assert running_pods(cluster) == 1200
    sizes = [deployment["status"]["availableReplicas"] for deployment in cluster.objects("deployments.apps")]
    assert sizes == [1000, 200]
    assert told == sorted(told)
    assert 0.9 * told[-1][1] < told[-1][0] <= told[-1][1]


def test_the_pods_are_spread_over_the_nodes():
    nodes = [pod["spec"]["nodeName"] for pod in grown(3, 100).objects("pods")]
    assert sorted(nodes.count(node) for node in set(nodes)) == [33, 33, 34]


@pytest.mark.parametrize(("nodes", "pods"), [(0, 0), (1, 111), (3, -1)])
def test_more_than_the_nodes_take_is_refused(nodes: int, pods: int):
    with pytest.raises(ModelError, match="nodes take 0 to"):
        grown(nodes, pods)


def test_the_collector_of_cycles_is_left_as_it_was():
    assert gc.isenabled()
    grown(1, 1)
    assert gc.isenabled()
