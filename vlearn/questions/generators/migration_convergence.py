"""Questions whose key is whether pre-copy converges, on a guest that goes over its working set from end to end.

The wrong answers are those of wrong models: one without a working set, one without rates, one that looks at rates
alone, one that lets a round leave what it sent.
"""

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.forms import figure
from vlearn.questions.generators.migration_scenes import Scene
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric, SingleChoice
from vlearn.sim.migration import Estimate

ROUNDS = 6
"""After so many the machine is paused, whatever is left."""


def does_it_converge(rng: Random) -> Posed:
    """Does pre-copy reach its threshold, after how many rounds, and if not, what does every round leave?"""
    scene = _drawn(rng, rng.choice(("slow", "hot", "small")))
    right = _told(scene, scene.estimate)
    options, correct = distractors(rng, right, _wrong(scene), 3)
    prompt = Text(f"{_setting(scene)} Does pre-copy get there, and how?")
    return Posed((prompt,), SingleChoice(options, correct), _solution(scene), scene.replay)


def pause_of_hot_set(rng: Random) -> Posed:
    """How long is the pause of a guest whose working set never gets small enough?"""
    scene = _drawn(rng, "hot")
    report = scene.replay.trace().final.report
    value = Fraction(round(report.downtime, 6)).limit_denominator(100_000)
    prompt = Text(
        f"{_setting(scene)} If that never happens, the machine is paused after round {ROUNDS} all the same. How long is"
        " the pause for the memory that is left?"
    )
    told = Text(f"The pause: {scene.mib(scene.estimate.left)} / {scene.mib(scene.link)} = **{figure(value)} s**.")
    return Posed((prompt,), Numeric(value, value / 100, "s"), (*_solution(scene), told), scene.replay)


def _drawn(rng: Random, sort: str) -> Scene:
    """Slow: writes fall behind the link. Hot: they do not, and the working set is too large. Small: it is not."""
    while True:
        link = rng.choice((2, 4, 8, 16))
        factor = rng.choice((Fraction(1, 2), Fraction(1, 4), Fraction(1, 8)) if sort == "slow" else (1, 2, 3, 4))
        memory, threshold = rng.randrange(24, 73, 8), rng.choice((1, 2, 3, 4, 5, 6))
        working_set = rng.randrange(1, threshold + 1) if sort == "small" else rng.randrange(threshold + 2, memory, 2)
        unit = rng.choice((8, 10, 16, 20, 25, 32, 50))
        scene = Scene(memory, working_set, link, Fraction(link) * factor, threshold, unit, ROUNDS)
        found = scene.estimate
        settled = (
            found.converges == (sort != "hot") and len(found.rounds) < ROUNDS and found.left == int(found.left) > 0
        )
        if settled and len({text for text, _ in _wrong(scene)} - {_told(scene, found)}) >= 3 and scene.agrees:
            return scene


def _told(scene: Scene, found: Estimate) -> str:
    left = scene.mib(found.left)
    if not found.converges:
        return f"No: the rounds stop shrinking, and each of them leaves {left} MiB"
    count = len(found.rounds)
    return f"Yes: after {count} round{'s' * (count != 1)}, {left} MiB are left for the pause"


def _wrong(scene: Scene) -> Iterator[tuple[str, str]]:
    """What wrong models say, and then slips."""
    right = scene.estimate
    anywhere = replace(scene, working_set=scene.memory)
    yield _told(scene, anywhere.estimate), "So it were if the guest wrote all over its memory. It stays in its buffer."
    slower = scene.writes < scene.link
    everything = replace(scene, writes=Fraction(1000 * scene.link))
    why = "A round leaves the whole buffer only if it lasts long enough for the guest to go through it."
    if scene.writes * scene.memory >= scene.link * scene.working_set:
        why = "That is what the first round leaves. The next is shorter: can the guest go through its buffer in it?"
    yield _told(scene, everything.estimate), why
    if not right.converges:
        one = replace(right, converges=True)
        yield _told(scene, one), "That is more than the threshold, and no later round leaves less."
        fewer = replace(right, converges=True, left=scene.threshold, rounds=(1,) * ROUNDS)
        yield (
            _told(scene, fewer),
            "A round is as long as the one before, so it leaves as much.",
        )
    elif not slower:
        stuck = replace(right, converges=False)
        yield (
            _told(scene, stuck),
            "It is no more than the threshold: rates alone do not tell.",
        )
    later = replace(right, rounds=(*right.rounds, 0.0), converges=True)
    yield _told(scene, later), "The threshold is looked at when a round ends; it was reached a round before."
    yield _told(scene, replace(right, converges=False, left=scene.memory)), "Only the first round sends all of it."


def _setting(scene: Scene) -> str:
    return (
        f"A guest of {scene.mib(scene.memory)} MiB goes over a buffer of {scene.mib(scene.working_set)} MiB from end to"
        f" end, again and again, writing {scene.mib(scene.writes)} MiB per second and nothing anywhere else. The link"
        f" carries {scene.mib(scene.link)} MiB/s. The machine is to be paused as soon as a round leaves no more than"
        f" {scene.mib(scene.threshold)} MiB."
    )


def _solution(scene: Scene) -> tuple[Table, Text]:
    found = scene.estimate
    left = (*found.rounds[1:], found.left)
    rows = tuple(
        (str(n), scene.mib(sent), figure(sent / scene.link), scene.mib(after))
        for n, (sent, after) in enumerate(zip(found.rounds, left, strict=True), 1)
    )
    table = Table(("Round", "Sent (MiB)", "Lasts (s)", "Leaves (MiB)"), rows)
    words = (
        f"A round leaves {scene.mib(scene.writes)} MiB for each of its seconds, but never more than the buffer,"
        f" {scene.mib(scene.working_set)} MiB. {_told(scene, found)}."
    )
    return table, Text(words)
