"""overlay as a file system type: layers are directories that the caller can reach, named in the mount's options.

Lower layers are taken as they are at the moment of the mount. What is written goes to the upper directory too, where
it can be seen. Left out: changes that are made there behind the overlay's back (undefined in the real one as well).
"""

from collections.abc import Mapping

from vlearn.errors import ModelError
from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.processes import Path, Place, Process
from vlearn.sim.containers.union_layers import subtree
from vlearn.sim.containers.walk import walk_to_directory
from vlearn.sim.files.overlay.overlay import Overlay, mount
from vlearn.sim.files.plain import Plain

LAYERS = ("lowerdir", "upperdir", "workdir")


def overlay_of(kernel: Kernel, caller: Process, data: Mapping[str, str]) -> tuple[Overlay, tuple[int, Path] | None]:
    """The union that mount options describe, and where its upper layer is: a superblock and a path."""
    if not data.get("lowerdir"):
        raise Refusal("EINVAL", "an overlay needs lowerdir=, and upperdir= with workdir= to be writable")
    if bool(data.get("upperdir")) != bool(data.get("workdir")):
        raise Refusal("EINVAL", "upperdir= and workdir= come together")
    lowers = tuple(_layer(kernel, walk_to_directory(kernel, caller, path)) for path in data["lowerdir"].split(":"))
    rest = ",".join(f"{name}={value}" if value else name for name, value in data.items() if name not in LAYERS)
    upper, writes_to = None, None
    if data.get("upperdir"):
        at, work = (walk_to_directory(kernel, caller, data[name]) for name in ("upperdir", "workdir"))
        if at.mount != work.mount or at.path == work.path:
            raise Refusal("EINVAL", "upperdir and workdir are two directories of one mount")
        upper, writes_to = _layer(kernel, at), (kernel.mounts[at.mount].superblock, at.path)
    try:
        return mount(lowers, upper, rest), writes_to
    except ModelError as wrong:
        raise Refusal("EINVAL", str(wrong)) from wrong


def _layer(kernel: Kernel, place: Place) -> Plain:
    files = kernel.superblocks[kernel.mounts[place.mount].superblock].files
    if isinstance(files, Overlay):
        raise Refusal("EINVAL", "an overlay is no layer of another one in this kernel")
    if not isinstance(files, Plain):
        raise Refusal("EINVAL", "layers are directories of ordinary file systems")
    return subtree(files, place.path)
