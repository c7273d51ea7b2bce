"""A question whose key is the pid of every process in every pid namespace that sees it."""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.containers_scenes import answered, booted, counting_from
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import TraceTable
from vlearn.questions.replay import Replay
from vlearn.sim.containers import Call, Kernel, operate
from vlearn.sim.containers.calls import Clone, Exit, Fork, Unshare, Wait
from vlearn.views.containers_processes import draw_processes

NEW = ("CLONE_NEWPID",)
NAMES = "ABCDEFGH"
UNSEEN = "-"


@dataclass(frozen=True, slots=True)
class Story:
    """What happened, in words and as calls, the kernel then, and the name of each process by its pid on the host."""

    kernel: Kernel
    told: tuple[str, ...]
    calls: tuple[Call, ...]
    names: dict[int, str]


def pids_in_namespaces(rng: Random, steps: int = 6) -> Posed:
    """Which pid has each process, as the host and each of two more namespaces count?"""
    while True:
        newest = rng.choice((20, 40, 90, 310, 410, 1280, 2040)) + rng.randrange(9)
        start = counting_from(booted(), newest)
        story = drawn_story(rng, start, steps)
        alive = {pid: name for pid, name in story.names.items() if pid in story.kernel.processes}
        inner = {number: name for pid, name in alive.items() for number in _first_of(story.kernel, pid)}
        within = sum(bool(story.kernel.number_in(pid, space)) for pid in alive for space in inner)
        if len(inner) == 2 and len(alive) >= 4 and within >= 4:
            break
    spaces = {story.kernel.first("pid"): "On the host", **{n: f"For {name}" for n, name in sorted(inner.items())}}
    rows = tuple((name, *(_number(story.kernel, pid, space) for space in spaces)) for pid, name in alive.items())
    header = ("Process", *spaces.values())
    blanks = tuple((row, column) for row in range(len(rows)) for column in (1, 2, 3) if (row, column) != (0, 1))
    prompt = Text(
        f"The newest process of a machine has pid {newest}. Then what the table says happens, and nothing else makes a"
        f" process. Which pid has each process on the host, and for each of {' and '.join(inner.values())}, which are"
        f" the first processes of a new pid namespace? Write `{UNSEEN}` where a process is not seen."
    )
    listed = Table(("Step", "What happens"), tuple((str(n), words) for n, words in enumerate(story.told, 1)))
    told = Text(
        "A process has a number in its own pid namespace and in each one around it, and in no other. Each namespace"
        " counts for itself, from 1, and does not go back when a process ends. `unshare` leaves the caller where it"
        " is: its next child is pid 1 of the new namespace."
    )
    replay = Replay(operate, start, story.calls, draw_processes)
    return Posed((prompt, listed), TraceTable(header, rows, blanks), (Table(header, rows), told), replay)


def drawn_story(rng: Random, kernel: Kernel, steps: int) -> Story:
    """Children of random processes, some in new pid namespaces, one of them by way of unshare; and perhaps an end."""
    told: list[str] = []
    calls: list[Call] = []
    names = {1: "init"}
    for name in NAMES[:steps]:
        parent = rng.choice([pid for pid in names if pid in kernel.processes])
        who, how = names[parent], rng.choice(("fork", "fork", "clone", "unshare"))
        if how == "unshare" and parent != 1 and _forks_at_home(kernel, parent):
            calls.append(Unshare(parent, NEW))
            kernel, _ = answered(kernel, calls[-1])
            told.append(f"{who} calls unshare(CLONE_NEWPID)")
        call: Call = Clone(parent, NEW) if how == "clone" else Fork(parent)
        kernel, answer = answered(kernel, call)
        if answer.errno:
            continue
        calls.append(call)
        names[max(kernel.processes)] = name
        told.append(f"{who} clones {name} with CLONE_NEWPID" if how == "clone" else f"{who} forks {name}")
        leaves = [pid for pid, one in kernel.processes.items() if not one.children and not one.is_init]
        if len(leaves) > 1 and rng.random() < 0.25:
            gone = rng.choice(sorted(leaves))
            for end in (Exit(gone), Wait(kernel.process(gone).parent)):
                kernel, _ = answered(kernel, end)
                calls.append(end)
            told.append(f"{names[gone]} ends, and its parent waits for it")
    del names[1]
    return Story(kernel, tuple(told), tuple(calls), names)


def _forks_at_home(kernel: Kernel, pid: int) -> bool:
    spaces = kernel.process(pid).namespaces
    return spaces.pid == spaces.pid_for_children


def _first_of(kernel: Kernel, pid: int) -> Iterator[int]:
    """The number of the new pid namespace that a process is the first of, if it is."""
    process = kernel.process(pid)
    if process.is_init:
        yield process.namespaces.pid


def _number(kernel: Kernel, pid: int, space: int) -> str:
    return str(kernel.number_in(pid, space) or UNSEEN)
