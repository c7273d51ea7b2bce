"""Programs that use what control groups limit: `stress`, which takes memory, and its like."""

from collections.abc import Mapping

from vlearn.sim.containers.shell.errors import NotModelled
from vlearn.sim.containers.shell.memory import allocate
from vlearn.sim.containers.shell.programs.options import read_options
from vlearn.sim.containers.shell.programs.processes import seconds_of
from vlearn.sim.containers.shell.sizes import bytes_of
from vlearn.sim.containers.shell.task import Body, Task
from vlearn.sim.containers.shell.waits import Running, Wait


def _stress(task: Task) -> Running:
    """stress: `--vm N` workers that each take `--vm-bytes B` of memory and keep it; `--timeout T`."""
    options = read_options(
        task.arguments[1:], "q", "mtc",
        {"vm=": "m", "vm-bytes=": "bytes", "timeout=": "t", "vm-hang=": "hang", "vm-keep": "keep", "quiet": "q"},
    )  # fmt: skip
    if "c" in options:
        raise NotModelled("--cpu: see the scheduler of the package cgroups")
    size, workers = bytes_of(options.get("bytes", "256M")), int(options.get("m", "1"))
    if size is None:
        return task.complain(f"FAIL: [{task.process.number}] unable to parse: {options.get('bytes')}")
    number = task.process.number
    if "q" not in options:
        task.say(f"stress: info: [{number}] dispatching hogs: 0 cpu, 0 io, {workers} vm, 0 hdd")
    children = [task.fork(lambda one: _hog(one, size)).pid for _ in range(workers)]
    seconds = seconds_of(options.get("t")) if "t" in options else None
    at = None if seconds is None else task.host.kernel.now + seconds
    for child in children:
        yield Wait(lambda child=child: task.child_ended(child), at=at, what=f"process {child}")  # type: ignore[misc]
        if not task.child_ended(child):
            task.host.kill(task.pid, child, "SIGTERM")
            task.reap(child)
            continue
        inside = task.host.kernel.number_in(child, task.process.namespaces.pid)
        ended = task.reap(child)
        if ended.signal:
            task.write(f"stress: FAIL: [{number}] (415) <-- worker {inside} got signal {ended.shell - 128}\n", 2)
            for other in children:
                if not task.child_ended(other):
                    task.host.kill(task.pid, other, "SIGTERM")
                    task.reap(other)
            task.write(f"stress: FAIL: [{number}] (451) failed run completed in {0}s\n", 2)
            return 1
    if "q" not in options:
        task.say(f"stress: info: [{number}] successful run completed in {int(seconds or 0)}s")
    return 0


def _hog(task: Task, size: int) -> Running:
    yield from allocate(task, size)
    yield Wait(what="its end")
    return 0


def _eat(task: Task) -> Running:
    """eat-memory SIZE: takes memory by the megabyte, one each tenth of a second, and says how much it has."""
    size = bytes_of(task.arguments[1]) if len(task.arguments) > 1 else None
    if size is None:
        return task.complain("usage: eat-memory SIZE")
    done = 0
    while done < size:
        piece = min(1 << 20, size - done)
        yield from allocate(task, piece)
        done += piece
        yield from task.sleep(0.1)
    task.say(f"{size >> 20} MiB")
    return 0


PROGRAMS: Mapping[str, Body] = {"eat-memory": _eat, "stress": _stress}
