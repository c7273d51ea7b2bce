"""Volumes: directories of the host that containers mount. They outlive containers, and hold no layer of a union."""

from dataclasses import replace
from posixpath import normpath

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.container import Attached, Container
from vlearn.sim.engine.daemon import Daemon
from vlearn.sim.engine.settings import Mount
from vlearn.sim.engine.state import Volume
from vlearn.sim.engine.storage import ensure, make_directories, remove_tree
from vlearn.sim.files.errno import Failure
from vlearn.sim.files.filesystem import Filesystem, Path
from vlearn.sim.files.overlay.overlay import Overlay
from vlearn.sim.files.walk import resolve

NAME = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-")


def make_volume(daemon: Daemon, name: str = "", labels: tuple[tuple[str, str], ...] = ()) -> Volume:
    """The volume of this name, made if there is none; without a name an anonymous one."""
    if name in daemon.engine.volumes:
        return daemon.engine.volumes[name]
    if len(name) == 1:
        short = "volume name is too short, names should be at least two alphanumeric characters"
        raise DaemonError(f"create {name}: {short}", 400)
    if name and (not NAME.issuperset(name) or not name[0].isalnum()):
        allowed = (
            'only "[a-zA-Z0-9][a-zA-Z0-9_.-]" are allowed. If you intended to pass a host directory, use absolute path'
        )
        wrong = f'"{name}" includes invalid characters for a local volume name, {allowed}'
        raise DaemonError(f"create {name}: {wrong}", 400)
    made = Volume(name or daemon.new_id(), daemon.now, not name, labels)
    daemon.engine = replace(daemon.engine, volumes=daemon.engine.volumes.set(made.name, made))
    ensure(daemon, made.path)
    daemon.happened("volume", "create", made.name, driver="local")
    return made


def drop_volume(daemon: Daemon, name: str) -> None:
    """The volume is gone, with its files. DaemonError 409 if a container has it, running or not."""
    users = [one.id for one in daemon.engine.containers.values() if name in (at.name for at in one.mounts)]
    if users:
        raise DaemonError(f"remove {name}: volume is in use - [{', '.join(sorted(users))}]", 409)
    volume = daemon.engine.volumes[name]
    remove_tree(daemon, volume.path.removesuffix("/_data"))
    daemon.engine = replace(daemon.engine, volumes=daemon.engine.volumes.delete(name))
    daemon.happened("volume", "destroy", name, driver="local")


def attach(daemon: Daemon, asked: tuple[Mount, ...], declared: tuple[str, ...]) -> tuple[Attached, ...]:
    """The mounts of a new container: those asked for, and an anonymous volume for each other VOLUME of the image."""
    wanted: dict[str, Mount] = {}
    for one in asked:
        target = _target(one)
        if target in wanted:
            raise DaemonError(f"Duplicate mount point: {target}", 400)
        wanted[target] = one
    for path in sorted(declared):
        wanted.setdefault(normpath(path), Mount("volume", "", path))
    return tuple(_attached(daemon, one, target) for target, one in wanted.items())


def _target(one: Mount) -> str:
    if not one.target.startswith("/"):
        wrong = f"invalid mount path: '{one.target}' mount path must be absolute"
        raise DaemonError(f'invalid mount config for type "{one.kind}": {wrong}', 400)
    target = normpath(one.target).replace("//", "/")
    if target == "/":
        wrong = "invalid mount config: invalid specification: destination can't be '/'"
        raise DaemonError(f"invalid volume specification: '{one.source}:/': {wrong}", 400)
    return target


def _attached(daemon: Daemon, one: Mount, target: str) -> Attached:
    if one.kind == "tmpfs":
        return Attached("tmpfs", "", "", target, one.read_only, options=one.options)
    if one.kind == "volume":
        volume = make_volume(daemon, one.source)
        return Attached(
            "volume", volume.name, volume.path, target, one.read_only, anonymous=not one.source, copy=one.copy
        )
    if not one.source.startswith("/"):
        raise DaemonError(
            f"invalid mount config for type \"bind\": invalid mount path: '{one.source}' mount path must be absolute",
            400,
        )
    source = normpath(one.source)
    try:
        daemon.host.stat(daemon.pid, source)
    except SystemCallFailed:
        if not one.create:
            text = f'invalid mount config for type "bind": bind source path does not exist: {one.source}'
            raise DaemonError(text, 400) from None
        ensure(daemon, source)
    return Attached("bind", "", source, target, one.read_only)


def prepare(daemon: Daemon, container: Container, files: Overlay) -> tuple[Overlay, tuple[Attached, ...]]:
    """Before a start: the places to mount on, and for an empty volume a copy of what the image has there.

    The mounts come back with their real targets, behind the symlinks of the image.
    """
    resolved = []
    for at in container.mounts:
        path = place_of(files, at.target)
        is_file = at.kind == "bind" and daemon.host.stat(daemon.pid, at.source).kind != "dir"
        if files.kind(path) is None:
            files = make_directories(files, "/".join(path[:-1] if is_file else path))
            files = files.create(path) if is_file else files
        elif at.kind == "volume" and at.copy and not daemon.host.list(daemon.pid, at.source):
            _copy_up(daemon, files, path, at.source)
        resolved.append(replace(at, target="/" + "/".join(path)))
    return files, tuple(resolved)


def place_of(files: Filesystem, text: str) -> Path:
    """The resolved path of a text, of whose components the last ones may be missing."""
    try:
        return resolve(files, text)
    except Failure:
        head, _, name = text.rstrip("/").rpartition("/")
        return (*place_of(files, head or "/"), name)


def _copy_up(daemon: Daemon, files: Filesystem, path: Path, to: str) -> None:
    """Files of the image, with owners and modes, into a volume that is new."""
    host, pid = daemon.host, daemon.pid
    status = files.stat(path)
    if status.kind == "dir":
        host.chmod(pid, to, status.mode)
        host.chown(pid, to, status.uid, status.gid)
        for name in files.entries(path):
            child, target = (*path, name), f"{to}/{name}"
            kind = files.stat(child).kind
            if kind == "dir":
                host.mkdir(pid, target)
                _copy_up(daemon, files, child, target)
            elif kind == "symlink":
                host.symlink(pid, files.readlink(child), target)
            else:
                _copy_up(daemon, files, child, target)
        return
    if status.kind == "file":
        host.write_file(pid, to, files.read(path))
        host.chmod(pid, to, status.mode)
        host.chown(pid, to, status.uid, status.gid)
