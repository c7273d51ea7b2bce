"""What a process sees and gets, for settings that a reader turns: namespaces, a uid map, weights, memory."""

from vlearn.blocks import Block, Chart, Series, Table, Text
from vlearn.sim.containers import Answer, Host, calls
from vlearn.sim.containers.cgroups.layout import MIB, grouped
from vlearn.sim.containers.cgroups.memory import Allocate, MemoryAction, ReadFile, use_memory
from vlearn.sim.containers.cgroups.processors import Compute, Pass, ProcessorAction, Processors
from vlearn.sim.containers.cgroups.schedule import use_processors
from vlearn.trace import run
from vlearn.views.containers_memory import draw_memory

KEY = 7
"""The key of the message queue that the host makes."""
SECOND, SLICE = 1_000_000, 10_000
LIMIT = 100


def seen_through(pid: bool, mnt: bool, uts: bool, ipc: bool, net: bool) -> Table:
    """What the host and a child with these new namespaces see, after the host has changed a thing of each kind."""
    host = Host.boot(shared=False)
    chosen = {"CLONE_NEWPID": pid, "CLONE_NEWNS": mnt, "CLONE_NEWUTS": uts, "CLONE_NEWIPC": ipc, "CLONE_NEWNET": net}
    child = host.clone(1, *(flag for flag, is_on in chosen.items() if is_on))
    if pid and mnt:
        host.mount(child, "proc", "/proc", "proc")
    host.set_hostname(1, "renamed")
    host.mount(1, "disk", "/mnt", "tmpfs")
    host.ask(calls.Msgget(1, KEY))
    rows = (
        ("its own pid (getpid)", *(str(host.process(one).number) for one in (1, child))),
        ("processes in /proc", *(_pids(host, one) for one in (1, child))),
        ("hostname, changed by the host", *(_hostname(host, one) for one in (1, child))),
        ("mounted on /mnt by the host", *(_yes(_mounted(host, one)) for one in (1, child))),
        (f"queue with key {KEY}, made by the host", *(_queue(host, one) for one in (1, child))),
        ("interfaces", *(_interfaces(host, one) for one in (1, child))),
    )
    return Table(("What is asked", "The host", "The child"), rows, "After the child was made, the host changed things")


def mapped_ids(outside: int, count: int) -> Table:
    """Ids on both sides of the map `0 outside count`; files of the host as a process inside sees them."""
    host = Host.boot()
    tool = host.spawn(1, "sh")
    host.unshare(tool, "CLONE_NEWUSER")
    host.write_file(1, f"/proc/{tool}/uid_map", f"0 {outside} {count}")
    rows = []
    for uid in (0, 1, 999, 1000, 65_535):
        answer = host.call(calls.SetUids(host.fork(tool), uid, uid, uid))
        becomes = answer.errno or str(outside + uid)
        host.write_file(1, f"/tmp/{uid}", "")
        host.chown(1, f"/tmp/{uid}", uid)
        rows.append((str(uid), becomes, str(host.stat(tool, f"/tmp/{uid}").uid)))
    head = ("uid", "A process inside takes it: uid outside", "A file outside has it: owner as seen inside")
    return Table(head, tuple(rows), f"With the map 0 {outside} {count}")


def shares(weight: int, db_processes: int, quota_of_web: int | None, cpus: int) -> tuple[Block, ...]:
    """Processor time of two groups in a second: web, with two busy processes, and db, of weight 100."""
    members = {"/web": (20, 21), "/db": tuple(range(30, 30 + db_processes))}
    limit = "max" if quota_of_web is None else quota_of_web
    files = {"/web/cpu.weight": str(weight), "/web/cpu.max": f"{limit} 100000"}
    start = Processors(grouped(members, files, cpus), slice=SLICE)
    busy: list[ProcessorAction] = [Compute(pid) for pids in members.values() for pid in pids]
    end = run(use_processors, start, [*busy, Pass(SECOND)]).final
    used = [end.used((name,)) / 1000 for name in ("web", "db")]
    names = ("web", "db", "idle")
    idle = 1000 * cpus - sum(used)
    title = f"Processor time in one second, {cpus} processor{'s' * (cpus > 1)}"
    return (Chart(title, "group", "time (ms)", (Series("used", names, (*used, idle)),), "bar"),)


def pressure(a: int, b: int, page_cache: int) -> tuple[Block, ...]:
    """Two processes and a file in a group of 100 MiB: b reads the file, a takes its memory, then b takes its own."""
    start = grouped({"/box": (20, 21)}, {"/box/memory.max": f"{LIMIT}M"})
    wanted: list[MemoryAction] = [ReadFile(21, "/file", page_cache * MIB), Allocate(20, a * MIB), Allocate(21, b * MIB)]
    trace = run(use_memory, start, wanted)
    killed = [{20: "a (20)", 21: "b (21)"}[pid] for pid in trace.final.killed]
    dropped = sum(kind == "reclaim" for kind in trace.kinds)
    words = f"Killed: {', '.join(killed) or 'nobody'}. Page cache was {'dropped' if dropped else 'not dropped'}."
    figure, _, points = draw_memory(trace.final, trace.steps[-1].event)
    asked = Series("asked for", ("a", "b", "page cache"), (float(a), float(b), float(page_cache)))
    end = trace.final.hierarchies[""].groups[("box",)].usage
    held = (*(end.anonymous.get(pid, 0) * 4096 / MIB for pid in (20, 21)), sum(end.cache.values()) * 4096 / MIB)
    chart = Chart("In a group of 100 MiB", "who", "memory (MiB)", (asked, Series("has", asked.x, held)), "bar")
    return Text(words), chart, figure, points


def _pids(host: Host, pid: int) -> str:
    return ", ".join(sorted((name for name in host.list(pid, "/proc") if name.isdigit()), key=int))


def _hostname(host: Host, pid: int) -> str:
    return host.read_file(pid, "/proc/sys/kernel/hostname").decode().strip()


def _mounted(host: Host, pid: int) -> bool:
    return any(point == "/mnt" for _, point in host.mounts(pid))


def _queue(host: Host, pid: int) -> str:
    answer = host.call(calls.Msgget(pid, KEY, create=False))
    assert isinstance(answer, Answer)
    return answer.errno or "found"


def _interfaces(host: Host, pid: int) -> str:
    space = host.kernel.networks.at(host.process(pid).namespaces.net)
    return ", ".join(f"{one.name} ({'up' if one.up else 'down'})" for one in space.devices.values())


def _yes(answer: bool) -> str:
    return "yes" if answer else "no"
