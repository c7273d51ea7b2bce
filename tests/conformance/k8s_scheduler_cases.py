"""Runs upstream's tables on the scheduler: filters with their verdicts and reasons, scores with their weights.

Constants that stand in upstream's tests and not in the rows stand here: the size of the node of the resource tests, the
shapes of the curves. Words and rules that have changed since the rows' release are taken from `drift`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from vlearn.sim.kubernetes.api import Refused
from vlearn.sim.kubernetes.api.node_selection import node_selector
from vlearn.sim.kubernetes.drift import TESTS, in_todays_words
from vlearn.sim.kubernetes.scheduler import NodeInfo, Verdict, checks, node_info, pod_info, snapshot, verdict
from vlearn.sim.kubernetes.scheduler.allocation_scores import (
    broken_line,
    least_allocated,
    most_allocated,
    most_allocated_1_20,
    requested_to_capacity_ratio,
)
from vlearn.sim.kubernetes.scheduler.balance_score import balanced_allocation, balanced_allocation_1_20
from vlearn.sim.kubernetes.scheduler.fit import insufficient, insufficient_1_20, verdict_of, verdict_of_1_20
from vlearn.sim.kubernetes.scheduler.node_filters import (
    node_affinity,
    node_name,
    ports_free,
    schedulable,
    tolerated,
)
from vlearn.sim.kubernetes.scheduler.plugin import Filter, Score, as_they_are, down_from_highest, up_to_highest
from vlearn.sim.kubernetes.scheduler.pod_affinity import (
    between_extremes,
    between_zero_and_extremes_1_20,
    pod_affinity_score,
    pods_together,
)
from vlearn.sim.kubernetes.scheduler.preference_scores import preferred_nodes, soft_taints
from vlearn.sim.kubernetes.scheduler.scores import column
from vlearn.sim.kubernetes.scheduler.topology_spread import fewest_first, nearest, spread, spread_score

Row = Mapping[str, Any]
Run = Callable[[Any], str | None]

CODES = {"Unschedulable": 2, "UnschedulableAndUnresolvable": 3}
SIZE = {
    "cpu": "10m",
    "memory": "20",
    "pods": "32",
    "example.com/aaa": "5",
    "ephemeral-storage": "20",
    "hugepages-2Mi": "5",
}
"""The node of TestEnoughRequests and TestStorageRequests."""
FULL = {"cpu": "10m", "memory": "20", "pods": "1"}
"""The node of TestNotEnoughRequests, which has room for one pod."""


def _differs(ours: object, theirs: object) -> str | None:
    return None if ours == theirs else f"the model says {ours!r}, upstream {theirs!r}"


def _node(node: Row, pods: Sequence[Row] | None = ()) -> NodeInfo:
    return node_info(node, [pod_info(pod) for pod in pods or ()])


def _status(test: str, found: Verdict | None, wanted: Row | None) -> str | None:
    """Compares a verdict with a row's status, whose reasons may be in older words."""
    theirs = wanted and (wanted["code"], in_todays_words(test, tuple(wanted.get("reasons") or ())))
    ours = found and (CODES[found.code], found.reasons)
    if ours and theirs and theirs[0] == ours[0] and ours[1][0].startswith("parsing pod: "):
        # Upstream's own test looks for a part of the message only.
        return None if all(part in ours[1][0] for part in theirs[1]) else _differs(ours, theirs)
    return _differs(ours or None, theirs or None)


def _only(
    name: str, prepare: Any, pod: Row, nodes: Sequence[Row], pods: Sequence[Row] | None = ()
) -> list[Verdict | None]:
    """The verdicts of one filter on nodes that hold these pods."""
    cluster = snapshot(nodes, pods or ())
    passing = checks(pod_info(pod), cluster, [Filter(name, prepare)])
    return [verdict(node, passing) for node in cluster.nodes]


def _fit(test: str, size: Row) -> Run:
    def run(data: Row) -> str | None:
        pods = [each["Pod"] for each in data["nodeInfo"]["Pods"] or ()]
        asking = data["pod"]
        if (data.get("features") or {}).get("LocalStorageCapacityIsolation") is False:
            pods, asking = [_without_storage(pod) for pod in pods], _without_storage(asking)
        node, pod = _node({"status": {"allocatable": size}}, pods), pod_info(asking)
        args = data.get("args") or {}
        ignored = args.get("IgnoredResources") or (), args.get("IgnoredResourceGroups") or ()
        older = test in TESTS
        short = (insufficient_1_20 if older else insufficient)(pod.request, node, *ignored)
        found = (verdict_of_1_20 if older else verdict_of)(short)
        problem = _status(test, found, data["wantStatus"])
        if problem is None and "wantInsufficientResources" in data:
            ours = sorted((e.resource, e.reason, e.requested, e.used, e.capacity) for e in short)
            names = ("ResourceName", "Reason", "Requested", "Used", "Capacity")
            theirs = sorted(tuple(each[name] for name in names) for each in data["wantInsufficientResources"] or ())
            return _differs(ours, theirs)
        return problem

    return run


def _without_storage(pod: Row) -> Row:
    """The pod as a scheduler sees it that does not count local storage."""
    spec = pod.get("spec") or {}
    return {
        **pod,
        "spec": {**spec, **{part: _storing_nothing(spec.get(part)) for part in ("containers", "initContainers")}},
    }


def _storing_nothing(containers: Sequence[Row] | None) -> list[Row]:
    requests = ((each.get("resources") or {}).get("requests") or {} for each in containers or ())
    return [{"resources": {"requests": {**each, "ephemeral-storage": "0"}}} for each in requests]


def _one_node(name: str, prepare: Any, test: str) -> Run:
    return lambda data: _status(
        test, _only(name, prepare, data["pod"], [data["node"]], data.get("pods"))[0], data["wantStatus"]
    )


def _node_affinity(data: Row) -> str | None:
    node = {"metadata": {"name": data["nodeName"], "labels": data["labels"] or {}}}
    prepare = node_affinity((data.get("args") or {}).get("AddedAffinity"))
    return _status("TestNodeAffinity", _only("NodeAffinity", prepare, data["pod"], [node])[0], data["wantStatus"])


def _ports(data: Row) -> str | None:
    pods = [
        {**each["Pod"], "spec": {**(each["Pod"].get("spec") or {}), "nodeName": "m1"}}
        for each in data["nodeInfo"]["Pods"] or ()
    ]
    found = _only("NodePorts", ports_free, data["pod"], [{"metadata": {"name": "m1"}}], pods)[0]
    return _status("TestNodePorts", found, data["wantStatus"])


def _many_nodes(data: Row) -> str | None:
    found = _only("InterPodAffinity", pods_together, data["pod"], data["nodes"], data["pods"])
    wanted = data["wantStatuses"]
    problems = (
        _status("TestRequiredAffinityMultipleNodes", ours, theirs) for ours, theirs in zip(found, wanted, strict=True)
    )
    return next((problem for problem in problems if problem), None)


def _spread(data: Row) -> str | None:
    found = _only("PodTopologySpread", spread, data["pod"], data["nodes"], data["existingPods"])
    names = [node["metadata"]["name"] for node in data["nodes"]]
    codes = {name: CODES[each.code] if each else 0 for name, each in zip(names, found, strict=True)}
    return _differs(codes, data["wantStatusCode"])


def _selector_terms(data: Row) -> str | None:
    args = data["args"]
    match = node_selector(args.get("nodeSelector") or {"nodeSelectorTerms": args.get("nodeSelectorTerms")})
    metadata = (args.get("node") or {}).get("metadata") or {}
    found = match is not None and match(metadata.get("name", ""), metadata.get("labels") or {})
    return _differs(found, data["want"])


def _scores(
    score: Score, pod: Row, nodes: Sequence[Row], pods: Sequence[Row] | None, others: Sequence[Row] | None = ()
) -> dict[str, int]:
    """The normalised scores of a plug-in by node; `others` are nodes that the pod does not fit."""
    cluster = snapshot((*nodes, *(others or ())), pods or ())
    feasible = cluster.nodes[: len(nodes)]
    found = column(score, pod_info(pod), cluster, feasible)
    return dict(zip((node.name for node in feasible), found.scores if found else [0] * len(feasible), strict=True))


def _listed(wanted: Sequence[Row]) -> dict[str, int]:
    return {each["Name"]: each["Score"] for each in wanted}


def _rated(prepare: Any, normalise: Any, data: Row, wanted: str = "expectedList") -> str | None:
    score = Score("", 1, prepare, normalise)
    nodes, pods = data["nodes"], data.get("pods") or data.get("existingPods")
    return _differs(_scores(score, data["pod"], nodes, pods, data.get("failedNodes")), _listed(data[wanted]))


def _allocated(strategy: Any) -> Run:
    def run(data: Row) -> str | None:
        weights = {each["Name"]: each["Weight"] for each in data["args"]["Resources"]}
        try:
            prepare = strategy(weights)
        except Refused as problem:
            return _differs(str(problem), data["wantErr"])
        if data.get("wantErr"):
            return f"the model takes {weights}, upstream says {data['wantErr']!r}"
        return _rated(prepare, as_they_are, data)

    return run


def _balanced(data: Row) -> str | None:
    """Volumes count where the pod has any: upstream's test gives every node room for five."""
    if "TestNodeResourcesBalancedAllocation" not in TESTS:
        return _rated(balanced_allocation(), as_they_are, data)
    own = len((data["pod"].get("spec") or {}).get("volumes") or ())
    if not own:
        return _rated(balanced_allocation_1_20(), as_they_are, data)
    theirs, ours = _listed(data["expectedList"]), {}
    for node in data["nodes"]:
        name = node["metadata"]["name"]
        there = [pod for pod in data["pods"] if (pod.get("spec") or {}).get("nodeName") == name]
        room = max(0, 5 - sum(len(pod["spec"].get("volumes") or ()) for pod in there))
        score = Score("", 1, balanced_allocation_1_20((own, room)), as_they_are)
        ours |= _scores(score, data["pod"], [node], data["pods"])
    return _differs(ours, theirs)


def _ratio(points: Sequence[tuple[int, int]], weights: Mapping[str, int]) -> Run:
    score = Score("", 1, requested_to_capacity_ratio(points, weights), as_they_are)

    def run(data: Row) -> str | None:
        pod, pods = data.get("requestedPod") or data.get("pod") or {}, data.get("scheduledPods") or data.get("pods")
        wanted = data.get("expectedPriorities") or data.get("expectedList") or ()
        return _differs(_scores(score, pod, data["nodes"], pods), _listed(wanted))

    return run


def _preferred_affinity(data: Row) -> str | None:
    if data["wantStatus"]:
        wanted = in_todays_words("TestPreferredAffinity", tuple(data["wantStatus"].get("reasons") or ()))
        refused = pod_info(data["pod"]).refused
        return None if refused and all(part in refused for part in wanted) else _differs(refused, wanted)
    normalise = between_zero_and_extremes_1_20 if "TestPreferredAffinity" in TESTS else between_extremes
    return _rated(pod_affinity_score(), normalise, data)


def _line(data: Row) -> str | None:
    line = broken_line([(point["utilization"], point["score"]) for point in data["points"]])
    return _differs([line(each["p"]) for each in data["assertions"]], [each["expected"] for each in data["assertions"]])


RUNS: dict[str, Run] = {
    "TestEnoughRequests": _fit("TestEnoughRequests", SIZE),
    "TestNotEnoughRequests": _fit("TestNotEnoughRequests", FULL),
    "TestStorageRequests": _fit("TestStorageRequests", SIZE),
    "TestTaintTolerationFilter": _one_node("TaintToleration", tolerated, "TestTaintTolerationFilter"),
    "TestNodeAffinity": _node_affinity,
    "TestNodeName": _one_node("NodeName", node_name, "TestNodeName"),
    "TestNodePorts": _ports,
    "TestRequiredAffinitySingleNode": _one_node("InterPodAffinity", pods_together, "TestRequiredAffinitySingleNode"),
    "TestRequiredAffinityMultipleNodes": _many_nodes,
    "TestSingleConstraint": _spread,
    "TestMultipleConstraints": _spread,
    "TestMatchNodeSelectorTerms": _selector_terms,
    "TestNodeUnschedulable": _one_node("NodeUnschedulable", schedulable, "TestNodeUnschedulable"),
    "TestNodeResourcesLeastAllocated": _allocated(least_allocated),
    "TestNodeResourcesMostAllocated": lambda data: _allocated(
        most_allocated_1_20 if "TestNodeResourcesMostAllocated" in TESTS else most_allocated
    )(data),
    "TestNodeResourcesBalancedAllocation": _balanced,
    "TestRequestedToCapacityRatio": _ratio(((0, 10), (100, 0)), {"memory": 1, "cpu": 1}),
    "TestResourceBinPackingSingleExtended": _ratio(((0, 0), (100, 1)), {"intel.com/foo": 1}),
    "TestResourceBinPackingMultipleExtended": _ratio(((0, 0), (100, 1)), {"intel.com/foo": 3, "intel.com/bar": 5}),
    "TestBrokenLinearFunction": _line,
    "TestTaintTolerationScore": lambda data: _rated(soft_taints, down_from_highest, data),
    "TestNodeAffinityPriority": lambda data: _rated(
        preferred_nodes((data.get("args") or {}).get("AddedAffinity")), up_to_highest, data
    ),
    "TestPodTopologySpreadScore": lambda data: _rated(
        spread_score(False, int if "TestPodTopologySpreadScore" in TESTS else nearest), fewest_first, data, "want"
    ),
    "TestPreferredAffinity": _preferred_affinity,
}
