"""Which nodes a spec allows, and which taints it does not tolerate. Upstream's tables run in tests/conformance."""

import pytest

from vlearn.sim.kubernetes.api import untolerated
from vlearn.sim.kubernetes.api.node_selection import required_nodes

LABELS = {"zone": "a", "cores": "8"}
IN_A = {"key": "zone", "operator": "In", "values": ["a"]}
MANY_CORES = {"key": "cores", "operator": "Gt", "values": ["9"]}
BY_NAME = {"key": "metadata.name", "operator": "In", "values": ["n1"]}


def wanting(*terms, **spec):
    required = {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": list(terms)}}
    return {"affinity": {"nodeAffinity": required}, **spec}


SPECS = [
    ("one term of several is enough", wanting({"matchExpressions": [MANY_CORES]}, {"matchFields": [BY_NAME]}), True),
    ("a term holds as a whole", wanting({"matchExpressions": [IN_A, MANY_CORES]}), False),
    ("labels and fields of a term hold both", wanting({"matchExpressions": [IN_A], "matchFields": [BY_NAME]}), True),
    ("nodeSelector holds beside affinity", wanting({"matchExpressions": [IN_A]}, nodeSelector={"zone": "b"}), False),
    ("no term matches nothing", wanting(), False),
    ("an empty term matches nothing", wanting({}), False),
    ("a malformed term matches nothing", wanting({"matchExpressions": [{"key": "x", "operator": "NotIn"}]}), False),
    ("other terms hold beside a malformed one", wanting({"matchFields": [IN_A]}, {"matchFields": [BY_NAME]}), True),
]


@pytest.mark.parametrize(("spec", "allowed"), [row[1:] for row in SPECS], ids=[row[0] for row in SPECS])
def test_the_node_is_allowed(spec, allowed):
    assert required_nodes(spec)("n1", LABELS) is allowed


def test_a_spec_that_says_nothing_of_nodes_needs_no_match():
    assert required_nodes({"affinity": {"podAffinity": {}}}) is None


def test_only_taints_that_refuse_pods_count_unless_others_are_asked_for():
    taints = [{"key": key, "effect": effect} for key, effect in (("a", "NoSchedule"), ("b", "PreferNoSchedule"))]
    assert untolerated(taints, ()) == taints[:1]
    assert untolerated(taints, (), ("PreferNoSchedule",)) == taints[1:]
    assert untolerated(taints, [{"key": "a", "operator": "Exists"}]) == []
