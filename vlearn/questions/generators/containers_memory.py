"""A question whose key is whom the OOM killer chooses when a control group has no page left."""

from dataclasses import replace
from random import Random

from immutables import Map

from vlearn.blocks import Table, Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.containers.cgroups.charges import memory_tree
from vlearn.sim.containers.cgroups.layout import MIB, grouped
from vlearn.sim.containers.cgroups.memory import Allocate, MemoryAction, ReadFile, use_memory
from vlearn.sim.containers.cgroups.oom import candidates
from vlearn.sim.containers.cgroups.state import PAGE, Cgroups
from vlearn.views.containers_memory import draw_memory

NAMES = ("web", "worker", "queue", "log")
INSIDE = NAMES[:3]
NOBODY = "Nobody: page cache is dropped, and that is enough."


def who_is_killed(rng: Random) -> Posed:
    """Three processes in a group with a limit, one outside; then one of the three asks for more than is left."""
    wanted = rng.choice(("asker", "largest", "points", "together", "nobody"))
    while True:
        pids = dict(zip(NAMES, rng.sample(range(20, 90), 4), strict=True))
        start, actions, told, scores = _scene(rng, pids, wanted)
        replay = Replay(use_memory, start, actions, draw_memory)
        killed = replay.trace().final.killed
        asker, largest = actions[-1].pid, max(INSIDE, key=lambda name: _size(actions, pids[name]))
        if _kind(killed, replay.trace().kinds, asker, pids[largest]) == wanted and not _tied(replay):
            break
    by_pid = {pid: name for name, pid in pids.items()}
    right = _words(killed, by_pid)
    asked = _words((asker,), by_pid)
    wrong = [
        (asked, "Who asks last need not die: the killer goes by points."),
        (_words((pids[largest],), by_pid), "That one has most memory. What else counts, and who dies with whom?"),
        (NOBODY, "There is not enough page cache to drop."),
        (_words(tuple(pids[name] for name in INSIDE), by_pid),
         "It kills one process, unless `memory.oom.group` is set."),
        (_words((pids["log"],), by_pid), "It is not in the group that is at its limit."),
        *((_words((pids[name],), by_pid), "Others have more points.") for name in INSIDE),
    ]  # fmt: skip
    options, correct = distractors(rng, right, wrong, 4)
    limit = start.hierarchies[""].groups[("shop",)].limits.memory_max
    assert limit is not None
    words = (
        f"The control group `shop` has `memory.max` {limit * PAGE // MIB} MiB and `memory.oom.group`"
        f" {1 if wanted == 'together' else 0}. In it are the processes"
        f" {', '.join(f'{name} ({pids[name]})' for name in INSIDE)}; log ({pids['log']}) is outside, in a group without"
        f" a limit. {_scores(scores)} There is no swap. What the table says happens, in this order. Who is killed by"
        " the last step?"
    )
    table = Table(("Step", "What happens"), tuple((str(n), line) for n, line in enumerate(told, 1)))
    return Posed((Text(words), table), SingleChoice(options, correct), (_solution(replay, right),), replay)


def _scene(
    rng: Random, pids: dict[str, int], wanted: str
) -> tuple[Cgroups, tuple[MemoryAction, ...], tuple[str, ...], dict[str, int]]:
    limit = rng.choice((100, 128, 160, 200, 256, 320))
    files = {"/shop/memory.max": f"{limit}M", "/shop/memory.oom.group": str(int(wanted == "together"))}
    start = grouped({"/shop": tuple(pids[name] for name in INSIDE), "/logs": (pids["log"],)}, files)
    scores = {rng.choice(INSIDE): rng.choice((-1000, -500, 300, 500, 800))} if wanted == "points" else {}
    start = replace(start, scores=Map({pids[name]: score for name, score in scores.items()}))
    cache = rng.randrange(20, 60, 5) if wanted == "nobody" else rng.choice((0, 0, 10))
    sizes = dict.fromkeys(INSIDE, limit)
    while not 0.6 * limit <= sum(sizes.values()) <= limit - 5:
        sizes = {name: rng.randrange(10, 7 * limit // 10, 5) for name in INSIDE}
    cache = min(cache, limit - sum(sizes.values()))  # so that all of it fits at first
    order = rng.sample(INSIDE, 3)
    actions: list[MemoryAction] = [Allocate(pids["log"], rng.choice((limit, 2 * limit)) * MIB)]
    told = [f"log allocates {actions[0].size // MIB} MiB"]
    if cache:
        reader = rng.choice(INSIDE)
        actions.append(ReadFile(pids[reader], "/var/data", cache * MIB))
        told.append(f"{reader} reads a file of {cache} MiB, which stays in the page cache")
    for name in order:
        actions.append(Allocate(pids[name], sizes[name] * MIB))
        told.append(f"{name} allocates {sizes[name]} MiB")
    last, more = rng.choice(INSIDE), limit - sum(sizes.values()) + rng.choice((-5, 5, 10, 20, 30))
    actions.append(Allocate(pids[last], more * MIB))
    told.append(f"{last} allocates {more} MiB more")
    return start, tuple(actions), tuple(told), scores


def _size(actions: tuple[MemoryAction, ...], pid: int) -> int:
    return sum(action.size for action in actions[:-1] if isinstance(action, Allocate) and action.pid == pid)


def _kind(killed: tuple[int, ...], kinds: tuple[str, ...], asker: int, largest: int) -> str:
    """Which of the outcomes this is; "" for one that is not asked about."""
    if len(killed) == 3:
        return "together"
    if len(killed) > 1:
        return ""
    if not killed:
        return "nobody" if "reclaim" in kinds and "no-victim" not in kinds else ""
    if killed == (asker,):
        return "asker"
    return "largest" if killed == (largest,) else "points"


def _tied(replay: Replay[Cgroups, MemoryAction]) -> bool:
    """Whether two have the most points when somebody is chosen: then order decides, which is not asked about."""
    for step in replay.trace().steps:
        if step.event.kind == "oom":
            found = candidates(step.state, memory_tree(step.state), ("shop",))
            points = sorted((one for _, one in found if one is not None), reverse=True)
            return points[0] - points[1] < MIB // PAGE
    return False


def _words(killed: tuple[int, ...], by_pid: dict[int, str]) -> str:
    if not killed:
        return NOBODY
    if len(killed) > 1:
        return "All three of the group, each with exit status 137."
    return f"{by_pid[killed[0]]} ({killed[0]}) alone, with exit status 137."


def _scores(scores: dict[str, int]) -> str:
    told = [f"The `oom_score_adj` of {name} is {score}, all others are 0." for name, score in scores.items()]
    return " ".join(told) or "All processes have `oom_score_adj` 0."


def _solution(replay: Replay[Cgroups, MemoryAction], right: str) -> Text:
    events = [step.event for step in replay.trace().steps]
    said = [f"{event.text}." for event in events if event.kind in ("reclaim", "oom", "oom-kill")]
    return Text(
        "Page cache of the group is dropped first. If that is not enough, the process with most points in the group"
        " dies: its pages (of 4 KiB), and for each 1 of `oom_score_adj` a thousandth of the limit. The model says:"
        f" {' '.join(said)} **{right}** 137 is 128 + 9, for SIGKILL."
    )
