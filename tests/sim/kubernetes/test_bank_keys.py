"""The keys of chapter 14's written questions are what the models do."""

import re
from fractions import Fraction
from functools import cache
from itertools import product

import pytest
import yaml

from tests.sim.kubernetes.scheduler.clusters import node, pod, taint
from vlearn.blocks import Code, Text
from vlearn.questions.bank import load_bank
from vlearn.sim.kubernetes.api.tables.pods import pod_cells
from vlearn.sim.kubernetes.apiserver import Request, answer, new_cluster
from vlearn.sim.kubernetes.controllers.cronjob import cron_job_step
from vlearn.sim.kubernetes.controllers.daemonset import should_run
from vlearn.sim.kubernetes.controllers.endpoints import subsets
from vlearn.sim.kubernetes.controllers.job import job_step
from vlearn.sim.kubernetes.controllers.replicaset import replica_set_step
from vlearn.sim.kubernetes.controllers.revisions import REVISION, next_revision, same_template
from vlearn.sim.kubernetes.controllers.rolling import fenceposts, reconcile_new, reconcile_old
from vlearn.sim.kubernetes.node.backoff import following, until
from vlearn.sim.kubernetes.node.pod_phase import pod_phase
from vlearn.sim.kubernetes.scheduler import pod_info, schedule, schedule_many, snapshot

CONTROL_PLANE = taint("node-role.kubernetes.io/control-plane")
KIND = {"apiVersion": "v1", "kind": "ConfigMap"}
MAPS = "/api/v1/namespaces/default/configmaps"


@cache
def bank():
    return load_bank()


def question(name):
    return bank()[name].make(None)


def key(name):
    return question(name).answer


def right(name):
    found = key(name)
    return found.options[found.correct].text


def manifests(name):
    source = next(block.source for block in question(name).prompt if isinstance(block, Code))
    return list(yaml.safe_load_all(source))


def words(name):
    return " ".join(block.markdown for block in question(name).prompt if isinstance(block, Text))


def replica_set(name, replicas, available, at):
    metadata = {"name": name, "creationTimestamp": at}
    status = {"replicas": replicas, "availableReplicas": available}
    return {"metadata": metadata, "spec": {"replicas": replicas}, "status": status}


def first_steps(replicas):
    """The sizes of the new and the old set when a default update must wait for its first new pod."""
    strategy = {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}
    deployment = {"metadata": {"name": "web"}, "spec": {"replicas": replicas, "strategy": strategy}}
    sizes = {"new": 0, "old": replicas}
    while True:
        new = replica_set("new", sizes["new"], 0, "2026-01-02T00:00:00Z")
        old = replica_set("old", sizes["old"], sizes["old"], "2026-01-01T00:00:00Z")
        change = reconcile_new(deployment, (old, new), new) or reconcile_old(deployment, (old,), new)
        if not change:
            return sizes["new"], sizes["old"]
        sizes |= change


def test_rollout_limits():
    most, least, new, old = (int(gap.accepted[0]) for gap in key("ch14-rollout-limits").gaps)
    assert fenceposts("25%", "25%", 10) == (most - 10, 10 - least)
    grown = reconcile_new(
        {"spec": {"replicas": 10, "strategy": {"rollingUpdate": {"maxSurge": "25%", "maxUnavailable": "25%"}}}},
        (replica_set("new", 0, 0, None), replica_set("old", 10, 10, None)),
        replica_set("new", 0, 0, None),
    )
    assert grown == {"new": new}
    assert first_steps(10)[1] == 10 - old


def test_rollout_stalls():
    assert first_steps(4) == (2, 3)
    assert right("ch14-rollout-stalls").startswith("Three old pods serve, two new ones are not ready")


def test_three_replicas_by_default():
    assert first_steps(3) == (1, 3 - key("ch14-three-replicas-by-default").value)


def test_code_rollout_limits():
    reference = {}
    exec(key("ch14-code-rollout-limits").reference, reference)
    amounts = ("0%", "10%", "25%", "34%", "100%", 0, 1, 3)
    for replicas, surge, unavailable in product(range(1, 12), amounts, amounts):
        more, fewer = fenceposts(surge, unavailable, replicas)
        assert reference["limits"](replicas, surge, unavailable) == (replicas + more, replicas - fewer)


def test_number_after_undo():
    old = [{"metadata": {"annotations": {REVISION: str(number)}}} for number in (3, 4, 5)]
    assert key("ch14-number-after-undo").accepted == (str(next_revision(old)),)


def test_what_starts_a_rollout():
    container = {"name": "web", "image": "web:1", "env": [{"name": "MODE", "value": "a"}]}
    template = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [container]}}
    changed = (
        {**template, "spec": {"containers": [{**container, "env": [{"name": "MODE", "value": "b"}]}]}},
        template,
        {**template, "metadata": {"labels": {"app": "web", "tier": "front"}}},
        template,
        template,
        {**template, "spec": {"containers": [{**container, "resources": {"limits": {"memory": "1Gi"}}}]}},
    )
    found = key("ch14-what-starts-a-rollout")
    assert found.correct == {n for n, each in enumerate(changed) if not same_template(template, each)}


def test_delete_one_pod_of_three():
    left = [pod(f"shop-{n}") for n in range(2)]
    assert replica_set_step({"metadata": {}, "spec": {"replicas": 3}}, left, left, 0.0).create == 1
    assert right("ch14-delete-one-pod-of-three").startswith("Three pods, one of them new")


def test_replicas_restored():
    """Deletions and creations in turn: pods with the label, the wish, and what the controller makes of both."""
    wanted, there = 3, 0
    events = (0, -1, -1, 1, 0, 0)
    for (event, reaction, after), change in zip(key("ch14-replicas-restored").rows, events, strict=True):
        wanted = int(found[1]) if (found := re.search(r"replicas: (\d)", event)) else wanted
        pods = [pod(f"shop-{n}") for n in range(there + change)]
        step = replica_set_step({"metadata": {}, "spec": {"replicas": wanted}}, pods, pods, 0.0)
        assert int(reaction) == step.create - len(step.delete)
        there = len(pods) + int(reaction)
        assert int(after) == there


def state_of(name, waiting="", last_exit=None, **state):
    shown = {"waiting": {"reason": waiting}} if waiting else state
    last = {} if last_exit is None else {"lastState": {"terminated": {"exitCode": last_exit}}}
    return {"name": name, "state": shown, "ready": "running" in shown, "restartCount": 0, **last}


PHASES = {
    "No node has room for it": ("Always", []),
    "It has its node, which is still pulling the image": ("Always", [state_of("a", "ContainerCreating")]),
    "One of its two containers runs, and the other has crashed and is being restarted": (
        "Always",
        [state_of("a", running={}), state_of("b", "CrashLoopBackOff", 1)],
    ),
    "All its containers have ended with exit code 0 and will not be restarted": (
        "OnFailure",
        [state_of("a", terminated={"exitCode": 0})],
    ),
    "All its containers have ended for good, and one of them with exit code 1": (
        "Never",
        [state_of("a", terminated={"exitCode": 0}), state_of("b", terminated={"exitCode": 1})],
    ),
}


def test_phases():
    found = key("ch14-phases")
    assert set(found.left) == set(PHASES)
    for left, n in zip(found.left, found.key, strict=True):
        policy, statuses = PHASES[left]
        containers = [{"name": each["name"]} for each in statuses] or [{"name": "a"}]
        assert pod_phase({"restartPolicy": policy, "containers": containers}, statuses) == found.right[n]


def test_status_of_a_misspelt_image():
    (manifest,) = manifests("ch14-status-of-a-misspelt-image")
    statuses = [state_of("web", "ImagePullBackOff")]
    phase = pod_phase(manifest["spec"], statuses)
    cells = pod_cells({**manifest, "status": {"phase": phase, "containerStatuses": statuses}}, 0.0)
    assert right("ch14-status-of-a-misspelt-image") == f"STATUS is `{cells[2]}`, and the pod's phase is {phase}"


def test_second_init_container():
    ready, status, phase, _ = (gap.accepted[0] for gap in key("ch14-second-init-container").gaps)
    spec = {"initContainers": [{"name": "one"}, {"name": "two"}], "containers": [{"name": "app"}]}
    starting = [state_of("one", terminated={"exitCode": 0}), state_of("two", running={})]
    waiting = state_of("app", "PodInitializing")
    assert phase == pod_phase(spec, [*starting, waiting])
    shown = {"phase": phase, "initContainerStatuses": starting, "containerStatuses": [waiting]}
    assert [ready, status] == pod_cells({"metadata": {"name": "x"}, "spec": spec, "status": shown}, 0.0)[1:3]


def test_waits_of_a_crash_loop():
    waited, backoff, at = 0.0, None, 0.0
    for _ in range(8):
        again = until(backoff, at)
        waited += again - at
        backoff, at = following(backoff, at, again), again
    assert key("ch14-waits-of-a-crash-loop").value == waited


def serving(name, labels, ready=True):
    made = pod(name, labels=labels)
    condition = {"type": "Ready", "status": str(ready)}
    address = f"10.0.0.{sum(map(ord, name)) % 200}"
    status = {"phase": "Running", "conditions": [condition], "podIP": address, "podIPs": [{"ip": address}]}
    return {**made, "status": status}


def served(service, pods):
    names = {each["targetRef"]["name"] for group in subsets(service, pods) for each in group.get("addresses", ())}
    return sorted(names)


def service(**selector):
    return {
        "metadata": {"name": "shop"},
        "spec": {"selector": selector, "clusterIP": "10.96.0.9", "ports": [{"port": 80}]},
    }


def test_which_endpoints():
    table = re.findall(r"\| `(p\d)` \| `(.*?)` \| (\w+) \| (.*?) \|", words("ch14-which-endpoints"))
    assert len(table) == 6
    pods = [
        serving(name, dict(pair.split("=") for pair in labels.split(", ")), probe == "passes")
        for name, labels, phase, probe in table
    ]
    found = key("ch14-which-endpoints")
    chosen = sorted(found.options[n].text.strip("`") for n in found.correct)
    assert served(service(app="shop", tier="web"), pods) == chosen


def test_service_without_endpoints():
    deployment, broken = manifests("ch14-service-without-endpoints")
    made = serving("shop-1", deployment["spec"]["template"]["metadata"]["labels"])
    broken["spec"]["clusterIP"] = "10.96.0.9"
    assert served(broken, [made]) == []
    broken["spec"]["selector"] = deployment["metadata"]["labels"] | {"app": "shop"}
    labelled = serving("shop-1", {**deployment["metadata"]["labels"], **made["metadata"]["labels"]})
    assert served(broken, [labelled]) == ["shop-1"]


def test_share_of_a_canary():
    stable = [serving(f"a{n:02}", {"app": "shop", "track": "stable"}, ready=n >= 2) for n in range(12)]
    canary = [serving(f"b{n:02}", {"app": "shop" if n else "test", "track": "canary"}) for n in range(3)]
    names = served(service(app="shop"), [*stable, *canary])
    share = Fraction(100 * sum(name.startswith("b") for name in names), len(names))
    found = key("ch14-share-of-a-canary")
    assert abs(found.value - share) <= found.tolerance


def test_filter_and_score():
    table = re.findall(
        r"\| ([A-D]) \| (\d+) CPU, (\d+) GiB \| (\d+) CPU, (\d+) GiB \|.*?\| (none|`.*?`) \|",
        words("ch14-filter-and-score"),
    )
    assert len(table) == 4
    refusing = [taint("gpu", "yes")]
    nodes = [
        node(name, cpu, f"{memory}Gi", taints=refusing if said != "none" else ())
        for name, cpu, memory, *_, said in table
    ]
    there = [pod(f"on-{name}", used, f"{filled}Gi", on=name) for name, _, _, used, filled, _ in table]
    cycle = schedule(pod_info(pod("new", "2", "4Gi")), snapshot(nodes, there))
    (least,) = (column for column in cycle.columns if column.plugin == "NodeResourcesFit")
    scores = dict(zip(cycle.feasible, map(str, least.scores), strict=True))
    expected = [[name, "yes" if name in scores else "no", scores.get(name, "-")] for name, *_ in table]
    assert [list(row) for row in key("ch14-filter-and-score").rows] == expected
    assert cycle.node == "B"


def test_how_many_stay_pending():
    nodes = [node(name) for name in "abc"]
    there = [pod(f"on-{name}", "1", "2Gi", on=name) for name in "abc"]
    wanted = [pod_info(pod(f"new-{n}", "1", "2560Mi")) for n in range(10)]
    placed = [name for _, name in schedule_many(wanted, snapshot(nodes, there))]
    assert key("ch14-how-many-stay-pending").value == placed.count(None)


def test_what_would_help():
    nodes = [node("master", memory="32Gi", taints=[CONTROL_PLANE]), node("a"), node("b")]
    there = [pod("on-a", "1", "4Gi", on="a"), pod("on-b", "1", "6Gi", on="b")]
    new = pod("new", "1", "6Gi")
    cycle = schedule(pod_info(new), snapshot(nodes, there))
    event = next(block.source for block in question("ch14-what-would-help").prompt if isinstance(block, Code))
    assert cycle.message.partition(" preemption")[0] == " ".join(event.partition("0/3")[2].join(("0/3", "")).split())
    limited = pod("new", "1", "6Gi")
    limited["spec"]["containers"][0]["resources"]["limits"] = {"memory": "12Gi"}
    tolerating = pod("new", "1", "6Gi", tolerations=[{"key": CONTROL_PLANE["key"], "operator": "Exists"}])
    tries = (
        (new, [*nodes, node("c", memory="16Gi")], there),
        (pod("new-2", "1", "6Gi"), nodes, there),
        (new, nodes, there[1:]),
        (limited, nodes, there),
        (tolerating, nodes, there),
        (new, nodes, there),
    )
    found = {n for n, (one, all_of, pods) in enumerate(tries) if schedule(pod_info(one), snapshot(all_of, pods)).node}
    assert key("ch14-what-would-help").correct == found


def test_toleration_attracts():
    nodes = [node(f"n{n}", taints=[taint("gpu", "yes")] if n < 2 else ()) for n in range(10)]
    new = pod("new", "1", "1Gi", tolerations=[{"key": "gpu", "operator": "Exists"}])
    assert len(schedule(pod_info(new), snapshot(nodes)).feasible) == 10
    assert key("ch14-toleration-attracts").truth is False


def test_one_pod_a_node():
    (rule,) = manifests("ch14-one-pod-a-node")
    wanted = [pod_info(pod(f"shop-{n}", "100m", labels={"app": "shop"}, **rule)) for n in range(5)]
    placed = [name for _, name in schedule_many(wanted, snapshot([node(name) for name in "abc"]))]
    assert sorted(filter(None, placed)) == ["a", "b", "c"]
    assert right("ch14-one-pod-a-node") == "Three run, one on each node, and two stay Pending"


@pytest.mark.parametrize("policy", ["Always", None, "OnFailure", "Never"])
def test_job_that_is_refused(policy):
    (job,) = manifests("ch14-job-that-is-refused")
    spec = job["spec"]["template"]["spec"]
    assert spec.pop("restartPolicy") == "Always"
    if policy is not None:
        spec["restartPolicy"] = policy
    _, response = answer(new_cluster(), Request("POST", "/apis/batch/v1/namespaces/default/jobs", body=job))
    assert response.status == (422 if policy in ("Always", None) else 201)
    if response.status == 422:
        said = question("ch14-job-that-is-refused").solution[0].markdown
        assert response.body["message"].partition(" is invalid: ")[2] in said


def test_time_of_a_parallel_job():
    job = {"metadata": {"name": "job"}, "spec": {"completions": 10, "parallelism": 3, "template": {"spec": {}}}}
    pods, minutes = [], 0
    while create := job_step(job, pods, 0.0).create:
        pods += [{**pod(f"p{len(pods)}-{n}"), "status": {"phase": "Succeeded"}} for n in range(create)]
        minutes += 4
    assert key("ch14-time-of-a-parallel-job").value == minutes


def test_overlapping_reports():
    found = key("ch14-overlapping-reports")
    setting = {found.left[n]: found.right[place].strip("`") for n, place in enumerate(found.key)}
    status = {"lastScheduleTime": "2026-03-04T11:00:00Z", "active": [{"uid": "old"}]}
    outcomes = {
        "The next job starts on time, and for ten minutes both run": (True, ()),
        "The job runs to its end, and the start that it overlaps does not take place": (False, ()),
        "The job that is late is deleted when the next one is due": (True, ("old",)),
        "No job starts any more, and those that run go on": (False, ()),
    }
    for left, outcome in outcomes.items():
        name, _, value = setting[left].partition(": ")
        spec = {"schedule": "0 * * * *", name: yaml.safe_load(value)}
        metadata = {"name": "report", "creationTimestamp": "2026-03-01T00:00:00Z"}
        step = cron_job_step(
            {"metadata": metadata, "spec": spec, "status": status}, [{"metadata": {"uid": "old"}}], 1772625660.0
        )
        assert (step.start is not None, step.delete) == outcome


def test_agents_on_seven_nodes():
    def tainted(key, value="", effect="NoSchedule"):
        return node("n", taints=[taint(key, value, effect)])

    nodes = [
        node("control", taints=[CONTROL_PLANE]),
        tainted("node.kubernetes.io/unschedulable"),
        tainted("node.kubernetes.io/memory-pressure"),
        tainted("gpu", "yes"),
        *(node(name) for name in "abc"),
    ]
    runs = [should_run({"spec": {"template": {"spec": {}}}}, each)[0] for each in nodes]
    assert key("ch14-agents-on-seven-nodes").value == sum(runs)


def test_name_of_the_version_field():
    store, made = answer(new_cluster(), Request("POST", MAPS, body={"metadata": {"name": "a"}, **KIND}))
    field = key("ch14-name-of-the-version-field").accepted[0]
    read = {**made.body, "data": {"by": "one"}}
    store, first = answer(store, Request("PUT", f"{MAPS}/a", body=read))
    _, second = answer(store, Request("PUT", f"{MAPS}/a", body={**read, "data": {"by": "two"}}))
    assert (first.status, second.status) == (200, 409)
    assert first.body["metadata"][field] != made.body["metadata"][field]


def test_who_is_evicted_first():
    """By use beyond the request, in MiB; those that are below it come after all that are above it."""
    found = key("ch14-who-is-evicted-first")
    order = []
    for n in found.key:
        item = found.items[n]
        asked = re.search(r"requests (?:and limit )?(\d+) MiB", item)
        order.append(int(re.search(r"uses (\d+) MiB", item)[1]) - (int(asked[1]) if asked else 0))
    assert order == sorted(order, reverse=True)
    assert len(set(order)) == 4


def test_members_that_may_fail():
    assert key("ch14-members-that-may-fail").value == 5 - (5 // 2 + 1)
