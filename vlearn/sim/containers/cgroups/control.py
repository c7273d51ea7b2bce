"""What a control file is: a name, its controller, what reading shows and what writing does."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeAlias

from vlearn.sim.containers.cgroups.processes import living
from vlearn.sim.containers.cgroups.state import Cgroups, Group, Hierarchy, Limits, Path
from vlearn.sim.containers.cgroups.tree import Writer


@dataclass(frozen=True, slots=True)
class At:
    """A group that a file is read or written in, and by whom."""

    cgroups: Cgroups
    tree: Hierarchy
    path: Path
    by: Writer

    @property
    def group(self) -> Group:
        """The group itself."""
        return self.tree.groups[self.path]

    @property
    def limits(self) -> Limits:
        """What is set for the group."""
        return self.group.limits

    def event(self, name: str) -> int:
        """How often something was counted for the group."""
        return self.group.usage.events.get(name, 0)

    def set(self, **limits: object) -> Cgroups:
        """The state with these limits of the group changed."""
        group = replace(self.group, limits=replace(self.limits, **limits))  # type: ignore[arg-type]
        return self.cgroups.put(self.tree.put(self.path, group))


Read: TypeAlias = Callable[[At], str]
Write: TypeAlias = Callable[[At, str], Cgroups]


@dataclass(frozen=True, slots=True)
class File:
    """A control file. `controller` is "" for those that every group has; one without `read` can only be written."""

    name: str
    controller: str = ""
    read: Read | None = None
    write: Write | None = None
    at_root: bool = False


def stored(limit: str, parse: Callable[[str], object]) -> Write:
    """Writing sets one limit of the group to what the text says."""
    return lambda at, text: at.set(**{limit: parse(text)})


def processes_in(at: At) -> str:
    """A line for each living process of the group itself."""
    return "".join(f"{pid}\n" for pid in living(at.cgroups, at.tree, at.path))
