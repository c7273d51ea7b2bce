"""Objects for the tests of a whole cluster, a client that changes them, and what the tests look for in a cluster."""

from vlearn.sim.kubernetes.api.pods import is_active, is_available, is_terminal
from vlearn.sim.kubernetes.apiserver import Request
from vlearn.sim.kubernetes.cluster.kubelets import power
from vlearn.sim.kubernetes.node import Image, Program

APPS, CORE, BATCH = "/apis/apps/v1/namespaces/default", "/api/v1", "/apis/batch/v1/namespaces/default"
PODS = f"{CORE}/namespaces/default/pods"
FAILS = Image(Program(exits=1.0, code=1), pull=0.5)
ENDS = Image(Program(exits=5.0), pull=0.5)
SLOW = Image(Program(), pull=40.0)


def container(image="nginx", cpu="", **more):
    asked = {"resources": {"requests": {"cpu": cpu}}} if cpu else {}
    return {"name": "app", "image": image, **asked, **more}


def template(labels, image="nginx", cpu="", **spec):
    return {"metadata": {"labels": labels}, "spec": {"containers": [container(image, cpu)], **spec}}


def pod(name, image="nginx", cpu="", labels=None, **spec):
    metadata = {"name": name, "namespace": "default", **({"labels": labels} if labels else {})}
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {"containers": [container(image, cpu)], **spec},
    }


def _workload(kind, name, spec, version="apps/v1"):
    return {"apiVersion": version, "kind": kind, "metadata": {"name": name, "namespace": "default"}, "spec": spec}


def _selecting(kind, name, image, cpu, spec):
    labels = {"app": name}
    inner = spec.pop("inner", {})
    own = {"selector": {"matchLabels": labels}, "template": template(labels, image, cpu, **inner)}
    return _workload(kind, name, {**own, **spec})


def deployment(name="web", replicas=4, image="nginx", cpu="", **spec):
    return _selecting("Deployment", name, image, cpu, {"replicas": replicas, **spec})


def replica_set(name="web", replicas=3, image="nginx", cpu="", **spec):
    return _selecting("ReplicaSet", name, image, cpu, {"replicas": replicas, **spec})


def stateful_set(name="db", replicas=3, image="redis", cpu="", **spec):
    return _selecting("StatefulSet", name, image, cpu, {"replicas": replicas, "serviceName": name, **spec})


def daemon_set(name="agent", image="nginx", **spec):
    return _selecting("DaemonSet", name, image, "", spec)


def job(name="sum", image="busybox", completions=1, parallelism=1, policy="Never", **spec):
    inner = {"spec": {"restartPolicy": policy, "containers": [container(image)]}}
    spec = {"completions": completions, "parallelism": parallelism, "template": inner, **spec}
    return _workload("Job", name, spec, "batch/v1")


def cron_job(name="tick", schedule="*/1 * * * *", image="busybox", **spec):
    inner = {"spec": {"template": job(image=image)["spec"]["template"]}}
    return _workload("CronJob", name, {"schedule": schedule, "jobTemplate": inner, **spec}, "batch/v1")


def rolling(surge, unavailable):
    return {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": surge, "maxUnavailable": unavailable}}


def asked(cluster, method, path, body=None, expected=(200, 201), kind="application/merge-patch+json"):
    """The cluster after a request that is to succeed."""
    content = kind if method == "PATCH" else "application/json"
    cluster, response = cluster.ask(Request(method, path, body=body, content_type=content))
    assert response.status in expected, response.body
    return cluster


def patched(cluster, path, body):
    return asked(cluster, "PATCH", path, body)


def with_spec(cluster, name="web", kind="deployments", **spec):
    """The cluster in which a client has changed an object of group apps."""
    return patched(cluster, f"{APPS}/{kind}/{name}", {"spec": spec})


def with_template(cluster, image, name="web", kind="deployments"):
    return with_spec(cluster, name, kind, template={"spec": {"containers": [container(image)]}})


def deleted(cluster, path, **options):
    return asked(cluster, "DELETE", path, options or None, (200, 202))


def names(cluster, resource="pods"):
    return [each["metadata"]["name"] for each in cluster.objects(resource)]


def live(cluster, app=None):
    """The pods that count as a controller counts them: not ended, and not on their way out."""
    found = [each for each in cluster.objects("pods") if is_active(each)]
    return [each for each in found if app is None or (each["metadata"].get("labels") or {}).get("app") == app]


def available(cluster, app=None):
    return [each for each in live(cluster, app) if is_available(each, 0, cluster.now)]


def places(cluster, app=None):
    return sorted(each["spec"].get("nodeName", "") for each in live(cluster, app))


def sizes(cluster, status=False):
    """The replica sets by the image of their template, and how many pods each is to have."""
    return {
        each["spec"]["template"]["spec"]["containers"][0]["image"]: each["spec"]["replicas"]
        for each in cluster.objects("replicasets.apps")
    }


def status(cluster, resource, name):
    return cluster.get(resource, name)["status"]


def reasons(cluster, name=None):
    """The reasons of the events about an object, or about all."""
    return [each["reason"] for each in cluster.objects("events") if name in (None, each["involvedObject"]["name"])]


def running(cluster, node):
    """The names of the pods of which a container really runs on a node."""
    if power(node) in cluster.down:
        return []
    boxes = cluster.machines[node].sandboxes.values()
    return sorted(box.name for box in boxes if any(each.runs(cluster.now) for each in box.containers.values()))


def ended(cluster):
    return [each["metadata"]["name"] for each in cluster.objects("pods") if is_terminal(each)]
