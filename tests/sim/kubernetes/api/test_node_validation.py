"""What a node's taints must be."""

import pytest

from vlearn.sim.kubernetes.api.validation.node import node_errors

GPU = {"key": "gpu", "value": "yes", "effect": "NoSchedule"}


@pytest.mark.parametrize(
    ("taints", "fields"),
    [
        ([], []),
        ([GPU, {**GPU, "effect": "NoExecute"}, {"key": "example.com/gpu", "effect": "NoSchedule"}], []),
        ([{"effect": "NoSchedule"}], ["spec.taints[0].key", "spec.taints[0].key"]),
        ([{**GPU, "value": "no space"}], ["spec.taints[0].value"]),
        ([{"key": "gpu"}], ["spec.taints[0].effect"]),
        ([GPU, {**GPU, "effect": "Sometimes"}], ["spec.taints[1].effect"]),
        ([GPU, {**GPU, "value": "no"}], ["spec.taints[1]"]),
    ],
)
def test_each_mistake_is_named_by_its_field(taints, fields):
    assert [error.field for error in node_errors({"spec": {"taints": taints}})] == fields
