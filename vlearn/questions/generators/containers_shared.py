"""A question whose key is what two processes share: names, queues, mounts, ports, signals, by their namespaces."""

from dataclasses import dataclass
from ipaddress import IPv4Address
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.containers_scenes import answered, booted, made
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import MultipleChoice, Option
from vlearn.questions.replay import Replay
from vlearn.sim.containers import Call, Kernel, operate
from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.calls import Clone, Kill, Mount, Msgget, Read, SetHostname
from vlearn.sim.containers.calls import Open as OpenFile
from vlearn.sim.containers.namespaces import KIND
from vlearn.sim.containers.network.sockets import bind
from vlearn.sim.containers.proc_mounts import reachable
from vlearn.views.containers_namespaces import draw_namespaces

A, B = 2, 3
KINDS = ("pid", "mnt", "uts", "ipc", "net")
WHY = {
    "uts": "The hostname belongs to the UTS namespace.",
    "ipc": "System V queues belong to the IPC namespace, and keys are looked up there.",
    "mnt": "A private mount is seen in its own mount namespace alone.",
    "net": "Ports are counted in each network namespace apart.",
    "pid": "A process can signal those that have a number in its own pid namespace, and in those below it.",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """Two children of init, the kinds of namespace that each has of its own, and the machine with them."""

    own: dict[int, tuple[str, ...]]
    kernel: Kernel


def what_two_share(rng: Random) -> Posed:
    """Which of five statements hold about a process A, a process B and what A does?"""
    while True:
        own = {pid: tuple(kind for kind in KINDS if rng.random() < 0.4) for pid in (A, B)}
        scene = Scene(own, made(booted(), [_clone(own[A]), _clone(own[B])]))
        key, name = rng.randrange(10, 99), rng.choice(("box", "web", "db", "mail"))
        port, place = rng.choice((80, 443, 5432, 6379, 8080)), rng.choice(("/mnt", "/home", "/tmp"))
        doing = (SetHostname(A, name), Msgget(A, key), Mount(A, "t", place, "tmpfs"))
        after = made(scene.kernel, doing)
        told = (
            ("uts", f"The hostname of B is {name}", _reads(after, "/proc/sys/kernel/hostname") == name),
            ("ipc", f"B finds the queue of A by key {key}", _goes_well(after, Msgget(B, key, create=False))),
            ("mnt", f"B sees the tmpfs of A on {place}", _sees(after, place)),
            ("net", f"B can listen on port {port}, too", _can_listen(after, port)),
            ("pid", "B can send SIGTERM to A", _can_signal(after)),
        )
        if 0 < sum(holds for _, _, holds in told) < len(told):
            break
    options = tuple(Option(f"{words}.", WHY[kind]) for kind, words, _ in told)
    correct = frozenset(n for n, (_, _, holds) in enumerate(told) if holds)
    prompt = Text(
        "A and B are children of a host's init, both root, in the namespaces of the table; all mounts are private. A"
        f" sets its hostname to {name}, makes a System V message queue with key {key}, mounts a tmpfs on {place}, and"
        f" listens on TCP port {port} of all addresses. Which statements hold then?"
    )
    table = Table(("Process", *KINDS), tuple((words, *_shown(own[pid])) for words, pid in (("A", A), ("B", B))))
    wrong = " ".join(f"{option.text} {'Yes' if n in correct else 'No'}: {option.feedback}"
                     for n, option in enumerate(options))  # fmt: skip
    replay = Replay(operate, scene.kernel, doing, draw_namespaces)
    return Posed((prompt, table), MultipleChoice(options, correct), (Text(wrong),), replay)


def _clone(own: tuple[str, ...]) -> Clone:
    return Clone(1, tuple(KIND[kind].flag for kind in own))


def _shown(own: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("its own" if kind in own else "the host's" for kind in KINDS)


def _goes_well(kernel: Kernel, call: Call) -> bool:
    return not answered(kernel, call)[1].errno


def _reads(kernel: Kernel, path: str) -> str:
    kernel, opened = answered(kernel, OpenFile(B, path))
    content: bytes = answered(kernel, Read(B, opened.value))[1].value
    return content.decode().strip()


def _sees(kernel: Kernel, place: str) -> bool:
    return any(point == place for _, point in reachable(kernel, kernel.process(B)))


def _can_listen(kernel: Kernel, port: int) -> bool:
    spaces = [kernel.process(pid).namespaces.net for pid in (A, B)]
    everywhere = IPv4Address("0.0.0.0")
    networks, _ = bind(kernel.networks, spaces[0], A, port, everywhere)
    try:
        bind(networks, spaces[1], B, port, everywhere)
    except Refusal:
        return False
    return True


def _can_signal(kernel: Kernel) -> bool:
    number = kernel.number_in(A, kernel.process(B).namespaces.pid)
    return bool(number) and _goes_well(kernel, Kill(B, number, "SIGTERM"))
