"""Memory of groups: charging pages, reclaiming page cache, throttling at memory.high, killing at memory.max.

    run(use_memory, cgroups, [Allocate(20, 60 << 20), ReadFile(20, "/var/log", 8 << 20), Free(20, 1 << 20)])

A page is charged once, to the group whose process touched it first, and stays there when that process moves on. Page
cache of the group, and of groups below it, is dropped before anybody is killed. Left out: swap, dirty pages (all cache
can be dropped at once), kernel memory, memory.low and memory.min, charging in batches, and the machine's own limit.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.containers.answers import Answer, Refusal
from vlearn.sim.containers.cgroups.charges import (
    add,
    cached,
    charged,
    drop,
    droppable,
    happened,
    memory_tree,
    put_event,
    room,
    used,
)
from vlearn.sim.containers.cgroups.oom import candidates, chosen, dies_with
from vlearn.sim.containers.cgroups.processes import kill
from vlearn.sim.containers.cgroups.state import PAGE, Cgroups, Path, ancestors, shown
from vlearn.trace import Event, Step

Steps: TypeAlias = Iterator[Step[Cgroups]]


@dataclass(frozen=True, slots=True)
class Allocate:
    """A process writes to so many new bytes of memory of its own."""

    pid: int
    size: int


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A process reads or writes the first `size` bytes of a file; what is not in the page cache is charged to it."""

    pid: int
    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Free:
    """A process gives bytes back, at most all that it has."""

    pid: int
    size: int


MemoryAction: TypeAlias = Allocate | ReadFile | Free


def use_memory(cgroups: Cgroups, action: MemoryAction) -> Steps:
    """The model: what the kernel does, page limits and OOM killer included. The last event is an Answer."""
    if action.pid not in cgroups.pids or action.pid in cgroups.zombies:
        raise ModelError(f"there is no process {action.pid} that could use memory; the pids are {cgroups.pids}")
    if action.size < 0:
        raise ModelError(f"a process cannot use {action.size} bytes; 0 or more")
    count = -(-action.size // PAGE)
    match action:
        case Allocate(pid):
            yield from charge(cgroups, pid, count)
        case ReadFile(pid, file):
            yield from charge(cgroups, pid, max(0, count - cached(memory_tree(cgroups), file)), file)
        case Free(pid):
            yield from _free(cgroups, pid, count)


def charge(cgroups: Cgroups, pid: int, count: int, file: str | None = None) -> Steps:
    """Charge pages to the group of a process: its own, or page cache of a file. Ends with an Answer.

    Its value is the pages charged, with errno ENOMEM if nobody may be killed for them; "EINTR" if the process was.
    """
    _, path = cgroups.group_of(pid, "memory")
    what, left = f"page cache of {file}" if file else "memory", count
    while left > 0:
        tree = memory_tree(cgroups)
        if fits := min(left, room(tree, path)):
            cgroups, left = cgroups.put(add(tree, path, pid, fits, file)), left - fits
            continue
        full = next(above for above in ancestors(path) if room(tree, above, alone=True) == 0)
        steps = tuple(_makeroom(cgroups, full, pid, left))
        yield from steps
        cgroups = steps[-1].state
        if isinstance(steps[-1].event, Answer):
            return
        if pid in cgroups.zombies:
            text = f"process {pid} is dead with {count - left} of {count} pages: exit status 137"
            yield Step(Answer("killed", text, (shown(path), f"pid {pid}"), count - left, "EINTR"), cgroups)
            return
    have = charged(memory_tree(cgroups), path)
    text = f"{count} pages of {what} for process {pid} are charged to {shown(path)}, which has {have} now"
    touches = (shown(path), f"pid {pid}")
    slow = tuple(_above_high(cgroups, path))
    if not slow:
        yield Step(Answer("charge", text, touches, count), cgroups)
        return
    yield Step(Event("charge", text, touches), cgroups)
    yield from slow[:-1]
    last = slow[-1].event
    yield Step(Answer(last.kind, last.text, last.touches, count), slow[-1].state)


def _makeroom(cgroups: Cgroups, full: Path, pid: int, count: int) -> Steps:
    """Drop page cache in the group that is at its limit, or kill in it."""
    tree = happened(memory_tree(cgroups), full, "max")
    if freed := min(count, droppable(tree, full)):
        cgroups = cgroups.put(drop(tree, full, freed))
        limit = tree.groups[full].limits.memory_max
        text = f"{shown(full)} has all of its {limit} pages: {freed} pages of page cache are dropped"
        yield Step(Event("reclaim", text, (shown(full),)), cgroups)
    else:
        yield from out_of_memory(cgroups.put(tree), full, pid)


def out_of_memory(cgroups: Cgroups, over: Path, pid: int) -> Steps:
    """The group has no page left and none to drop: somebody in it dies, or, as v1 can ask, waits."""
    tree = memory_tree(cgroups)
    tree = happened(tree, over, "oom")
    place = shown(over)
    if tree.groups[over].limits.oom_kill_disable:
        tree = put_event(tree, over, "memory.under_oom", 1)
        text = f"{place} is out of memory and its OOM killer is off: process {pid} waits"
        yield Step(Answer("under-oom", text, (place, f"pid {pid}"), None, ""), cgroups.put(tree))
        return
    able = [(one, points) for one, points in candidates(cgroups, tree, over) if points is not None]
    points = ", ".join(f"{one} has {badness}" for one, badness in able)
    text = f"{place} is out of memory; points: {points or 'nobody may be killed'}"
    yield Step(Event("oom", text, (place,)), cgroups.put(tree))
    victim = chosen(cgroups, tree, over)
    if victim is None:
        text = f"process {pid} cannot have its page and nobody may die: it tries again and again"
        yield Step(Answer("no-victim", text, (place, f"pid {pid}"), None, "ENOMEM"), cgroups.put(tree))
        return
    together, dead = dies_with(cgroups, tree, over, victim)
    if together is not None:
        tree = happened(tree, together, "oom_group_kill")
    for one in (victim, *(other for other in dead if other != victim)):
        tree = happened(tree, tree.members[one], "oom_kill")
        cgroups = kill(cgroups.put(tree), one)
        tree = memory_tree(cgroups)
        why = "has most points" if one == victim else f"is in {shown(together or ())}, which dies as one"
        text = f"process {one} {why}: SIGKILL, exit status 137"
        yield Step(Event("oom-kill", text, (place, f"pid {one}")), cgroups)


def limit_lowered(cgroups: Cgroups, path: Path) -> Steps:
    """After a write to memory.max: drop cache, then kill, until the group is within it. v1 refuses with EBUSY."""
    tree = memory_tree(cgroups)
    while (limit := tree.groups[path].limits.memory_max) is not None and charged(tree, path) > limit:
        if freed := min(charged(tree, path) - limit, droppable(tree, path)):
            cgroups = cgroups.put(drop(tree, path, freed))
            text = f"{shown(path)} is above its new limit: {freed} pages of page cache are dropped"
            yield Step(Event("reclaim", text, (shown(path),)), cgroups)
        elif tree.version == 1:
            raise Refusal("EBUSY", f"{shown(path)} has {charged(tree, path)} pages and none of them can be dropped")
        else:
            last = None
            for last in out_of_memory(cgroups, path, 0):
                yield last
            if last is None or isinstance(last.event, Answer):
                return
            cgroups = last.state
        tree = memory_tree(cgroups)


def _free(cgroups: Cgroups, pid: int, count: int) -> Steps:
    tree = memory_tree(cgroups)
    left = count
    for path, group in sorted(tree.groups.items()):
        have = group.usage.anonymous.get(pid, 0)
        if gone := min(left, have):
            rest = group.usage.anonymous.delete(pid) if gone == have else group.usage.anonymous.set(pid, have - gone)
            tree = used(tree, path, group, replace(group.usage, anonymous=rest))
            left -= gone
    text = f"process {pid} gives {count - left} pages back"
    yield Step(Answer("free", text, (f"pid {pid}",), count - left), cgroups.put(tree))


def _above_high(cgroups: Cgroups, path: Path) -> Steps:
    """After a charge: each group above memory.high drops cache, and slows its processes if that is not enough."""
    for above in ancestors(path):
        tree = memory_tree(cgroups)
        high = tree.groups[above].limits.memory_high
        if high is None or charged(tree, above) <= high:
            continue
        freed = min(charged(tree, above) - high, droppable(tree, above))
        tree = happened(drop(tree, above, freed), above, "high")
        cgroups = cgroups.put(tree)
        over = charged(tree, above) - high
        slow = f"still {over} pages above: its processes sleep before they go on" if over else "that is enough"
        text = f"{shown(above)} is above memory.high: {freed} pages of page cache are dropped, {slow}"
        yield Step(Event("throttle" if over else "reclaim", text, (shown(above),)), cgroups)
