"""A container's root file system: the image's layers, an init layer with the places to mount on, and an upper layer.

While a container runs the union is mounted at /var/lib/docker/overlay2/ID/merged, and the kernel has its newest value;
otherwise the container has it. The layers' own directories below /var/lib/docker are names here, without files.
"""

from contextlib import suppress
from dataclasses import replace

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.references import put_superblock
from vlearn.sim.engine.container import Container
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.files.entries import filesystem_of
from vlearn.sim.files.overlay.overlay import Overlay, mount
from vlearn.sim.files.plain import Plain
from vlearn.sim.images.builder.union import union
from vlearn.sim.images.oci.image import Image

ROOT = "/var/lib/docker"
PLACES = ("dev", "dev/mqueue", "dev/shm", "etc", "proc", "sys")
FILES = (".dockerenv", "etc/hostname", "etc/hosts", "etc/resolv.conf")
INIT: Plain = filesystem_of(
    [
        *({"path": path, "type": "dir", "mode": 0o755} for path in PLACES),
        *({"path": path, "type": "file", "mode": 0o755 if path == ".dockerenv" else 0o644} for path in FILES),
    ]
)
"""What Docker puts between the image and the read-write layer: where runc mounts, so that `docker diff` is silent."""


def base_of(daemon: Daemon, image: Image) -> tuple[Plain, ...]:
    """The layers below a container's own, topmost first, shared by all containers of the image."""
    if image.id not in daemon.bases:
        daemon.bases[image.id] = (INIT, *union(daemon.engine.images.layers(image)).lowers)
    return daemon.bases[image.id]


def new_union(daemon: Daemon, image: Image) -> Overlay:
    """The layers under an empty upper one: nothing is copied."""
    return mount(base_of(daemon, image), Plain())


def merged(id: str) -> str:
    """Where a running container's root is on the host."""
    return f"{ROOT}/overlay2/{id}/merged"


def ensure(daemon: Daemon, path: str, mode: int = 0o755) -> None:
    """`mkdir -p` on the host."""
    made = ""
    for name in path.strip("/").split("/"):
        made += f"/{name}"
        with suppress(SystemCallFailed):
            daemon.host.mkdir(daemon.pid, made, mode)


def remove_tree(daemon: Daemon, path: str) -> None:
    """`rm -r` on the host; nothing happens if there is nothing."""
    host, pid = daemon.host, daemon.pid
    try:
        kind = host.stat(pid, path, follow=False).kind
    except SystemCallFailed:
        return
    if kind != "dir":
        host.unlink(pid, path)
        return
    for name in host.list(pid, path):
        remove_tree(daemon, f"{path}/{name}")
    host.rmdir(pid, path)


def mount_root(daemon: Daemon, container: Container) -> str:
    """Mount a container's union on the host; the path."""
    path = merged(container.id)
    ensure(daemon, path)
    number = daemon.host.mount_files(daemon.pid, container.files, path, type="overlay", source="overlay")
    shown = daemon.host.kernel.superblocks[number]
    layers = ":".join(f"{ROOT}/overlay2/l/{n}" for n in range(len(container.files.lowers)))
    own = f"{ROOT}/overlay2/{container.id}"
    options = (f"lowerdir={layers}", f"upperdir={own}/diff", f"workdir={own}/work")
    kernel = put_superblock(daemon.host.kernel, replace(shown, options=options))
    daemon.host.apply(kernel, "union", f"the union of {container.name} is mounted at {path}")
    daemon.set(container.id, superblock=number)
    return path


def unmount_root(daemon: Daemon, id: str) -> None:
    """Take the union off the host and keep its newest value with the container."""
    container = daemon.engine.containers[id]
    if container.superblock:
        files = files_of(daemon, container)
        daemon.host.umount(daemon.pid, merged(id), detach=True)
        daemon.set(id, files=files, superblock=0)


def files_of(daemon: Daemon, container: Container) -> Overlay:
    """The newest value of a container's union, mounted or not."""
    if not container.superblock:
        return container.files
    found = daemon.host.files(container.superblock)
    assert isinstance(found, Overlay)
    return found


def make_directories(files: Overlay, path: str, owner: tuple[int, int] = (0, 0)) -> Overlay:
    """With a directory and those above it, as far as they are missing. Raises Refusal where a file is in the way."""
    made: tuple[str, ...] = ()
    for name in filter(None, path.split("/")):
        made = (*made, name)
        kind = files.kind(made)
        if kind is None:
            files = files.mkdir(made, 0o755, *owner)
        elif kind not in ("dir", "symlink"):
            raise Refusal("ENOTDIR", f"/{'/'.join(made)} is no directory")
    return files
