"""Small API objects for the tests of the scheduler."""


def node(name, cpu="4", memory="8Gi", pods="110", labels=None, taints=(), unschedulable=False, images=(), **resources):
    """A node; `images` are pairs of a name and a size."""
    allocatable = {"cpu": cpu, "memory": memory, "pods": pods, **resources}
    return {
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, **(labels or {})}},
        "spec": {"taints": list(taints), "unschedulable": unschedulable},
        "status": {
            "allocatable": allocatable,
            "images": [{"names": [image], "sizeBytes": size} for image, size in images],
        },
    }


def pod(name, cpu=None, memory=None, on=None, labels=None, owner=None, image="app:1", start=None, **spec):
    """A pod with one container; `on` is the node that it is on, `owner` the ReplicaSet that controls it."""
    requests = {key: amount for key, amount in (("cpu", cpu), ("memory", memory)) if amount is not None}
    container = {"name": "app", "image": image, "resources": {"requests": requests}}
    references = [{"kind": "ReplicaSet", "name": owner, "controller": True}] if owner else []
    return {
        "metadata": {"name": name, "namespace": "default", "labels": labels or {}, "ownerReferences": references},
        "spec": {"containers": [container], **({"nodeName": on} if on else {}), **spec},
        "status": {"startTime": start} if start else {},
    }


def taint(key, value="", effect="NoSchedule"):
    """A taint."""
    return {"key": key, "value": value, "effect": effect}
