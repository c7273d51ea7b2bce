"""Whatever happens to pods on a node: what must hold at every moment, and how it ends."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.kubernetes.node.nodes import container, node, pod, shell
from vlearn.sim.kubernetes.node import Registry, kill_container, make_unwell, reboot
from vlearn.sim.kubernetes.node.machine import restarted

PROBE = {"tcpSocket": {"port": 80}, "periodSeconds": 3, "failureThreshold": 2}
SCRIPTS = ["exit 0", "exit 1", "sleep 7", "sleep 3; exit 2", "sleep 3600", "trap 'exit 0' TERM; sleep 3600"]

apps = st.one_of(
    st.sampled_from(SCRIPTS).map(lambda script: shell(script)),
    st.sampled_from(["nginx:1.29", "redis:8", "nginx:1.161", "Not A Name"]).map(lambda name: container(image=name)),
    st.sampled_from(["readinessProbe", "livenessProbe", "startupProbe"]).map(lambda kind: container(**{kind: PROBE})),
)
inits = st.lists(
    st.sampled_from(SCRIPTS[:4]).map(lambda script: shell(script, "init")), max_size=1
) | st.just([container("proxy", restartPolicy="Always")])  # fmt: skip
specs = st.fixed_dictionaries(
    {"restartPolicy": st.sampled_from(["Always", "OnFailure", "Never"]), "terminationGracePeriodSeconds": st.just(5)},
    optional={"initContainers": inits, "activeDeadlineSeconds": st.just(20)},
)
happenings = st.lists(
    st.tuples(
        st.sampled_from(
            ["run", "run", "add", "delete", "forget", "kill", "hang", "reboot", "restart", "unplug", "plug"]
        ),
        st.integers(0, 3),
        st.floats(0, 40, allow_nan=False),
        apps,
        specs,
    ),
    max_size=25,
)


def happen(to, kind, number, seconds, app, spec):
    name = f"p{number}"
    uid = f"uid-{name}"
    running = [each for each in to.machine.sandboxes.values() if each.uid == uid and "app" in each.containers]
    runs = bool(running) and running[0].containers["app"].runs(to.machine.now)
    if kind == "run":
        to.run(seconds)
    elif kind == "add" and uid not in to.pods and uid not in to.machine.sandboxes:
        to.add(pod(name, app, **spec))
    elif kind == "delete" and uid in to.pods:
        to.delete(uid, int(seconds) % 7)
    elif kind == "forget" and uid in to.pods:
        del to.pods[uid]
        to.look(uid)
    elif kind in ("kill", "hang") and runs:
        to.machine = (kill_container if kind == "kill" else make_unwell)(to.machine, uid, "app")
    elif kind in ("reboot", "restart"):
        to.machine = (reboot if kind == "reboot" else restarted)(to.machine)
    elif kind in ("unplug", "plug"):
        to.registry = Registry().cut_off() if kind == "unplug" else Registry()


def check(of, before):
    addresses = [box.address for box in of.machine.sandboxes.values() if not box.over]
    assert len(set(addresses)) == len(addresses)
    assert set(of.machine.addresses.taken.values()) == {
        box.uid for box in of.machine.sandboxes.values() if not box.over
    }
    for uid, object in of.pods.items():
        status = object["status"]
        old = before.get(uid)
        if old is not None and old["phase"] in ("Succeeded", "Failed"):
            assert status["phase"] == old["phase"]  # a terminal phase is final
        for each in status.get("containerStatuses", ()):
            assert len(each["state"]) == 1
            assert not (each["ready"] and "running" not in each["state"])
        ready = [each["status"] for each in status.get("conditions", ()) if each["type"] == "Ready"]
        if ready == ["True"]:
            assert all(each["ready"] for each in status["containerStatuses"])
            assert status["phase"] == "Running"


@settings(max_examples=120, deadline=None)
@given(happenings)
def test_the_node_keeps_its_books_and_comes_to_what_was_asked_for(happens):
    of = node("busybox:1.37")
    for each in happens:
        before = {uid: object["status"] for uid, object in of.pods.items()}
        happen(of, *each)
        check(of, before)
    # Faults stop; all that is wanted runs, waits for its next try or is over, and all that is not has gone.
    of.registry = Registry()
    of.run(900)
    assert set(of.machine.sandboxes) <= set(of.pods)
    for object in of.pods.values():
        status = object["status"]
        for each in status["containerStatuses"]:
            (state,) = each["state"]
            reason = each["state"][state].get("reason")
            if status["phase"] not in ("Succeeded", "Failed"):
                assert state == "running" or reason in (
                    "CrashLoopBackOff", "ImagePullBackOff", "ErrImagePull", "InvalidImageName", "PodInitializing",
                    "Error", "Completed",
                )  # fmt: skip
    for uid in list(of.pods):
        of.delete(uid, 1)
    of.run(10)
    assert (of.pods, len(of.machine.sandboxes), len(of.machine.addresses.taken), len(of.machine.dues)) == ({}, 0, 0, 0)
