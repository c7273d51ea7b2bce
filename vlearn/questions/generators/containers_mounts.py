"""A question whose key is which mount namespace sees which mount, by shared, slave and private mounts."""

from itertools import product
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.containers_scenes import answered, booted, made
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import TraceTable
from vlearn.questions.replay import Replay
from vlearn.sim.containers import Call, Kernel, operate
from vlearn.sim.containers.calls import Clone, Mkdir, Mount, Umount
from vlearn.sim.containers.proc_mounts import reachable
from vlearn.views.containers_mounts import draw_mounts

KINDS = ("SHARED", "SLAVE", "PRIVATE")
PAIRS = tuple(pair for pair in product(KINDS, repeat=2) if pair != ("SHARED", "SHARED"))
"""What A and B make of their copies; if both leave it shared, everybody sees everything."""
PLACES = ("data", "cdrom", "backup", "logs", "secrets", "cache", "usb", "home")
WHO = {1: "the host", 2: "A", 3: "B"}
HEADER = ("Mount point", "Seen by the host", "Seen by A", "Seen by B")


def mounts_seen(rng: Random) -> Posed:
    """Host, A and B, each in its own mount namespace, mount below a directory that they once had in common."""
    kinds = dict(zip((2, 3), rng.choice(PAIRS), strict=True))
    places = rng.sample(PLACES, 4)
    start = made(booted(), [
        Mount(1, "t", "/mnt", "tmpfs"), Mount(1, "none", "/mnt", flags=("SHARED",)),
        *(Mkdir(1, f"/mnt/{name}") for name in places),
    ])  # fmt: skip
    told: list[str] = []
    calls: list[Call] = []
    early, *later = places
    if rng.random() < 0.5:
        later = places
    else:
        _note(told, calls, f"The host mounts a tmpfs on /mnt/{early}", Mount(1, early, f"/mnt/{early}", "tmpfs"))
    for pid, kind in kinds.items():
        _note(told, calls, f"The host starts {WHO[pid]} in a new mount namespace", Clone(1, ("CLONE_NEWNS",)))
        how = "leaves its /mnt shared, as it is" if kind == "SHARED" else f"makes its /mnt {kind.lower()}"
        _note(told, calls, f"{WHO[pid]} {how}", Mount(pid, "none", "/mnt", flags=(kind,)))
    who = [1, 2, 3, rng.choice((1, 2, 3))][: len(later)]
    rng.shuffle(who)
    for pid, name in zip(who, later, strict=True):
        words = f"{WHO[pid][:1].upper()}{WHO[pid][1:]} mounts a tmpfs on /mnt/{name}"
        _note(told, calls, words, Mount(pid, name, f"/mnt/{name}", "tmpfs"))
    end = made(start, calls)
    gone = [(pid, name) for pid in WHO for name in places if _sees(end, pid, name)]
    if rng.random() < 0.4:
        pid, name = rng.choice(gone)
        _note(told, calls, f"{WHO[pid][:1].upper()}{WHO[pid][1:]} unmounts /mnt/{name}", Umount(pid, f"/mnt/{name}"))
        end, _ = answered(end, calls[-1])
    used = sorted(name for name in places if any(f"/mnt/{name}" in words for words in told))
    rows = tuple((f"/mnt/{name}", *("yes" if _sees(end, pid, name) else "no" for pid in WHO)) for name in used)
    blanks = tuple((row, column) for row in range(len(rows)) for column in (1, 2, 3))
    prompt = Text(
        "On the host, /mnt is a shared mount. What the table says happens, in this order. Who sees something mounted at"
        " which mount point in the end? Write `yes` or `no`."
    )
    story = Table(("Step", "What happens"), tuple((str(n), words) for n, words in enumerate(told, 1)))
    solution = Text(
        "A new mount namespace begins with a copy of the tree, so what was mounted before is there in all. Then mounts"
        " and unmounts pass between shared copies in both directions, from a shared mount to its slaves in one, and to"
        " or from a private mount not at all."
    )
    replay = Replay(operate, start, tuple(calls), draw_mounts)
    return Posed((prompt, story), TraceTable(HEADER, rows, blanks), (Table(HEADER, rows), solution), replay)


def _note(told: list[str], calls: list[Call], words: str, call: Call) -> None:
    told.append(words)
    calls.append(call)


def _sees(kernel: Kernel, pid: int, name: str) -> bool:
    return any(point == f"/mnt/{name}" for _, point in reachable(kernel, kernel.process(pid)))
