"""Questions whose key is how often tests run: for batches of a merge queue, and in a search by halving."""

from fractions import Fraction
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.delivery_scenes import NEVER, counted, draw_queue
from vlearn.questions.generators.forms import asked_below
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric
from vlearn.questions.replay import Replay
from vlearn.sim.delivery.changes import Change
from vlearn.sim.delivery.merge_queue import Merge, MergeQueue, first_bad, tried, work

HEADER = ("Run", "Commit tested", "Result")


def runs_of_queue(rng: Random) -> Posed:
    """How many runs of the tests does a queue with faults or a clash in it take?"""
    while True:
        count, most = rng.choice((6, 7, 8, 9, 10, 12)), rng.choice((3, 4, 5, 6, 8))
        bad = sorted(rng.sample(range(1, count + 1), 2))
        clash = rng.random() < 0.4
        changes = tuple(_change(n, bad, clash) for n in range(1, count + 1))
        start = MergeQueue(waiting=changes)
        replay = Replay(work, start, (Merge(most),) * -(-count // most), draw_queue)
        final = replay.trace().final
        if most < count and final.runs not in (count, -(-count // most)):
            break
    what = (
        f"each is right by itself, but changes {bad[0]} and {bad[1]} clash: together they are red"
        if clash
        else f"changes {bad[0]} and {bad[1]} are faulty, all others are right"
    )
    prompt = Text(
        f"Changes 1 to {count} wait in a merge queue in this order; {what}. No test is flaky. The queue takes up to"
        f" {most} changes from the front and tests the main line with all of them in one run. Green, they are merged."
        " Red, the batch is halved (of an odd number, the first half is the smaller one), and each half is tested in"
        " the same way, the first half first, upon the main line as it is by then; a single change that is red is sent"
        " back. How many runs does it take until the queue is empty?"
    )
    told = "\n".join(f"- {step.event.text}" for step in replay.trace().steps)
    moral = f"So **{counted(final.runs, 'run')}**; testing each change by itself would have taken {count}."
    return Posed((prompt,), Numeric(Fraction(final.runs), unit="runs"), (Text(told), Text(moral)), replay)


def steps_of_bisection(rng: Random) -> Posed:
    """Which commits does a search by halving test, if their results are these?"""
    count, before = rng.choice((8, 16, 16, 32, 32, 64)), rng.randrange(0, 400)
    culprit = rng.randrange(1, count + 1)
    changes = tuple(Change(f"{before + n}", "test" if n == culprit else None) for n in range(1, count + 1))
    found, runs = first_bad(changes)
    looked = [(before + tested, tested < culprit) for tested in tried(changes)]
    rows = [(str(n), str(tested), _colour(good)) for n, (tested, good) in enumerate(looked, 1)]
    rows.append(("the culprit", found.name, NEVER))
    prompt = Text(
        f"The main line was green at commit {before} and is red at commit {before + count}; one commit in between broke"
        " it, what came after it stayed red, and no test is flaky. To find it, the commit in the middle between the"
        " last one known green and the first one known red is tested, again and again. Which commits are tested, if the"
        " results are these, and which one is the culprit?"
    )
    told, last, first = [], before, before + count
    for tested, good in looked:
        told.append(f"between {last} and {first} lies {tested}, {_colour(good)}")
        last, first = (tested, first) if good else (last, tested)
    solution = Text(
        f"{'; '.join(told)}. So {last} is green and {first} red: **{found.name}** broke it. Each run halves the"
        f" candidates: {counted(runs, 'run')} for {count} commits."
    )
    return Posed((prompt,), asked_below(HEADER, rows, "Commit tested"), (solution,))


def _colour(good: bool) -> str:
    return "green" if good else "red"


def _change(number: int, bad: list[int], clash: bool) -> Change:
    if number not in bad:
        return Change(str(number))
    return (
        Change(str(number), clashes=frozenset({str(bad[0])}) - {str(number)}) if clash else Change(str(number), "test")
    )
