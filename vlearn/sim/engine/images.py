"""Images of the daemon: tag, remove, commit, and what an image is to those that use it.

An image lives while it has a name, or a container, or another image above it that was built on it here. Blobs that no
image needs any more go with the last one.
"""

from collections.abc import Generator, Iterator
from dataclasses import replace
from json import dumps

from msgspec import structs

from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.container import Container
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.find import find_image, full_name, image_ids, image_of
from vlearn.sim.engine.state import Engine
from vlearn.sim.engine.storage import files_of
from vlearn.sim.engine.timestamps import timestamp
from vlearn.sim.engine.transfers import let_go
from vlearn.sim.images.builder.union import changes
from vlearn.sim.images.oci.documents import LAYER_GZIP, Descriptor, History, RootFS
from vlearn.sim.images.oci.image import Image, Images
from vlearn.sim.images.oci.layout import leads_to
from vlearn.sim.images.oci.write_tar import compressed, digest, tar_of
from vlearn.trace import Step

Removed = tuple[tuple[str, str], ...]


def put_images(daemon: Daemon, images: Images) -> None:
    """With these images."""
    daemon.engine = replace(daemon.engine, exchange=replace(daemon.engine.exchange, images=images))


def name_image(daemon: Daemon, name: str, descriptor: Descriptor) -> None:
    """Let a full name stand for an image; what it stood for before may be dangling now."""
    before = daemon.engine.images.names.get(name)
    put_images(daemon, daemon.engine.images.tag(name, descriptor))
    id = daemon.engine.images.of(descriptor).id
    if id in daemon.engine.unnamed:
        daemon.engine = replace(daemon.engine, unnamed=daemon.engine.unnamed.delete(id))
    if before is not None and before.digest != descriptor.digest:
        let_go(daemon, before)


def tag(daemon: Daemon, source: str, target: str) -> str:
    """`docker tag`; the new full name."""
    image, name = find_image(daemon.engine, source), full_name(target)
    if not name or "@" in name:
        raise DaemonError(f"refusing to create a tag with a digest reference: {target}", 400)
    name_image(daemon, name, image.descriptor)
    daemon.happened("image", "tag", image.id, name=name)
    return name


def remove_image(daemon: Daemon, reference: str, force: bool) -> Generator[Step[Engine], None, Removed]:
    """`docker rmi`: the name goes; the image too, if it was the last one and nothing uses it."""
    image = find_image(daemon.engine, reference)
    names = image_ids(daemon.engine)[image.id]
    name = full_name(reference)
    by_id = name not in names
    short = image.id[7:19]
    if by_id and len(names) > 1 and not force:
        text = f"unable to delete {short} (must be forced) - image is referenced in multiple repositories"
        raise DaemonError(f"conflict: {text}", 409)
    last = by_id or names == (name,)
    done: list[tuple[str, str]] = []
    if last:
        _check_unused(daemon, image, short if by_id else reference, force, by_id)
    for one in names if by_id else (name,):
        put_images(daemon, replace(daemon.engine.images, names=daemon.engine.images.names.delete(one)))
        done.append(("Untagged", one))
        daemon.happened("image", "untag", image.id, name=one)
        yield daemon.step("untagged", f"Untagged: {one}", image.id)
    if last:
        if any(one.image == image.id for one in daemon.engine.containers.values()):
            let_go(daemon, image.descriptor)
        else:
            unnamed = daemon.engine.unnamed
            if image.id in unnamed:
                daemon.engine = replace(daemon.engine, unnamed=unnamed.delete(image.id))
            sweep(daemon)
            daemon.bases.pop(image.id, None)
            done.append(("Deleted", image.id))
            daemon.happened("image", "delete", image.id, name=image.id)
            yield daemon.step("deleted", f"Deleted: {image.id}", image.id)
    return tuple(done)


def _check_unused(daemon: Daemon, image: Image, shown: str, force: bool, by_id: bool) -> None:
    for container in users(daemon.engine, image.id):
        running = container.state.running
        if not running and force:
            continue
        what = "running" if running else "stopped"
        hint = "cannot be forced" if running else "must be forced"
        if running and force and not by_id:
            continue  # the name goes, the image stays
        if by_id:
            text = f"unable to delete {shown} ({hint}) - image is being used by {what} container {container.short}"
        else:
            using = f"container {container.short} is using its referenced image {image.id[7:19]}"
            text = f'unable to remove repository reference "{shown}" (must force) - {using}'
        raise DaemonError(f"conflict: {text}", 409)


def users(engine: Engine, id: str) -> Iterator[Container]:
    """The containers of an image, the running ones first."""
    found = (one for one in engine.containers.values() if one.image == id)
    yield from sorted(found, key=lambda one: (not one.state.running, one.created, one.id))


def sweep(daemon: Daemon) -> int:
    """Drop the blobs that no image of the machine leads to; how many bytes."""
    images = daemon.engine.images
    kept: set[str] = set()
    todo = [*images.names.values(), *daemon.engine.unnamed.values()]
    todo += [layer.descriptor for built in daemon.engine.cache.values() for layer in built.layers]
    while todo:
        descriptor = todo.pop()
        if descriptor.digest in kept or descriptor.digest not in images.blobs:
            continue
        kept.add(descriptor.digest)
        if "manifest" in descriptor.media_type or "index" in descriptor.media_type:
            todo += leads_to(images.blobs[descriptor.digest], descriptor)
    blobs, freed = images.blobs, 0
    for one in images.blobs:
        if one not in kept:
            freed += len(images.blobs[one])
            blobs = blobs.delete(one)
    put_images(daemon, replace(images, blobs=blobs))
    return freed


def commit(daemon: Daemon, container: Container, name: str, message: str) -> Generator[Step[Engine], None, str]:
    """`docker commit`: the container's upper layer on top of its image's layers; the new image's id."""
    image = image_of(daemon.engine, container.image)
    tar = tar_of(changes(files_of(daemon, container)))
    blob = compressed(tar)
    before = image.configuration
    created = timestamp(daemon.engine, daemon.engine.now)
    history = History(created, " ".join(container.arguments), comment=message)
    made = structs.replace(
        before,
        created=created,
        rootfs=RootFS("layers", (*before.rootfs.diff_ids, digest(tar))),
        history=(*(before.history or ()), history),
    )
    images = daemon.engine.images
    layers = [(layer, images.blob(layer)) for layer in image.manifest.layers]
    layers.append((Descriptor(LAYER_GZIP, digest(blob), len(blob)), blob))
    images, descriptor = images.with_image("", made, layers)
    put_images(daemon, images)
    id = images.of(descriptor).id
    if name:
        name_image(daemon, full_name(name), descriptor)
    else:
        daemon.engine = replace(daemon.engine, unnamed=daemon.engine.unnamed.set(id, descriptor))
    daemon.container_event(container, "commit", comment=dumps(message) if message else "", imageID=id)
    yield daemon.step("layer-made", f"the upper layer of {container.name} is a layer of {len(tar)} bytes", container.id)
    return id
