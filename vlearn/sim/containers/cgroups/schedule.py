"""A processor scheduler with weights and quotas: fair sharing (CFS) under bandwidth control, stretch by stretch.

    run(use_processors, Processors(cgroups), [Compute(20), Compute(21, 30_000), Pass(100_000)])

Each group with a quota may use it once in every period; then it is throttled until the next one begins. Sources:
Documentation/scheduler/sched-bwc.rst, kernel/sched/fair.c. Left out: the share of a quota that each processor holds
back (the kernel takes SLICE at once), the overrun until the next tick, which the kernel pays back, and the cost of a
switch. Periods begin at multiples of their length. throttled_usec counts each processor that could have run.
"""

from collections.abc import Generator, Iterator
from dataclasses import replace
from typing import TypeAlias

from vlearn.errors import ModelError
from vlearn.sim.containers.cgroups.access import use_files
from vlearn.sim.containers.cgroups.fair import after_running, choose, lineage, placed, ready
from vlearn.sim.containers.cgroups.processes import counted
from vlearn.sim.containers.cgroups.processors import (
    Bandwidth,
    Compute,
    Pass,
    ProcessorAction,
    Processors,
    Sleep,
    Stretch,
)
from vlearn.sim.containers.cgroups.state import Path, shown
from vlearn.trace import Event, Step

Steps: TypeAlias = Iterator[Step[Processors]]


def use_processors(state: Processors, action: ProcessorAction) -> Steps:
    """The model: work comes and goes, limits change, time passes."""
    match action:
        case Compute(pid, work):
            if pid not in state.cgroups.pids or (work is not None and work < 1):
                raise ModelError(f"process {pid} must be one of {state.cgroups.pids}, its work 1 microsecond or more")
            long = "for ever" if work is None else f"for {work} µs"
            yield Step(
                Event("compute", f"process {pid} computes {long}", (f"pid {pid}",)), _with_work(state, pid, work)
            )
        case Sleep(pid):
            yield Step(Event("sleep", f"process {pid} sleeps", (f"pid {pid}",)), _with_work(state, pid, 0))
        case Pass(time):
            if time < 1:
                raise ModelError(f"time passes in microseconds, 1 or more; {time} is not")
            yield from _pass(state, state.now + time)
        case _:
            for step in use_files(state.cgroups, action):
                yield Step(step.event, replace(state, cgroups=step.state))


def _with_work(state: Processors, pid: int, work: int | None) -> Processors:
    return replace(state, work=state.work.set(pid, work))


def _pass(state: Processors, end: int) -> Steps:
    while state.now < end:
        state = yield from _periods(state)
        state = placed(_renewed(state))
        running = choose(state)
        length = _length(state, running, end)
        state = _ran(state, running, length)
        yield Step(_told(state, running, length), state)
        for step in _endings(state, running):
            yield step
            state = step.state


def _renewed(state: Processors) -> Processors:
    """The bandwidth of every group with a quota; a new or changed one starts full."""
    found: dict[Path, Bandwidth] = {}
    for path, group in state.tree.groups.items():
        limits = group.limits
        if limits.quota is None or not path:
            continue
        now = state.bandwidth.get(path)
        if now is None or (now.quota, now.period, now.burst) != (limits.quota, limits.period, limits.burst):
            until = (state.now // limits.period + 1) * limits.period
            now = Bandwidth(limits.quota, limits.period, limits.burst, limits.quota, limits.quota, until)
        found[path] = now
    for pid in ready(state):
        for path in lineage(state, pid):
            if path in found:
                found[path] = replace(found[path], active=True)
    return replace(state, bandwidth=type(state.bandwidth)(found))


def _periods(state: Processors) -> Generator[Step[Processors], None, Processors]:
    """The groups whose period is over: counted, refilled, let go on."""
    for path, one in sorted(state.bandwidth.items()):
        if path not in state.tree.groups or one.until > state.now:
            continue
        tree = counted(state.tree, path, "nr_periods", int(one.active))
        tree = counted(tree, path, "nr_throttled", int(one.short))
        if (beyond := one.full - one.left - one.quota) > 0:
            tree = counted(counted(tree, path, "nr_bursts"), path, "burst_usec", beyond)
        full = min(one.left + one.quota, one.quota + one.burst)
        fresh = replace(
            one, full=full, left=full, until=one.until + one.period, throttled=False, active=False, short=False
        )
        state = replace(state, cgroups=state.cgroups.put(tree), bandwidth=state.bandwidth.set(path, fresh))
        if one.throttled:
            text = f"{state.now} µs: a new period, {shown(path)} has {full} µs again"
            yield Step(Event("unthrottle", text, (shown(path),)), state)
    return state


def _length(state: Processors, running: tuple[int | None, ...], end: int) -> int:
    """How long this choice holds: until something changes, and no longer than a slice while others wait."""
    tasks = [pid for pid in running if pid is not None]
    bounds = [end - state.now, *(one.until - state.now for one in state.bandwidth.values())]
    bounds += [left for pid in tasks if (left := state.work[pid]) is not None]
    inside = [path for pid in tasks for path in lineage(state, pid)]
    bounds += [one.left // inside.count(path) for path, one in state.bandwidth.items() if path in inside]
    able = [pid for pid in ready(state) if not any(path in state.throttled for path in lineage(state, pid))]
    if len(tasks) < len(able):
        bounds.append(state.slice)
    return min(bounds)


def _ran(state: Processors, running: tuple[int | None, ...], length: int) -> Processors:
    """The clock, the accounts and the quotas after a stretch."""
    cgroups, work, bandwidth = state.cgroups, state.work, state.bandwidth
    for pid in filter(None, running):
        for controller in ("cpu", "cpuacct"):
            tree = cgroups.hierarchy(controller)
            if tree is not None:
                group = tree.groups[tree.members[pid]]
                usage = replace(group.usage, cpu=group.usage.cpu + length)
                cgroups = cgroups.put(tree.put(tree.members[pid], replace(group, usage=usage)))
        left = work[pid]
        work = work if left is None else work.set(pid, left - length)
        for path in lineage(state, pid):
            if path in bandwidth:
                bandwidth = bandwidth.set(path, replace(bandwidth[path], left=bandwidth[path].left - length))
    waiting = ready(state)
    for path in state.throttled:
        held = sum(path in lineage(state, pid) for pid in waiting)
        tree = cgroups.hierarchies[state.tree.name]
        many = min(held, cgroups.machine.cpus)
        cgroups = cgroups.put(counted(tree, path, "throttled_usec", many * length))
    state = replace(after_running(state, running, length), cgroups=cgroups, work=work, bandwidth=bandwidth)
    return state.recorded(Stretch(state.now, state.now + length, running, state.throttled))


def _endings(state: Processors, running: tuple[int | None, ...]) -> Steps:
    """After a stretch: tasks that are done, groups that have nothing left."""
    for pid in filter(None, running):
        if state.work[pid] == 0:
            yield Step(Event("finish", f"{state.now} µs: process {pid} has done its work", (f"pid {pid}",)), state)
    wanting = {path for pid in ready(state) for path in lineage(state, pid)}
    for path, one in sorted(state.bandwidth.items()):
        if one.left == 0 and not one.throttled and path in wanting and one.until > state.now:
            held = replace(one, throttled=True, short=True)
            state = replace(state, bandwidth=state.bandwidth.set(path, held))
            text = f"{state.now} µs: {shown(path)} has used its {one.quota} µs and waits until {one.until} µs"
            yield Step(Event("throttle", text, (shown(path),)), state)
    yield from ()


def _told(state: Processors, running: tuple[int | None, ...], length: int) -> Event:
    start = state.now - length
    on = [f"cpu {n} runs {pid}" for n, pid in enumerate(running) if pid is not None]
    touches = tuple(f"pid {pid}" for pid in running if pid is not None)
    return Event("run" if on else "idle", f"{start} to {state.now} µs: {', '.join(on) or 'nobody runs'}", touches)
