"""Which resource, namespace, object and subresource a path means."""

from dataclasses import dataclass

from vlearn.sim.kubernetes.api.kinds import BY_PATH, Resource
from vlearn.sim.kubernetes.api.status import no_such_resource
from vlearn.sim.kubernetes.store import Key


@dataclass(frozen=True, slots=True)
class Target:
    """What a request is about. No name: the collection; no namespace: all of them, or none."""

    resource: Resource
    namespace: str = ""
    name: str = ""
    subresource: str = ""

    @property
    def key(self) -> Key:
        """Where the object is in the store."""
        return Key(self.resource.qualified, self.namespace if self.resource.namespaced else "", self.name)

    def called(self, name: str) -> "Target":
        """Another object of the same collection."""
        return Target(self.resource, self.namespace, name, self.subresource)


def target(path: str) -> Target:
    """What a path means. Raises StatusError where it means nothing."""
    match [part for part in path.split("/") if part]:
        case ["api", version, *rest]:
            group = ""
        case ["apis", group, version, *rest]:
            pass
        case _:
            raise no_such_resource()
    namespace = ""
    if len(rest) > 2 and rest[0] == "namespaces" and (group, version, rest[2]) in BY_PATH:
        namespace, rest = rest[1], rest[2:]
    if not rest or len(rest) > 3:
        raise no_such_resource()
    resource = BY_PATH.get((group, version, rest[0]))
    name, subresource = (*rest[1:], "", "")[:2]
    known = resource is not None and (not subresource or subresource in resource.subresources)
    if resource is None or not known or (namespace and not resource.namespaced):
        raise no_such_resource()
    if resource.namespaced and name and not namespace:
        raise no_such_resource()
    return Target(resource, namespace, name, subresource)
