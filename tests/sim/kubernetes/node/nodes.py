"""A node with one kubelet and the API's objects, for tests: pods in, a log of what happened out."""

from dataclasses import dataclass, field

from vlearn.sim.kubernetes.api.defaulting.pod import pod as defaulted
from vlearn.sim.kubernetes.api.moments import timestamp
from vlearn.sim.kubernetes.api.qos import qos_class
from vlearn.sim.kubernetes.api.tables.pods import pod_cells
from vlearn.sim.kubernetes.node import Machine, Registry, due, due_pods, run_until, stop_pod, sync_pod

START = 1_700_000_000.0


def container(name="app", image="nginx:1.29", **more):
    return {"name": name, "image": image, **more}


def shell(script, name="app", **more):
    return container(name, "busybox:1.37", command=["sh", "-c", script], **more)


def pod(name="web", *containers, **spec):
    given = {"metadata": {"name": name, "namespace": "default", "uid": f"uid-{name}"}}
    made = defaulted({**given, "spec": {"containers": list(containers) or [container()], **spec}})
    status = {"phase": "Pending", "qosClass": qos_class(made)}
    return {"apiVersion": "v1", "kind": "Pod", **made, "status": status}


@dataclass
class Node:
    """What the loop of a cluster does for one node, and a clock that starts at 0."""

    machine: Machine
    registry: Registry = field(default_factory=Registry)
    pods: dict = field(default_factory=dict)
    told: list = field(default_factory=list)
    phases: list = field(default_factory=list)
    node: dict | None = None

    @property
    def now(self):
        return self.machine.now - START

    def add(self, *pods):
        for each in pods:
            self.pods[each["metadata"]["uid"]] = each
            self.look(each["metadata"]["uid"])
        return self

    def delete(self, uid, grace=30):
        object = self.pods[uid]
        end = timestamp(self.machine.now + grace)
        metadata = {**object["metadata"], "deletionTimestamp": end, "deletionGracePeriodSeconds": grace}
        self.pods[uid] = {**object, "metadata": metadata}
        self.look(uid)
        return self

    def look(self, uid, at=None):
        now = self.machine.now if at is None else at
        if uid not in self.pods:
            self.machine = stop_pod(self.machine, uid, now)
            return
        done = sync_pod(self.machine, self.pods[uid], now, self.registry, self.node)
        self.machine = done.machine
        if done.status is not None:
            self.pods[uid] = {**self.pods[uid], "status": done.status}
        shown = show(self.pods[uid])
        if not self.phases or self.phases[-1][1:] != (self.pods[uid]["metadata"]["name"], shown):
            self.phases.append((self.now, self.pods[uid]["metadata"]["name"], shown))
        self.told += [(self.now, each.reason, each.message) for each in done.told]
        if done.removed:
            del self.pods[uid]

    def run(self, seconds):
        """Let time pass; the kubelet looks whenever it wants to."""
        end = self.machine.now + seconds
        for _ in range(10_000):
            at = due(self.machine)
            if at is None or at > end:
                break
            for uid in due_pods(self.machine, at):
                self.look(uid, at)
        else:
            raise AssertionError("the kubelet never comes to rest")
        self.machine = run_until(self.machine, end)
        return self

    def status(self, name="web"):
        return self.pods[f"uid-{name}"]["status"]

    def container(self, name="web", container="app"):
        status = self.status(name)
        both = [*status.get("initContainerStatuses", ()), *status["containerStatuses"]]
        return next(each for each in both if each["name"] == container)

    def reasons(self):
        return [reason for _, reason, _ in self.told]


def show(pod):
    """As kubectl's column STATUS."""
    return pod_cells({**pod, "metadata": {**pod["metadata"], "creationTimestamp": None}}, 0.0)[2]


def node(*images, **settings):
    return Node(Machine("worker", now=START).with_images(*images), **settings)
