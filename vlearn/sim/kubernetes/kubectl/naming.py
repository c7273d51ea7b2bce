"""What a command means by `pods`, `deploy/web`, `rs,svc` or `all`: resources and names of the API.

Source: k8s.io/cli-runtime, package `resource`, and the REST mapper of k8s.io/client-go.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from vlearn.sim.kubernetes.api.kinds import RESOURCES, Resource
from vlearn.sim.kubernetes.kubectl.errors import Fault

MISSING = (
    'You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported '
    "resources.\n"
)


def _order(resource: Resource) -> tuple[bool, str, str]:
    return bool(resource.group), resource.group, "".join(chr(255 - ord(each)) for each in resource.version)


# The core group first, then groups by name, as discovery lists them; of a group's versions the newest is preferred.
SERVED: tuple[Resource, ...] = tuple(
    each
    for each in sorted(RESOURCES, key=_order)
    if not any(other.qualified == each.qualified and other.version > each.version for other in RESOURCES)
)
CATEGORIES = frozenset(name for each in SERVED for name in each.categories)


@dataclass(frozen=True, slots=True)
class Asked:
    """A resource, and the names asked for; none means all objects of it."""

    resource: Resource
    names: tuple[str, ...] = ()


def resource_called(word: str) -> Resource:
    """The resource of a name, a singular, a short name, or with its group behind a dot. Raises Fault."""
    lower = word.lower()
    name, _, group = lower.partition(".")
    for each in SERVED:
        if lower in (each.name, each.singular, *each.short):
            return each
        group_fits = group in (each.group, f"{each.version}.{each.group}".rstrip("."))
        if group and name in (each.name, each.singular) and group_fits:
            return each
    raise Fault(f'the server doesn\'t have a resource type "{word}"')


def asked_for(words: Sequence[str]) -> tuple[list[Asked], bool]:
    """What arguments mean, and whether each names one object as TYPE/NAME. Raises Fault."""
    if any("/" in word for word in words):
        return [_single(word, words) for word in words], True
    types, names = words[0].split(","), tuple(words[1:])
    if not all(names):
        raise Fault("resource name may not be empty")
    resources = [resource for word in types for resource in expanded(word)]
    return [Asked(each, names) for each in resources], False


def expanded(word: str) -> list[Resource]:
    """The resources of a category such as `all`, or the one of a name."""
    if word in CATEGORIES:
        return [each for each in SERVED if word in each.categories]
    return [resource_called(word)]


def _single(word: str, words: Sequence[str]) -> Asked:
    parts = word.split("/")
    if len(parts) == 1:
        raise Fault(
            "there is no need to specify a resource type as a separate argument when passing arguments in "
            "resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource "
            "resource/<resource_name>'"
        )
    if len(parts) > 2:
        raise Fault("arguments in resource/name form may not have more than one slash")
    if not all(parts):
        raise Fault("arguments in resource/name form must have a single resource and name")
    return Asked(resource_called(parts[0]), (parts[1],))


def titled(resource: Resource, name: str) -> str:
    """As results name an object: pod/web-1, deployment.apps/web."""
    return f"{resource.singular}{f'.{resource.group}' if resource.group else ''}/{name}"
