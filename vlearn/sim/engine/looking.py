"""What `docker logs` and `docker diff` show: what a container printed, and what it changed in its files."""

from vlearn.sim.engine.container import Container
from vlearn.sim.engine.state import Engine
from vlearn.sim.files.overlay.marks import is_opaque, is_whiteout
from vlearn.sim.files.overlay.overlay import Overlay


def logs(container: Container, *descriptors: int) -> str:
    """What its main processes printed, on standard output (1), error (2) or both, in order."""
    wanted = descriptors or (1, 2)
    return b"".join(said.content for said in container.log if said.descriptor in wanted).decode("utf-8", "replace")


def files(engine: Engine, container: Container) -> Overlay:
    """The union as it is now."""
    if not container.superblock:
        return container.files
    found = engine.kernel.superblocks[container.superblock].files
    assert isinstance(found, Overlay)
    return found


def changes(engine: Engine, container: Container) -> tuple[tuple[str, str], ...]:
    """`docker diff`, read off the upper layer: whiteouts are D, what is below too is C, the rest is A."""
    union = files(engine, container)
    upper = union.upper
    assert upper is not None
    found: list[tuple[str, str]] = []
    todo: list[tuple[str, ...]] = [()]
    while todo:
        folder = todo.pop()
        for name in sorted(upper.entries(folder), reverse=True):
            path = (*folder, name)
            inode = upper.inodes[upper.stat(path).ino]
            below = any(_there(union, n, path) for n in range(len(union.lowers)))
            if is_whiteout(inode):
                found.append(("D", "/" + "/".join(path)))
                continue
            found.append(("C" if below else "A", "/" + "/".join(path)))
            if inode.kind == "dir":
                todo.append(path)
                found += [("D", "/" + "/".join(gone)) for gone in _hidden(union, path)] if is_opaque(inode) else []
    return tuple(sorted(found, key=lambda change: change[1].split("/")))


def _there(union: Overlay, number: int, path: tuple[str, ...]) -> bool:
    """Whether a lower layer shows something at a path, nothing above it hiding that."""
    for n, layer in enumerate(union.lowers[: number + 1]):
        kind = layer.kind(path)
        if kind is not None:
            return n == number and not is_whiteout(layer.inodes[layer.stat(path).ino])
    return False


def _hidden(union: Overlay, path: tuple[str, ...]) -> list[tuple[str, ...]]:
    """What an opaque directory hides and does not have again."""
    assert union.upper is not None
    below = {name for layer in union.lowers if layer.kind(path) == "dir" for name in layer.entries(path)}
    return [(*path, name) for name in sorted(below - set(union.upper.entries(path)))]
