"""What a new mount shows: for each type of file system a new superblock, or the one that its namespace already has."""

from collections.abc import Mapping
from dataclasses import replace

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.authority import host_gid, host_uid, require
from vlearn.sim.containers.calls import Mount
from vlearn.sim.containers.file_systems import TYPES
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.mount_table import Superblock
from vlearn.sim.containers.namespaces import CgroupNamespace, IpcNamespace
from vlearn.sim.containers.processes import Path, Process
from vlearn.sim.containers.references import put_namespace, put_superblock
from vlearn.sim.containers.union import overlay_of
from vlearn.sim.files.filesystem import Filesystem
from vlearn.sim.files.plain import Plain

UNITS = {"k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
HALF_OF_MEMORY = 2


def new_superblock(kernel: Kernel, caller: Process, call: Mount) -> tuple[Kernel, int, Path]:
    """The superblock to mount and the root within it. ENODEV for an unknown type, EPERM for who may not."""
    kind = TYPES.get(call.type)
    if kind is None or call.type == "nsfs":
        raise Refusal("ENODEV", f"there is no file system type {call.type!r}; there are {', '.join(TYPES)}")
    user = caller.credentials.user
    if not kind.in_user_namespaces:
        require(kernel, caller, kernel.first("user"), "CAP_SYS_ADMIN")
    governing = caller.namespaces.get(kind.governed_by)
    if kind.governed_by != "mnt":
        require(kernel, caller, kernel.namespaces[governing].owner, "CAP_SYS_ADMIN")
    data = _parsed(call.data)
    read_only = ("ro",) if "RDONLY" in call.flags else ()
    match call.type:
        case "mqueue":
            return *_mqueue(kernel, governing), ()
        case "cgroup" | "cgroup2":
            return *_cgroup(kernel, caller, call), ()
        case "proc" | "sysfs":
            return *add(kernel, Superblock(0, call.type, user, of=governing, options=read_only)), ()
        case "tmpfs" | "ramfs":
            files, shown = _tmpfs(kernel, caller, data)
            return *add(kernel, Superblock(0, call.type, user, files, options=(*read_only, *shown))), ()
        case "overlay":
            union, writes_to = overlay_of(kernel, caller, data)
            made = Superblock(0, "overlay", user, union, options=(*read_only, *_words(data)), writes_to=writes_to)
            return *add(kernel, made), ()
    raise Refusal("ENXIO", f"{call.source} is no block device with a file system of type {call.type}")


def add(kernel: Kernel, superblock: Superblock) -> tuple[Kernel, int]:
    """The kernel with a superblock under the next number."""
    number = kernel.next_superblock
    kernel = replace(kernel, next_superblock=number + 1)
    return put_superblock(kernel, replace(superblock, number=number)), number


def size_of(text: str, pages: int) -> int:
    """Bytes of a tmpfs: a number with k, m or g, or a percentage of the machine's memory. EINVAL for anything else."""
    number, unit = (text[:-1], text[-1].lower()) if text[-1:].lower() in ("k", "m", "g", "%") else (text, "")
    if not number.isdigit():
        raise Refusal("EINVAL", f"size={text} is no size")
    return int(number) * pages * 4096 // 100 if unit == "%" else int(number) * UNITS.get(unit, 1)


def _tmpfs(kernel: Kernel, caller: Process, data: Mapping[str, str]) -> tuple[Filesystem, tuple[str, ...]]:
    """An empty file system; without a size it may take half of the memory."""
    if unknown := data.keys() - {"size", "mode", "uid", "gid", "nr_inodes"}:
        raise Refusal("EINVAL", f"tmpfs has no option {sorted(unknown)[0]}")
    pages = kernel.cgroups.machine.pages
    size = size_of(data["size"], pages) if "size" in data else pages * 4096 // HALF_OF_MEMORY
    if not set(data.get("mode", "1777")) <= set("01234567"):
        raise Refusal("EINVAL", f"mode={data['mode']} is not octal")
    files = Plain.sized(size) if size else Plain()
    files = files.chmod((), int(data.get("mode", "1777"), 8) & 0o7777)
    own = caller.credentials
    uid = host_uid(kernel, caller, int(data["uid"])) if data.get("uid", "").isdigit() else own.euid
    gid = host_gid(kernel, caller, int(data["gid"])) if data.get("gid", "").isdigit() else own.egid
    return files.chown((), uid, gid), (f"size={size // 1024}k",) if "size" in data else ()


def _mqueue(kernel: Kernel, number: int) -> tuple[Kernel, int]:
    """Every mount within an ipc namespace shows the same queues."""
    space = kernel.namespace(number, IpcNamespace)
    if space.mqueue:
        return kernel, space.mqueue
    files = Plain().chmod((), 0o1777)
    kernel, made = add(kernel, Superblock(0, "mqueue", space.owner, files, of=number, kept=True))
    return put_namespace(kernel, replace(space, mqueue=made)), made


def _cgroup(kernel: Kernel, caller: Process, call: Mount) -> tuple[Kernel, int]:
    """A hierarchy, from the root of the caller's cgroup namespace down."""
    version = 2 if call.type == "cgroup2" else 1
    trees = [tree for tree in kernel.cgroups.hierarchies.values() if tree.version == version]
    wanted = [tree for tree in trees if version == 2 or tree.name in call.data.split(",")]
    if not wanted:
        raise Refusal("EINVAL", f"this machine has no {call.type} hierarchy {call.data!r}")
    space = kernel.namespace(caller.namespaces.cgroup, CgroupNamespace)
    root = space.roots.get(wanted[0].name, ())
    return add(kernel, Superblock(0, call.type, space.owner, of=space.number, options=(wanted[0].name, *root)))


def _parsed(data: str) -> dict[str, str]:
    words = (word.partition("=") for word in data.split(",") if word)
    return {name: value for name, _, value in words}


def _words(data: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(f"{name}={value}" if value else name for name, value in data.items())
