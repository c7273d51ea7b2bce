"""Writing uid_map, gid_map and setgroups: which ids a user namespace has, and who may say so.

The rules of user_namespaces(7), in the order of map_write() and proc_setgroups_write() in Linux's
kernel/user_namespace.c. Left out: the CAP_SETFCAP that mapping the parent's root needs since Linux 5.12.
"""

from dataclasses import replace

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.authority import has, to_host
from vlearn.sim.containers.kernel import Kernel
from vlearn.sim.containers.namespaces import Extent, UserNamespace
from vlearn.sim.containers.processes import Credentials, Process
from vlearn.sim.containers.references import put_namespace

MOST_LINES, PAGE, LAST = 340, 4096, 2**32 - 1
CAPABILITY = {"uid_map": "CAP_SETUID", "gid_map": "CAP_SETGID"}


def write_map(kernel: Kernel, number: int, file: str, content: bytes, opener: Credentials, writer: Process) -> Kernel:
    """`file` is uid_map or gid_map; `opener` opened it, `writer` writes: both must be allowed to."""
    space = kernel.namespace(number, UserNamespace)
    if opener.user not in (number, space.owner) or not space.owner:
        raise Refusal("EPERM", f"{file} of {space} can be written from it and from the user namespace around it")
    if space.uid_map if file == "uid_map" else space.gid_map:
        raise Refusal("EPERM", f"{file} of {space} is written: it can be written once")
    if not has(kernel, opener, number, "CAP_SYS_ADMIN"):
        raise Refusal("EPERM", f"who writes {file} needs CAP_SYS_ADMIN in {space}")
    lines = _parsed(content, file)
    around = kernel.namespace(space.owner, UserNamespace)
    _check_allowed(kernel, space, around, file, lines, opener, writer.credentials)
    outer = around.uid_map if file == "uid_map" else around.gid_map
    mapped = tuple(_outwards(outer, line, around, file) for line in lines)
    changed = replace(space, uid_map=mapped) if file == "uid_map" else replace(space, gid_map=mapped)
    return put_namespace(kernel, changed)


def write_setgroups(kernel: Kernel, number: int, content: bytes, writer: Process) -> Kernel:
    """`deny` before gid_map is written, and never back."""
    space = kernel.namespace(number, UserNamespace)
    word = content.decode("utf-8", "replace").strip()
    if word not in ("allow", "deny"):
        raise Refusal("EINVAL", f"setgroups takes allow or deny, not {word!r}")
    if not has(kernel, writer.credentials, number, "CAP_SYS_ADMIN"):
        raise Refusal("EPERM", f"who writes setgroups needs CAP_SYS_ADMIN in {space}")
    if word == "allow" and not space.setgroups:
        raise Refusal("EPERM", f"setgroups of {space} is denied for good")
    if word == "deny" and space.gid_map and space.setgroups:
        raise Refusal("EPERM", f"gid_map of {space} is written: setgroups stays allowed")
    return put_namespace(kernel, replace(space, setgroups=word == "allow"))


def _parsed(content: bytes, file: str) -> tuple[Extent, ...]:
    lines: list[Extent] = []
    if len(content) >= PAGE:
        raise Refusal("EINVAL", f"{file} takes less than {PAGE} bytes")
    for text in content.decode("utf-8", "replace").splitlines():
        words = text.split()
        if len(words) != 3 or not all(word.isascii() and word.isdigit() for word in words):
            raise Refusal("EINVAL", f"a line of {file} is three numbers: inside, outside, count; not {text!r}")
        line = Extent(*map(int, words))
        if not line.count or max(line.inside, line.outside) + line.count > LAST:
            raise Refusal("EINVAL", f"{file}: {text!r} is empty or runs beyond the last id")
        for other in lines:
            if _overlap(line.inside, other.inside, line, other) or _overlap(line.outside, other.outside, line, other):
                raise Refusal("EINVAL", f"{file}: {text!r} overlaps another line")
        lines.append(line)
    if not 0 < len(lines) <= MOST_LINES:
        raise Refusal("EINVAL", f"{file} has 1 to {MOST_LINES} lines, not {len(lines)}")
    return tuple(lines)


def _overlap(start: int, other_start: int, line: Extent, other: Extent) -> bool:
    return start < other_start + other.count and other_start < start + line.count


def _check_allowed(
    kernel: Kernel,
    space: UserNamespace,
    around: UserNamespace,
    file: str,
    lines: tuple[Extent, ...],
    opener: Credentials,
    writer: Credentials,
) -> None:
    """One id without a privilege, one's own; anything else with CAP_SETUID or CAP_SETGID in the namespace around."""
    if len(lines) == 1 and lines[0].count == 1 and space.creator == opener.euid:
        if file == "uid_map" and to_host(around.uid_map, lines[0].outside) == opener.euid:
            return
        if file == "gid_map" and to_host(around.gid_map, lines[0].outside) == opener.egid and not space.setgroups:
            return
    capability = CAPABILITY[file]
    if not (has(kernel, writer, around.number, capability) and has(kernel, opener, around.number, capability)):
        also = "" if file == "uid_map" else ", after writing deny to setgroups"
        raise Refusal("EPERM", f"without {capability} in {around} one may map one's own id alone{also}")


def _outwards(outer: tuple[Extent, ...], line: Extent, around: UserNamespace, file: str) -> Extent:
    """The line with its ids as the host counts; all of them must lie in one line of the map around."""
    for wide in outer:
        if wide.inside <= line.outside and line.outside + line.count <= wide.inside + wide.count:
            return replace(line, outside=line.outside - wide.inside + wide.outside)
    first, last = line.outside, line.outside + line.count - 1
    raise Refusal("EPERM", f"{file}: {first} to {last} are not mapped in {around}")
