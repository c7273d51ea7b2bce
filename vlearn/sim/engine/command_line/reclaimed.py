"""How many bytes a prune has freed: what is there no more of containers' own layers and of blobs."""

from vlearn.sim.engine.looking import files
from vlearn.sim.engine.state import Engine
from vlearn.sim.images.reference import reference


def written(engine: Engine, id: str) -> int:
    """Bytes of the files in a container's read-write layer."""
    upper = files(engine, engine.containers[id]).upper
    assert upper is not None
    return sum(len(inode.content) for inode in upper.inodes.values() if inode.kind == "file")


def image_line(line: str) -> str:
    """`untagged: docker.io/library/nginx:latest` with the name as docker prints it."""
    what, _, name = line.partition(": ")
    return line if name.startswith("sha256:") else f"{what}: {reference(name).familiar}"


def reclaimed(before: Engine, after: Engine) -> int:
    """Bytes of the containers and blobs that were there before and are not there now."""
    gone = sum(written(before, id) for id in before.containers if id not in after.containers)
    blobs = before.images.blobs
    return gone + sum(len(blob) for digest, blob in blobs.items() if digest not in after.images.blobs)
