"""What holds in every run: chance draws changes, faults, and the order in which components look."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.kubernetes.cluster.workloads import (
    APPS,
    ENDS,
    FAILS,
    PODS,
    available,
    daemon_set,
    deleted,
    deployment,
    job,
    live,
    names,
    patched,
    rolling,
    running,
    stateful_set,
    status,
    with_spec,
    with_template,
)
from vlearn.errors import ModelError
from vlearn.sim.kubernetes.api.intstr import scaled
from vlearn.sim.kubernetes.api.pods import is_terminal
from vlearn.sim.kubernetes.api.status import StatusError
from vlearn.sim.kubernetes.apiserver import Request
from vlearn.sim.kubernetes.cluster import (
    API_SERVER,
    START,
    Cluster,
    clear_disk,
    crash_container,
    cut_off,
    full_disk,
    healed,
    power_off,
    reconnect,
    run,
    started,
    steps,
    stop,
    stop_kubelet,
    with_image,
)
from vlearn.sim.kubernetes.cluster.chaos import start
from vlearn.sim.kubernetes.cluster.control_plane import control_plane
from vlearn.sim.kubernetes.cluster.queue import first

NODES = ("node-1", "node-2", "node-3")
COMPONENTS = (API_SERVER, *(each.name for each in control_plane(started(0), lambda node: 0.0, lambda uid: None)))
WORKLOADS = (
    deployment(replicas=3),
    stateful_set(replicas=2),
    daemon_set(),
    job(image="good", completions=3, parallelism=2, backoffLimit=50),
)
LONG = 1500.0
"""Seconds after which every pause that a fault has caused is over, but those of the API's clients."""


def whole():
    return run(with_image(started(3), "good", ENDS).create(*WORKLOADS), 40)


WHOLE = whole()


def scaled_to(kind, name):
    return lambda number: lambda cluster: with_spec(cluster, name, kind, replicas=number)


def with_other_image(kind, name):
    return lambda image: lambda cluster: with_template(cluster, image, name, kind)


def crashed(at):
    def crash(cluster):
        pods = live(cluster)
        return crash_container(cluster, pods[at % len(pods)]["metadata"]["name"]) if pods else cluster

    return crash


def killed(at, force):
    def kill(cluster):
        pods = names(cluster)
        if not pods:
            return cluster
        path = f"{PODS}/{pods[at % len(pods)]}"
        return cluster.ask(Request("DELETE", path, body={"gracePeriodSeconds": 0} if force else None))[0]

    return kill


def on_node(act):
    return st.sampled_from(NODES).map(lambda node: lambda cluster: act(cluster, node))


IMAGES = st.sampled_from(["nginx", "httpd", "missing/app", "redis"])
CHANGES = st.one_of(
    st.integers(0, 5).map(scaled_to("deployments", "web")),
    st.integers(0, 4).map(scaled_to("statefulsets", "db")),
    *(
        IMAGES.map(with_other_image(kind, name))
        for kind, name in (("deployments", "web"), ("statefulsets", "db"), ("daemonsets", "agent"))
    ),
)
KILLED = st.builds(killed, st.integers(0, 20), st.just(False))
BY_FORCE = st.builds(killed, st.integers(0, 20), st.just(True))
FAULTS = st.one_of(
    st.integers(0, 20).map(crashed),
    on_node(power_off),
    on_node(stop_kubelet),
    on_node(cut_off),
    on_node(full_disk),
    on_node(reconnect),
    st.sampled_from(COMPONENTS).map(lambda name: lambda cluster: stop(cluster, name)),
    st.sampled_from(COMPONENTS).map(lambda name: lambda cluster: start(cluster, name)),
    st.just(healed),
)
PAUSES = st.sampled_from([0.0, 1.0, 4.0, 30.0, 120.0, 400.0])
SEEDS = st.integers(0, 10**6)


def happening(cluster: Cluster, act) -> Cluster:
    """The cluster after something, or as it was where that cannot happen now."""
    try:
        return act(cluster)
    except (ModelError, StatusError):
        return cluster


def mended(cluster: Cluster) -> Cluster:
    cluster = healed(cluster)
    for node in NODES:
        cluster = clear_disk(cluster, node)
    return cluster


def ready(cluster: Cluster) -> Cluster:
    """Every workload has a template that can run: what a person does who has made an error.

    A pod of a stateful set that never came up has to be deleted too: its set waits for it whatever its template says.
    """
    for kind, name in (("deployments", "web"), ("statefulsets", "db"), ("daemonsets", "agent")):
        cluster = with_template(cluster, "nginx", name, kind)
    cluster = run(cluster, 60)
    serving = available(cluster)
    for each in live(cluster, "db"):
        if each not in serving:
            cluster = deleted(cluster, f"{PODS}/{each['metadata']['name']}")
    return cluster


def check_converged(cluster: Cluster) -> None:
    """Everything is as its spec says, and there is no pod that nobody wants."""
    web, database = cluster.get("deployments.apps", "web"), cluster.get("statefulsets.apps", "db")
    for each, ready_name in ((web, "availableReplicas"), (database, "readyReplicas")):
        wanted = each["spec"]["replicas"]
        found = each["status"]
        assert found["observedGeneration"] == each["metadata"]["generation"]
        counts = [found.get(name, 0) for name in ("replicas", "updatedReplicas", ready_name)]
        assert counts == [wanted] * 3, (each["kind"], found)
    agents = status(cluster, "daemonsets.apps", "agent")
    assert agents["updatedNumberScheduled"] == agents["numberAvailable"] == agents["desiredNumberScheduled"] == 3
    assert status(cluster, "jobs.batch", "sum")["succeeded"] >= 3
    pods = [each for each in cluster.objects("pods") if not is_terminal(each)]
    assert len(pods) == len(available(cluster)) == web["spec"]["replicas"] + database["spec"]["replicas"] + 3
    there = sorted(name for node in NODES for name in running(cluster, node))
    assert there == sorted(each["metadata"]["name"] for each in pods)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.one_of(CHANGES, FAULTS, KILLED, BY_FORCE), PAUSES), max_size=8), SEEDS)
def test_from_any_state_with_faults_mended_the_cluster_converges_to_its_spec_and_then_rests(schedule, seed):
    cluster, choose = WHOLE, Random(seed).randrange
    for act, seconds in schedule:
        cluster = run(happening(cluster, act), seconds, choose)
    cluster = run(ready(mended(cluster)), LONG, choose)
    check_converged(cluster)
    assert run(cluster, 600, choose).store.revision == cluster.store.revision


LIMITS = st.sampled_from([0, 1, 2, "25%", "50%", "100%"])


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 8), LIMITS, LIMITS, IMAGES, st.sampled_from([0, 7]), st.none() | SEEDS)
def test_a_rollout_without_faults_keeps_its_limits(replicas, surge, unavailable, image, least_seconds, seed):
    """In whatever order components look. Only where the replica set controller falls behind the deployment controller
    may there be, for a moment, more pods than replica sets want: upstream counts what these want.
    """
    most = scaled(surge, replicas, up=True)
    least = scaled(unavailable, replicas, up=False)
    if surge in (0, "0%") and unavailable in (0, "0%"):
        unavailable = least = 1
    if most == least == 0:
        least = 1  # a percentage that comes to nothing counts as one
    web = deployment(replicas=replicas, strategy=rolling(surge, unavailable), minReadySeconds=least_seconds)
    choose = first if seed is None else Random(seed).randrange
    cluster = run(started(3).create(web), 60, choose)
    assert len(available(cluster)) == replicas
    cluster = with_template(cluster, image)
    for step in steps(cluster, cluster.now + 240, choose):
        cluster = step.state
        assert len(available(cluster)) >= replicas - least
        assert seed is not None or len(live(cluster)) <= replicas + most
        wanted = sum(each["spec"]["replicas"] for each in cluster.objects("replicasets.apps"))
        assert wanted <= replicas + most
    if image != "missing/app":
        assert status(cluster, "deployments.apps", "web")["updatedReplicas"] == replicas
        assert len(names(cluster)) == replicas


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.one_of(FAULTS, KILLED, CHANGES), PAUSES), min_size=2, max_size=7), SEEDS)
def test_no_two_pods_of_a_stateful_set_share_an_ordinal(schedule, seed):
    """Not even on a node that is cut off: a pod there keeps its name until somebody takes it away by force."""
    cluster, choose = WHOLE, Random(seed).randrange
    for act, seconds in schedule:
        cluster = happening(cluster, act)
        until = cluster.now + seconds
        for step in steps(cluster, until, choose):
            cluster = step.state
            check_ordinals(cluster)
        cluster = run(cluster, until - cluster.now, choose)


def check_ordinals(cluster: Cluster) -> None:
    there = [name for node in NODES for name in running(cluster, node) if name.startswith("db-")]
    assert len(there) == len(set(there)), there


LABELS = st.lists(
    st.tuples(st.sampled_from(["deployments/web", "statefulsets/db", "daemonsets/agent"]), st.integers(0, 40)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=20, deadline=None)
@given(LABELS, SEEDS)
def test_no_update_is_lost(labels, seed):
    """A client writes amid everything; what it has once been told is written stays."""
    choose = Random(seed).randrange
    cluster = ready(WHOLE)
    for number, (path, seconds) in enumerate(labels):
        cluster = run(cluster, seconds / 10, choose)
        cluster = patched(cluster, f"{APPS}/{path}", {"metadata": {"annotations": {f"note-{number}": "written"}}})
    cluster = run(cluster, 300, choose)
    check_converged(cluster)
    for number, (path, _) in enumerate(labels):
        kind, _, name = path.partition("/")
        assert cluster.get(f"{kind}.apps", name)["metadata"]["annotations"][f"note-{number}"] == "written"


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 60), SEEDS)
def test_what_was_read_before_a_controller_wrote_is_refused(at, seed):
    """A client that writes a whole object as it read it a moment ago undoes nothing."""
    choose = Random(seed).randrange
    cluster = with_template(WHOLE, "httpd")
    old = cluster.get("deployments.apps", "web")
    later = run(cluster, at / 10, choose)
    current = later.get("deployments.apps", "web")
    scaled_up = {**old, "spec": {**old["spec"], "replicas": 5}}
    after, response = later.ask(Request("PUT", f"{APPS}/deployments/web", body=scaled_up))
    if current["metadata"]["resourceVersion"] == old["metadata"]["resourceVersion"]:
        assert response.status == 200
    else:
        assert (response.status, response.body["reason"]) == (409, "Conflict")
        assert after.get("deployments.apps", "web") == current


def test_what_goes_on_failing_writes_nothing_but_events_and_its_own_pods():
    """Hours of it: the number of versions grows slowly."""
    cluster = with_image(started(2), "bad", FAILS).create(
        deployment("web", 2, "bad"), deployment("lost", 2, "missing/app"), deployment("vast", 2, cpu="64")
    )
    cluster = run(cluster, 3600)
    later = run(cluster, 3600)
    changed = {change.key.resource for change in later.store.changes(cluster.store.revision)}
    assert changed <= {"events", "pods", "replicasets.apps", "deployments.apps", "endpoints"}
    of_others = [
        change
        for change in later.store.changes(cluster.store.revision)
        if change.key.resource != "events" and "web" not in change.key.name and "lost" not in change.key.name
    ]
    assert of_others == []
    assert later.now > START


def test_an_object_that_nobody_changes_causes_no_writes():
    resting = run(WHOLE, LONG)
    check_converged(resting)
    assert run(resting, 24 * 3600).store.revision == resting.store.revision
