"""The resources that the API serves, in one table: what each is called, where it lives, what its object can do."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of object and the name of its collection in a path.

    `subresources` are those below an object. `generation`: changes of the spec are counted. `returned` says that
    deleting answers with the object, not with a mere Status. `shape` names the structure of an older version, which the
    store does not keep.
    """

    group: str
    version: str
    name: str
    kind: str
    namespaced: bool = True
    short: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    subresources: tuple[str, ...] = ()
    generation: bool = False
    returned: bool = False
    shape: str = ""

    @property
    def api_version(self) -> str:
        """As it stands in an object: v1, apps/v1."""
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def structure(self) -> str:
        """What api/schema calls the fields of its objects."""
        return self.shape or self.kind

    @property
    def singular(self) -> str:
        """The kind in lower case."""
        return self.kind.lower()

    @property
    def qualified(self) -> str:
        """As messages name it: pods, deployments.apps."""
        return f"{self.name}.{self.group}" if self.group else self.name

    @property
    def qualified_kind(self) -> str:
        """As messages on invalid objects name it: Pod, Deployment.apps."""
        return f"{self.kind}.{self.group}" if self.group else self.kind


_STATUS = ("status",)
_SCALED = ("scale", "status")
_ALL = ("all",)

RESOURCES: tuple[Resource, ...] = (
    Resource("", "v1", "namespaces", "Namespace", False, ("ns",), (), ("finalize", "status"), returned=True),
    Resource("", "v1", "nodes", "Node", False, ("no",), (), _STATUS),
    Resource("", "v1", "persistentvolumes", "PersistentVolume", False, ("pv",), (), _STATUS, returned=True),
    Resource(
        "", "v1", "pods", "Pod", True, ("po",), _ALL, ("binding", "eviction", "log", "status"), True, returned=True
    ),
    Resource("", "v1", "services", "Service", True, ("svc",), _ALL, _STATUS, returned=True),
    Resource("", "v1", "configmaps", "ConfigMap", True, ("cm",)),
    Resource("", "v1", "secrets", "Secret"),
    Resource("", "v1", "serviceaccounts", "ServiceAccount", True, ("sa",), returned=True),
    Resource("", "v1", "endpoints", "Endpoints", True, ("ep",)),
    Resource("", "v1", "events", "Event", True, ("ev",)),
    Resource("", "v1", "resourcequotas", "ResourceQuota", True, ("quota",), (), _STATUS, returned=True),
    Resource("", "v1", "limitranges", "LimitRange", True, ("limits",)),
    Resource("", "v1", "persistentvolumeclaims", "PersistentVolumeClaim", True, ("pvc",), (), _STATUS, returned=True),
    Resource("apps", "v1", "deployments", "Deployment", True, ("deploy",), _ALL, _SCALED, True),
    Resource("apps", "v1", "replicasets", "ReplicaSet", True, ("rs",), _ALL, _SCALED, True),
    Resource("apps", "v1", "statefulsets", "StatefulSet", True, ("sts",), _ALL, _SCALED, True),
    Resource("apps", "v1", "daemonsets", "DaemonSet", True, ("ds",), _ALL, _STATUS, True),
    Resource("apps", "v1", "controllerrevisions", "ControllerRevision"),
    Resource("batch", "v1", "jobs", "Job", True, (), _ALL, _STATUS, True),
    Resource("batch", "v1", "cronjobs", "CronJob", True, ("cj",), _ALL, _STATUS, True),
    Resource(
        "autoscaling",
        "v1",
        "horizontalpodautoscalers",
        "HorizontalPodAutoscaler",
        True,
        ("hpa",),
        _ALL,
        _STATUS,
        shape="HorizontalPodAutoscalerV1",
    ),
    Resource("autoscaling", "v2", "horizontalpodautoscalers", "HorizontalPodAutoscaler", True, ("hpa",), _ALL, _STATUS),
    Resource("policy", "v1", "poddisruptionbudgets", "PodDisruptionBudget", True, ("pdb",), (), _STATUS, True),
    Resource("discovery.k8s.io", "v1", "endpointslices", "EndpointSlice"),
    Resource("scheduling.k8s.io", "v1", "priorityclasses", "PriorityClass", False, ("pc",)),
    Resource("storage.k8s.io", "v1", "storageclasses", "StorageClass", False, ("sc",)),
    Resource("coordination.k8s.io", "v1", "leases", "Lease"),
)

BY_PATH: Mapping[tuple[str, str, str], Resource] = {(each.group, each.version, each.name): each for each in RESOURCES}
BY_KIND: Mapping[tuple[str, str], Resource] = {(each.api_version, each.kind): each for each in RESOURCES}

NAMESPACES = BY_KIND["v1", "Namespace"]
PODS = BY_KIND["v1", "Pod"]
REVIEWS: tuple[Resource, ...] = (
    Resource("authentication.k8s.io", "v1", "selfsubjectreviews", "SelfSubjectReview", False),
    Resource("authorization.k8s.io", "v1", "selfsubjectaccessreviews", "SelfSubjectAccessReview", False),
    Resource("authorization.k8s.io", "v1", "selfsubjectrulesreviews", "SelfSubjectRulesReview", False),
)
"""Questions that are created, answered and forgotten."""

SCALE = Resource("autoscaling", "v1", "scales", "Scale")
EVICTION = Resource("policy", "v1", "evictions", "Eviction")
BINDING = Resource("", "v1", "bindings", "Binding")
DELETE_OPTIONS = Resource("", "v1", "deleteoptions", "DeleteOptions")
