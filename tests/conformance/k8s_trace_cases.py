"""Runs what was recorded of a whole control plane, with a kubelet that makes pods ready at once, through the cluster.

When each pod becomes ready differs from run to run, and with it the steps between: compared are the limits that every
rollout keeps, how it begins and how it ends. A kind of recording that nothing here runs is skipped by its name.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from tests.conformance import k8s_trace_world as world
from tests.conformance.k8s_trace_world import APPS, CORE, labels
from vlearn.sim.kubernetes.api.conditions import condition
from vlearn.sim.kubernetes.api.intstr import scaled
from vlearn.sim.kubernetes.cluster import Cluster, play, run, with_node
from vlearn.sim.kubernetes.cluster.ownership import controller_of
from vlearn.sim.kubernetes.controllers.revisions import revision
from vlearn.sim.kubernetes.drift import in_todays_words
from vlearn.sim.kubernetes.node.faults import make_unwell
from vlearn.trace import Trace

Case = Mapping[str, Any]

_SIZES = "replicasets.apps"
_NEWER = ("FailureTarget", "SuccessCriteriaMet")
"""Conditions of jobs that 1.20 did not have: drift names the rule."""
_UNSAID = "CompletionsReached"
"""Why a job is complete; 1.20 gave no reason."""


def trace(case: Case) -> str | None:
    """How the model differs from a recording, or None."""
    check = _KINDS.get(case["kind"])
    if check is None:
        pytest.skip(f"no model runs a recording of the kind {case['kind']!r} yet")
    return check(case)


def _rollout(case: Case) -> str | None:
    replicas = case["replicas"]
    limits = {name: case[name] for name in ("maxSurge", "maxUnavailable")}
    before = run(world.deployed(replicas, "v1", limits, case["image2"]), 60)
    if (len(world.available(before)) == replicas) != case["initial_ok"]:
        return "the first template's pods are not all available"
    after = play(world.with_image(before, case["image2"]), 300)
    most = replicas + scaled(case["maxSurge"], replicas, up=True)
    least = replicas - scaled(case["maxUnavailable"], replicas, up=False)
    available = min(len(world.available(step.state)) for step in after.steps)
    pods = max(len(world.live(step.state)) for step in after.steps)
    if available < least or pods > most:
        return f"{available} pods were available and {pods} there; {least} is the least and {most} the most"
    return _unlike_sequence(case, replicas, _sequence(before, after)) or _unlike_end(case, after.final)


def _unlike_sequence(case: Case, replicas: int, ours: Sequence[Case]) -> str | None:
    theirs = case["rs_spec_sequence"]
    if dict(ours[0]) != theirs[0]:
        return f"the model begins with {ours[0]}, the recording with {theirs[0]}"
    totals, sizes = [], {"v1": replicas, ours[0]["rs"]: ours[0]["spec_replicas"]}
    for each in ours:
        name, before, after = each["rs"], sizes[each["rs"]], each["spec_replicas"]
        sizes[name] = after
        if after > before if name == "v1" else after < before:
            return f"{name} goes from {before} to {after}"
        totals.append(sum(sizes.values()))
    if max(totals) != case["max_total_spec_replicas"]:
        return f"the model has {max(totals)} replicas at most, the recording {case['max_total_spec_replicas']}"
    last = {"v1": replicas, **{each["rs"]: each["spec_replicas"] for each in theirs}}
    return None if sizes == last else f"the model ends with {sizes}, the recording with {last}"


def _unlike_end(case: Case, cluster: Cluster) -> str | None:
    deployment = cluster.get("deployments.apps", world.NAME)
    assert deployment is not None
    status = deployment["status"]
    found = {name: status.get(name) for name in case["final_status"]}
    if found != case["final_status"]:
        return f"the model ends with {found}, the recording with {case['final_status']}"
    complete = condition(deployment, "Progressing") or {}
    done = complete.get("reason") == "NewReplicaSetAvailable"
    return None if done == case["completed"] else f"the model's rollout is {'' if done else 'not '}complete"


def _sequence(before: Cluster, after: Trace[Cluster]) -> list[dict[str, Any]]:
    """The sizes of replica sets as a watch reports them, each change once."""
    found = []
    for change in after.final.store.changes(before.store.revision):
        if change.key.resource != _SIZES:
            continue
        size = change.after["spec"]["replicas"]
        if change.before is None or change.before["spec"]["replicas"] != size:
            found.append({"rs": world.image(change.after), "spec_replicas": size, "event": change.kind})
    return found


def _rollback(case: Case) -> str | None:
    """Back to a template whose number was another before: the numbers that are missing now were its own."""
    turns = {int(each["revision"]): each["image"] for each in case["rs"]}
    last = max(turns)
    replicas = sum(each["replicas"] for each in case["rs"])
    cluster = run(world.deployed(replicas, turns.get(1, turns[last]), None, *turns.values()), 60)
    for number in range(2, last + 1):
        cluster = run(world.with_image(cluster, turns.get(number, turns[last])), 120)
    found = sorted(
        ({"image": world.image(each), "replicas": each["spec"]["replicas"], "revision": str(revision(each))}
         for each in cluster.objects(_SIZES)),
        key=lambda each: each["image"],
    )  # fmt: skip
    if found != sorted(case["rs"], key=lambda each: each["image"]):
        return f"the model has {found}"
    done = len(world.available(cluster)) == replicas
    return None if done == case["completed"] else f"the model's way back is {'' if done else 'not '}complete"


def _release(case: Case) -> str | None:
    cluster = run(world.deployed(case["matching"]), 60)
    first = cluster.objects("pods")[0]["metadata"]["name"]
    path = f"{CORE}/namespaces/default/pods/{first}"
    cluster = run(world.asked(cluster, "PATCH", path, {"metadata": {"labels": {"app": "other"}}}), 60)
    pod = cluster.get("pods", first)
    assert pod is not None
    owners = len(pod["metadata"].get("ownerReferences") or ())
    found = len([each for each in cluster.objects("pods") if controller_of(each) and labels(each)["app"] == world.NAME])
    alike = (owners, found) == (case["ownerRefs"], case["matching"])
    return None if alike else f"the model's pod has {owners} owners, and {found} others match"


def _job(case: Case) -> str | None:
    cluster = run(world.world(images=[case["image"]]).create(world.job(case)), 3600)
    job = cluster.get("jobs.batch", case["name"])
    assert job is not None
    status, events = job["status"], cluster.objects("events")
    said = [each for each in status.get("conditions", ()) if each["type"] not in _NEWER]
    ended = [(each["type"], None if each.get("reason") == _UNSAID else each.get("reason")) for each in said]
    found = {
        "pods_created": sum(each["count"] for each in events if each["reason"] == "SuccessfulCreate"),
        "succeeded": status.get("succeeded"),
        "failed": status.get("failed"),
        "conditions": [list(each) for each in ended],
    }
    theirs = {name: case[name] for name in found}
    return None if found == theirs else f"the model has {found}, the recording {theirs}"


def _stateful_set(case: Case) -> str | None:
    step = case["step"]
    scale = re.fullmatch(r"scale (\d+)->(\d+)", step)
    update = re.fullmatch(r"image (\S+)(?: with partition=(\d+))?", step)
    if scale is not None:
        before = run(world.world().create(world.stateful_set(int(scale[1]))), 300)
        spec: dict[str, Any] = {"replicas": int(scale[2])}
    elif update is not None:
        before = run(world.world().create(world.stateful_set(len(case["images"]))), 300)
        strategy = {"type": "RollingUpdate", "rollingUpdate": {"partition": int(update[2] or 0)}}
        containers = [{"name": "c", "image": update[1]}]
        spec = {"updateStrategy": strategy, "template": {"spec": {"containers": containers}}}
    else:
        pytest.skip(f"no model takes the step {step!r} of a stateful set yet")
    changed = world.asked(before, "PATCH", f"{APPS}/statefulsets/ss", {"spec": spec})
    after = run(changed, 600)
    changes = after.store.changes(before.store.revision)
    events = [[each.kind, each.key.name] for each in changes if each.key.resource == "pods" and each.kind != "MODIFIED"]
    if events != case["events"]:
        return f"the model's events are {events}"
    images = {each["metadata"]["name"]: world.image({"spec": {"template": each}}) for each in after.objects("pods")}
    return None if images == case.get("images", images) else f"the model's pods run {images}"


def _daemon_set(case: Case) -> str | None:
    later = [name for name, taints in case["nodes"].items() if isinstance(taints, str)]
    cluster = world.nodes({name: taints for name, taints in case["nodes"].items() if name not in later})
    cluster = run(cluster.create(world.daemon_set()), 60)
    if _placed(cluster) != case["before"]:
        return f"the model's pods are on {_placed(cluster)}"
    for name in later:
        before = cluster
        seen = play(with_node(cluster, name), 60)
        cluster = seen.final
        moments = [_placed(step.state) for step in seen.steps]
        if case[f"after_add_{name}"] not in moments or _placed(cluster) != sorted([*_placed(before), name]):
            return f"after {name} was added, the model's pods are on {moments}"
    return None


def _placed(cluster: Cluster) -> list[str]:
    return sorted(pod["spec"].get("nodeName", "") for pod in cluster.objects("pods"))


def _schedule(case: Case) -> str | None:
    cluster = run(world.nodes(world.NODES).create(world.pod(case["spec"])), 60)
    pod = cluster.get("pods", "p")
    assert pod is not None
    found = condition(pod, "PodScheduled")
    failed = [] if found is None or found["status"] == "True" else [[found[part] for part in _SAID]]
    for each in failed:
        # Since 1.24 it goes on with what preemption comes to.
        each[2] = each[2].partition(" preemption: ")[0]
    theirs = [[*each[:2], *in_todays_words("TestTaintTolerationFilter", each[2:])] for each in case["condition"]]
    alike = pod["spec"].get("nodeName") == case["node"] and failed == theirs
    return None if alike else f"the model puts it on {pod['spec'].get('nodeName')} and says {failed}"


_SAID = ("status", "reason", "message")


def _endpoints(case: Case) -> str | None:
    cluster = run(world.deployed(case["ready_addresses"]).create(world.service()), 60)
    if (found := _addresses(cluster)) != (case["ready_addresses"], 0):
        return f"the model has {found} addresses"
    pod = cluster.objects("pods")[0]
    node = pod["spec"]["nodeName"]
    machine = make_unwell(cluster.machines[node], pod["metadata"]["uid"], "c")
    found = _addresses(run(world.with_machine(cluster, machine, pod), 120))
    theirs = case["after_one_notready"]
    return None if found == (theirs["ready"], theirs["notReady"]) else f"the model has {found} addresses then"


def _addresses(cluster: Cluster) -> tuple[int, int]:
    endpoints = cluster.get("endpoints", world.NAME) or {}
    subsets: Sequence[Case] = endpoints.get("subsets") or ()
    ready, others = (sum(len(each.get(part) or ()) for each in subsets) for part in ("addresses", "notReadyAddresses"))
    return ready, others


def _self_heal(case: Case) -> str | None:
    cluster = run(world.deployed(3), 60)
    before = [each["metadata"]["name"] for each in cluster.objects("pods")]
    cluster = run(world.asked(cluster, "DELETE", f"{CORE}/namespaces/default/pods/{before[0]}", None), 60)
    after = {each["metadata"]["name"] for each in world.available(cluster)}
    healed = len(after) == 3 and before[0] not in after
    return None if healed == case["replacement_has_new_name"] else f"the pods were {before}, and are {sorted(after)}"


def _garbage(case: Case) -> str | None:
    policy = next((each for each in ("Orphan", "Foreground", "Background") if each in case["claim"]), None)
    if policy is None:
        pytest.skip(f"no model deletes as {case['claim']!r} says yet")
    cluster = run(world.with_image(run(world.deployed(2), 60), "v2"), 120)
    path = f"{APPS}/deployments/{world.NAME}"
    cluster = run(world.asked(cluster, "DELETE", path, {"propagationPolicy": policy}), 120)
    sets, pods = len(cluster.objects(_SIZES)), len(cluster.objects("pods"))
    alike = sets == case["rs"] and bool(pods) == bool(case["rs"])
    return None if alike else f"the model keeps {sets} replica sets and {pods} pods"


_KINDS: Mapping[str, Callable[[Case], str | None]] = {
    "rollout": _rollout,
    "rollback": _rollback,
    "release": _release,
    "job": _job,
    "statefulset": _stateful_set,
    "daemonset": _daemon_set,
    "schedule": _schedule,
    "endpoints": _endpoints,
    "self-heal": _self_heal,
    "gc": _garbage,
}
