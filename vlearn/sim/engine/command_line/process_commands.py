"""Commands that look into containers: logs, top, port, diff, stats."""

from collections.abc import Mapping
from typing import Any

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.host import Host
from vlearn.sim.engine import actions
from vlearn.sim.engine.command_line.columns import table
from vlearn.sim.engine.command_line.errors import ClientError, NotModelled
from vlearn.sim.engine.command_line.invocation import PATIENCE, Handler, Invocation
from vlearn.sim.engine.command_line.listing import Layout
from vlearn.sim.engine.command_line.moments import moment_of
from vlearn.sim.engine.command_line.ps_command import newest_first
from vlearn.sim.engine.command_line.quantities import binary_size
from vlearn.sim.engine.container import Container
from vlearn.sim.engine.find import find_container
from vlearn.sim.engine.inspection import changes, timestamp
from vlearn.sim.engine.state import Engine

STATS = Layout(
    {
        "Container": "CONTAINER", "ID": "CONTAINER ID", "Name": "NAME", "CPUPerc": "CPU %",
        "MemUsage": "MEM USAGE / LIMIT", "MemPerc": "MEM %", "PIDs": "PIDS",
    },
    "{{.ID}}\t{{.Name}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.PIDs}}",
    "*formatter.statsContext",
)  # fmt: skip


def logs(call: Invocation) -> None:
    """`docker logs`: the two streams go where they came from."""
    given = call.given
    if given.has("follow"):
        container = find_container(call.engine, call.arguments[0])
        call.docker.call(actions.Wait(container.id, PATIENCE))
    engine = call.engine
    container = find_container(engine, call.arguments[0])
    lines = log_lines(container)
    after, until = (moment_of(engine, given.text(name)) if given[name] else None for name in ("since", "until"))
    lines = [line for line in lines if (after is None or line[0] >= after) and (until is None or line[0] <= until)]
    tail = given.text("tail", "all")
    if tail.lstrip("-").isdigit() and int(tail) >= 0:
        lines = lines[len(lines) - int(tail) :] if int(tail) < len(lines) else lines
    for time, descriptor, text in lines:
        stamp = f"{timestamp(engine, time)} " if given.has("timestamps") else ""
        call.to.raw(stamp + text, descriptor)
    if given.has("follow") and container.state.running:
        call.to.err("^C", code=130)


def log_lines(container: Container) -> list[tuple[float, int, str]]:
    """The log as lines, each with its time and its stream; a piece without an end of line is joined with the next."""
    found: list[tuple[float, int, str]] = []
    for said in container.log:
        for piece in said.content.decode("utf-8", "replace").splitlines(keepends=True):
            if found and found[-1][1] == said.descriptor and not found[-1][2].endswith("\n"):
                found[-1] = (*found[-1][:2], found[-1][2] + piece)
            else:
                found.append((said.time, said.descriptor, piece))
    return found


def top(call: Invocation) -> None:
    """`docker top`: its processes with the numbers that the host has for them."""
    name, *options = call.arguments
    if options and options not in (["-ef"], ["aux"]):
        raise NotModelled(f"docker top with the options {' '.join(options)} of ps")
    container = find_container(call.engine, name)
    if not container.state.running:
        raise ClientError(f"Error response from daemon: container {container.id} is not running")
    host, kernel = call.docker.host, call.engine.kernel
    inside = kernel.process(container.state.pid).namespaces.pid
    rows = [("UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD")]
    for process in host.processes(1):
        if kernel.number_in(process.pid, inside):
            started = timestamp(call.engine, container.state.started)[11:16]
            uid = "root" if process.credentials.euid == 0 else str(process.credentials.euid)
            command = " ".join(process.arguments)
            rows.append((uid, str(process.pid), str(process.parent), "0", started, "?", "00:00:00", command))
    call.to.raw(table(rows, 20, 1))


def port(call: Invocation) -> None:
    """`docker port`."""
    container = find_container(call.engine, call.arguments[0])
    wanted = call.arguments[1] if len(call.arguments) > 1 else ""
    wanted = wanted if "/" in wanted or not wanted else f"{wanted}/tcp"
    lines = []
    for one in sorted(container.published, key=lambda one: (one.container, one.protocol, one.host)):
        inside = f"{one.container}/{one.protocol}"
        if inside == wanted:
            lines.append(f"{one.address}:{one.host}")
        elif not wanted:
            lines.append(f"{inside} -> {one.address}:{one.host}")
    if wanted and not lines:
        raise ClientError(f"no public port '{call.arguments[1]}' published for {call.arguments[0]}")
    call.to.out(*lines)


def diff(call: Invocation) -> None:
    """`docker diff`."""
    engine = call.engine
    call.to.out(*(f"{kind} {path}" for kind, path in changes(engine, find_container(engine, call.arguments[0]))))


def stats(call: Invocation) -> None:
    """`docker stats`: one look. The model has no measure of network and disk traffic for it, nor a CPU share."""
    engine, given = call.engine, call.given
    if call.arguments:
        found = [find_container(engine, name) for name in call.arguments]
    else:
        found = [one for one in newest_first(engine) if given.has("all") or one.state.running]
    rows = [_usage(engine, one, given.has("no-trunc")) for one in found]
    call.to.raw(STATS.show(rows, given.text("format")))


def _usage(engine: Engine, container: Container, whole: bool) -> dict[str, Any]:
    hierarchy = engine.kernel.cgroups
    limit = container.settings.memory or hierarchy.machine.pages * 4096
    used = pids = 0
    if container.state.running:
        group = _group(engine, container)
        used, pids = group
    return {
        "Container": container.short,
        "ID": container.id if whole else container.short,
        "Name": container.name,
        "CPUPerc": "--",
        "MemUsage": f"{binary_size(used)} / {binary_size(limit)}",
        "MemPerc": f"{100 * used / limit:.2f}%",
        "PIDs": str(pids),
    }


def _group(engine: Engine, container: Container) -> tuple[int, int]:
    """Memory and processes of a container, read from the files of its control group."""
    looking, folder = Host(engine.kernel), f"/sys/fs/cgroup{container.cgroup}"
    try:
        memory, pids = (int(looking.read_file(1, f"{folder}/{name}.current")) for name in ("memory", "pids"))
    except (SystemCallFailed, ValueError):
        return 0, 0
    return memory, pids


HANDLERS: Mapping[str, Handler] = {"logs": logs, "top": top, "port": port, "diff": diff, "stats": stats}
