"""Finding what a reference means: a name, an id, or an unambiguous beginning of one. Refusals are the daemon's."""

from typing import TYPE_CHECKING

from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.container import Container
from vlearn.sim.images.errors import InvalidReference
from vlearn.sim.images.oci.image import Image
from vlearn.sim.images.reference import reference as parsed

if TYPE_CHECKING:
    from vlearn.sim.engine.state import Engine, Network, Volume

HEXADECIMAL = frozenset("0123456789abcdef")


def find_container(engine: "Engine", reference: str) -> Container:
    """A container. DaemonError 404 if there is none, 400 if several ids begin so."""
    if reference in engine.containers:
        return engine.containers[reference]
    if (id := engine.names.get(reference.removeprefix("/"))) is not None:
        return engine.containers[id]
    found = [id for id in engine.containers if reference and id.startswith(reference)]
    if len(found) > 1:
        raise DaemonError(f"Multiple IDs found with provided prefix: {reference}", 400)
    if not found:
        raise DaemonError(f"No such container: {reference}", 404)
    return engine.containers[found[0]]


def find_network(engine: "Engine", reference: str) -> "Network":
    """A network, by name before id. DaemonError 404 if there is none."""
    named = next((one for one in engine.networks.values() if one.name == reference), None)
    if named is not None:
        return named
    found = [one for id, one in engine.networks.items() if reference and id.startswith(reference)]
    if len(found) > 1:
        raise DaemonError(f"network {reference} is ambiguous ({len(found)} matches found on ID prefix)", 400)
    if not found:
        raise DaemonError(f"network {reference} not found", 404)
    return found[0]


def find_volume(engine: "Engine", name: str) -> "Volume":
    """A volume. DaemonError 404 if there is none."""
    if name not in engine.volumes:
        raise DaemonError(f"get {name}: no such volume", 404)
    return engine.volumes[name]


def image_ids(engine: "Engine") -> dict[str, tuple[str, ...]]:
    """Every image of the machine by its id, with its full names; those without one are dangling."""
    found: dict[str, tuple[str, ...]] = {}
    images = engine.images
    for name in sorted(images.names):
        id = images.image(name).id
        found[id] = (*found.get(id, ()), name)
    for id in engine.unnamed:
        found.setdefault(id, ())
    return found


def find_image(engine: "Engine", reference: str) -> Image:
    """An image, by name or by id with or without `sha256:`. DaemonError 404, or 400 for what is no name."""
    full = full_name(reference)
    if full and full in engine.images.names:
        return engine.images.image(full)
    digits = reference.removeprefix("sha256:")
    if digits and HEXADECIMAL.issuperset(digits):
        found = [id for id in image_ids(engine) if id.removeprefix("sha256:").startswith(digits)]
        if len(found) > 1:
            raise DaemonError(f"No such image: {reference}: ambiguous: {len(found)} ids begin so", 400)
        if found:
            return image_of(engine, found[0])
    raise DaemonError(f"No such image: {_shown(reference)}", 404)


def image_of(engine: "Engine", id: str) -> Image:
    """The image of a whole id that the machine has."""
    name = next((name for name in engine.images.names if engine.images.image(name).id == id), None)
    return engine.images.image(name) if name else engine.images.of(engine.unnamed[id])


def full_name(reference: str) -> str:
    """A reference in full, such as docker.io/library/nginx:latest; "" for a whole id. DaemonError 400 for no name."""
    digits = reference.removeprefix("sha256:")
    if len(digits) == 64 and HEXADECIMAL.issuperset(digits):
        return ""
    try:
        return str(parsed(reference))
    except InvalidReference as wrong:
        text = str(wrong).partition(":")[0] if str(wrong).startswith("invalid reference format: '") else str(wrong)
        raise DaemonError(text, 400) from None


def _shown(reference: str) -> str:
    try:
        return parsed(reference).familiar
    except InvalidReference:
        return reference
