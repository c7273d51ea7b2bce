"""A question whose key is which part of a divided etcd cluster still takes writes."""

from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.forms import listed
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.kubernetes.raft import (
    Action,
    Cluster,
    Crash,
    Propose,
    act,
    election,
    partition,
    quorum,
    replication,
    tolerance,
    with_quorum,
)
from vlearn.trace import run
from vlearn.views.raft import draw

NOBODY = "No room: writes wait for a majority"
EVERYBODY = "Each room, for the pods of its own"


def which_room_writes(rng: Random) -> Posed:
    """In which of the rooms that cannot reach each other does etcd still take writes?"""
    while True:
        size = rng.choice((3, 4, 5, 5, 6, 7))
        names = tuple(f"S{n}" for n in range(1, size + 1))
        shuffled = rng.sample(names, size)
        cuts = sorted(rng.sample(range(1, size), 2 if size > 3 and rng.random() < 0.5 else 1))
        rooms = [tuple(sorted(shuffled[a:b])) for a, b in zip((0, *cuts), (*cuts, size), strict=True)]
        down = tuple(sorted(rng.sample(names, rng.randint(0, min(2, size // 2)))))
        actions: list[Action] = [*partition(*rooms), *map(Crash, down)]
        start = Cluster.begin(size)
        writing = with_quorum(run(act, start, actions).final)
        if writing or rng.random() < 0.4:
            break
    for room in rooms:
        actions += _attempt(tuple(name for name in room if name not in down), writing)
    right = next((_room(room) for room in rooms if set(room) & set(writing)), NOBODY)
    most = max(_up(room, down) for room in rooms)
    wrong = [(_room(room), _too_few(_up(room, down), size, most)) for room in sorted(rooms, key=len, reverse=True)]
    wrong.insert(1, (EVERYBODY, "Then they would contradict each other afterwards. Two majorities always overlap."))
    wrong.insert(2, (NOBODY, f"{quorum(size)} of {size} members are enough, and one room has them."))
    why = "Nowhere can a majority talk to each other." if right == NOBODY else "Here a majority can talk to each other."
    options, correct = distractors(rng, right, wrong, 3, why)
    gone = f" Besides, {listed(down)} {'has' if len(down) == 1 else 'have'} failed." if down else ""
    prompt = Text(
        f"The {size} members of an etcd cluster stand in rooms as the table says. The network between the rooms fails;"
        f" within each it works.{gone} Where can the API server still get changes written?"
    )
    table = Table(("Room", "Members"), tuple((str(n), listed(room)) for n, room in enumerate(rooms, 1)))
    counted = "; ".join(f"{_up(room, down)} of {listed(room)}" for room in rooms)
    solution = Text(
        f"A majority of {size} is {quorum(size)}, whoever has failed: the cluster survives the loss of"
        f" {tolerance(size)}. Members that run and can talk to each other: {counted}. {right}."
    )
    return Posed((prompt, table), SingleChoice(options, correct), (solution,), Replay(act, start, tuple(actions), draw))


def _attempt(up: tuple[str, ...], writing: tuple[str, ...]) -> tuple[Action, ...]:
    """The first member of a room stands for election, and its client wants to write."""
    if not up:
        return ()
    first, *rest = up
    copied = replication(first, rest) if first in writing else ()
    return (*election(first, rest), Propose(first, "x"), *copied)


def _up(room: tuple[str, ...], down: tuple[str, ...]) -> int:
    return len([name for name in room if name not in down])


def _room(room: tuple[str, ...]) -> str:
    return f"The room with {listed(room)}"


def _too_few(have: int, size: int, most: int) -> str:
    told = f"{have or 'None'} of the {size} members can talk to each other there, and a majority is {quorum(size)}"
    return f"{told}: to be the largest part is not enough." if have == most else f"{told}."
