"""`docker cp`: a file from a container to the machine's directory, or the other way; no directories as yet."""

from collections.abc import Mapping
from posixpath import basename

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.engine.command_line.errors import ClientError, NotModelled
from vlearn.sim.engine.command_line.invocation import Handler, Invocation
from vlearn.sim.engine.command_line.quantities import decimal_size
from vlearn.sim.engine.find import find_container


def copy(call: Invocation) -> None:
    """`docker cp`: one file, between a container and the machine's directory; not yet a whole directory."""
    source, target = call.arguments
    from_name, from_path = _container_path(source)
    to_name, to_path = _container_path(target)
    if from_name and to_name:
        raise ClientError("copying between containers is not supported")
    if not from_name and not to_name:
        raise ClientError("must specify at least one container source")
    name, inside = (from_name, from_path) if from_name else (to_name, to_path)
    container = find_container(call.engine, name)
    if not container.state.running:
        raise NotModelled("docker cp with a container that does not run")
    host, pid = call.docker.host, container.state.pid
    inside = inside if inside.startswith("/") else f"/{inside}"
    try:
        if from_name:
            if host.stat(pid, inside).kind == "dir":
                raise NotModelled("docker cp of a directory")
            content, mode = host.read_file(pid, inside), host.stat(pid, inside).mode
            path = f"{to_path.rstrip('/')}/{basename(inside)}" if call.place.kind(to_path) == "dir" else to_path
            call.place.write(path, content, mode)
            what = f"Successfully copied {decimal_size(len(content))} to {call.place.absolute(path)}"
        else:
            if call.place.kind(from_path) == "dir":
                raise NotModelled("docker cp of a directory")
            content = call.place.read(from_path)
            folder = inside.endswith("/") or _is_folder(call, pid, inside)
            path = f"{inside.rstrip('/')}/{basename(from_path)}" if folder else inside
            host.write_file(pid, path, content)
            what = f"Successfully copied {decimal_size(len(content))} to {name}:{to_path}"
    except SystemCallFailed as failed:
        if failed.name == "ENOENT":
            raise ClientError(
                f"Error response from daemon: Could not find the file {inside} in container {name}"
            ) from None
        raise ClientError(f"Error response from daemon: {(failed.strerror or '').lower()}") from None
    if not call.given.has("quiet"):
        call.to.err(what)


def _container_path(text: str) -> tuple[str, str]:
    name, colon, path = text.partition(":")
    return (name, path) if colon and not text.startswith(("/", ".")) else ("", text)


def _is_folder(call: Invocation, pid: int, path: str) -> bool:
    try:
        return call.docker.host.stat(pid, path).kind == "dir"
    except SystemCallFailed:
        return False


HANDLERS: Mapping[str, Handler] = {"cp": copy}
