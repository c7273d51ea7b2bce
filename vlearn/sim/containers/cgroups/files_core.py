"""The files of version 2 that every group has, and those of the controllers pids and cpuset."""

from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.cgroups import tree as rules
from vlearn.sim.containers.cgroups.control import At, File, Read, processes_in, stored
from vlearn.sim.containers.cgroups.numbers import integer, limit, listed, numbers, or_max
from vlearn.sim.containers.cgroups.processes import count, kill, living_below
from vlearn.sim.containers.cgroups.state import CONTROLLERS, DEPTH, Cgroups, Hierarchy, Path, ancestors

PIDS_MAX = 4_194_304


def move(at: At, text: str) -> Cgroups:
    """A pid written to cgroup.procs; 0 is the writer itself."""
    pid = integer(text, 0, 2**31 - 1, "EINVAL")
    return rules.move(at.cgroups, at.tree, pid or at.by.pid, at.path, at.by)


def cpus_of(tree: Hierarchy, path: Path, total: int) -> frozenset[int]:
    """The processors a group may use: those of its own that its parent has too, all of its parent's if it has none."""
    return _effective([tree.groups[one].limits.cpus for one in ancestors(path)], total)


def mems_of(tree: Hierarchy, path: Path, total: int) -> frozenset[int]:
    """The memory nodes a group may use, by the same rule."""
    return _effective([tree.groups[one].limits.mems for one in ancestors(path)], total)


def _effective(own: list[frozenset[int] | None], total: int) -> frozenset[int]:
    allowed = frozenset(range(total))
    for chosen in reversed(own):
        allowed = (chosen or allowed) & allowed or allowed
    return allowed


def _events(at: At) -> str:
    populated = bool(living_below(at.cgroups, at.tree, at.path))
    return f"populated {populated:d}\nfrozen {rules.frozen(at.tree, at.path):d}\n"


def _kill(at: At, text: str) -> Cgroups:
    integer(text, 1, 1)
    cgroups = at.cgroups
    for pid in living_below(cgroups, at.tree, at.path):
        cgroups = kill(cgroups, pid)
    return cgroups


def _type(at: At, text: str) -> Cgroups:
    if text.strip() != "threaded":
        raise Refusal("EINVAL", "cgroup.type takes the word threaded and nothing else")
    raise Refusal("EOPNOTSUPP", "threaded groups are not part of this model")


def _enable(at: At, text: str) -> Cgroups:
    return rules.enable(at.cgroups, at.tree, at.path, text)


def _enabled(at: At) -> str:
    return f"{' '.join(name for name in CONTROLLERS if name in at.group.enabled)}\n"


def _depth(text: str) -> int:
    return DEPTH if text.strip() == "max" else integer(text, 0, DEPTH)


def _or_depth(value: int) -> str:
    return f"{'max' if value == DEPTH else value}\n"


def _stat(at: At) -> str:
    return f"nr_descendants {len(at.tree.below(at.path)) - 1}\nnr_dying_descendants 0\n"


def chosen(name: str) -> Read:
    """Reading shows a set as the kernel writes it."""
    return lambda at: f"{listed(getattr(at.limits, name) or frozenset())}\n"


def effective_cpus(at: At) -> str:
    """The processors that the group has in the end."""
    return f"{listed(cpus_of(at.tree, at.path, at.cgroups.machine.cpus))}\n"


def effective_mems(at: At) -> str:
    """The memory nodes that the group has in the end."""
    return f"{listed(mems_of(at.tree, at.path, at.cgroups.machine.nodes))}\n"


def _set_cpus(at: At, text: str) -> Cgroups:
    return at.set(cpus=numbers(text, at.cgroups.machine.cpus) or None)


def _set_mems(at: At, text: str) -> Cgroups:
    return at.set(mems=numbers(text, at.cgroups.machine.nodes) or None)


def pids_limit(text: str) -> int | None:
    """What pids.max takes: 0 to 4194304, or max."""
    return limit(text, PIDS_MAX)


CORE = (
    File("cgroup.controllers", "", lambda at: f"{' '.join(at.tree.available(at.path))}\n", None, True),
    File("cgroup.events", "", _events),
    File(
        "cgroup.freeze",
        "",
        lambda at: f"{at.limits.freeze:d}\n",
        stored("freeze", lambda text: bool(integer(text, 0, 1))),
    ),
    File("cgroup.kill", "", None, _kill),
    File("cgroup.max.depth", "", lambda at: _or_depth(at.limits.max_depth), stored("max_depth", _depth), True),
    File(
        "cgroup.max.descendants",
        "",
        lambda at: _or_depth(at.limits.max_descendants),
        stored("max_descendants", _depth),
        True,
    ),
    File("cgroup.procs", "", processes_in, move, True),
    File("cgroup.stat", "", _stat, None, True),
    File("cgroup.subtree_control", "", _enabled, _enable, True),
    File("cgroup.type", "", lambda at: f"{rules.kind(at.cgroups, at.tree, at.path)}\n", _type),
    File("cpuset.cpus", "cpuset", chosen("cpus"), _set_cpus),
    File("cpuset.cpus.effective", "cpuset", effective_cpus, None, True),
    File("cpuset.mems", "cpuset", chosen("mems"), _set_mems),
    File("cpuset.mems.effective", "cpuset", effective_mems, None, True),
)

PIDS = (
    File("pids.current", "pids", lambda at: f"{count(at.tree, at.path)}\n"),
    File("pids.events", "pids", lambda at: f"max {at.event('pids.max')}\n"),
    File("pids.max", "pids", lambda at: f"{or_max(at.limits.pids_max)}\n", stored("pids_max", pids_limit)),
    File("pids.peak", "pids", lambda at: f"{at.group.usage.pids_peak}\n"),
)
"""The same under both versions."""
