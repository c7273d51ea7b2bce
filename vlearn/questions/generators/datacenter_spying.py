"""Questions whose key is what prime and probe tells of a neighbour: which sets it used, and which bits that gives away.

The wrong answers are those of a spy who mixes up the two lines, counts a doubtful round or trusts a single one.
"""

from collections.abc import Iterator
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.forms import chosen, listed
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.datacenter.isolation import Attack, Cache, Prime, Probe, Work, attack
from vlearn.sim.datacenter.isolation.side_channel import TABLE, VOTES, Move
from vlearn.views.datacenter_cache import draw_cache

SETS, WAYS = 8, 2
UNKNOWN = "x"
"""A bit of which the spy knows nothing."""


def sets_the_spy_sees(rng: Random) -> Posed:
    """In which sets is the spy's probe slow, after the victim has loaded these lines?"""
    sets, ways, bit = rng.choice((4, 8, 8)), rng.choice((2, 4, 8)), rng.choice((0, 1))
    while True:
        others = tuple(rng.sample([n for n in range(8, 64) if n not in TABLE], rng.choice((2, 3))))
        moves: tuple[Move, ...] = (Prime(), Work(others), Probe())
        replay = Replay(attack, Attack(Cache.of(sets, ways), (bit,)), moves, draw_cache)
        slow = replay.trace().final.slow
        if 1 < len(slow) < sets:
            break
    loaded = [TABLE[bit], *others]
    prompt = Text(
        f"Two virtual machines run on one chip, whose cache has {sets} sets, numbered from 0, of {ways} ways each. Line"
        f" *n* goes into set *n* modulo {sets}, and within a set the line that was used least recently gives way. The"
        " spy first fills every way of every set with lines of its own (prime). Then its victim uses a bit of its key:"
        f" it loads line {TABLE[0]} if the bit is 0, and line {TABLE[1]} if it is 1. The bit is {bit}, and besides the"
        f" victim loads lines {listed(list(map(str, others)))}. Nothing else uses the cache. Then the spy times its own"
        " lines again, set by set (probe). In which sets is at least one of them slow? Choose all that apply."
    )
    answer = chosen((f"Set {n}", n in slow, _why_set(n, loaded, TABLE[1 - bit], sets)) for n in range(sets))
    told = "\n".join(f"- line {line}: {line} modulo {sets} = set {line % sets}" for line in loaded)
    words = (
        f"{told}\n\nA load of the victim pushes out one of the spy's lines in its set, and that one is slow now. It"
        " learns the sets, and nothing of what is in the lines; no rule of the monitor is broken."
    )
    return Posed((prompt,), answer, (Text(words),), replay)


def secret_from_probes(rng: Random) -> Posed:
    """Which bits does the spy make of its probes, after three rounds over the same secret?"""
    rounds, count = 3, 4
    while True:
        secret, noise = tuple(rng.choice((0, 1)) for _ in range(count)), rng.choice((1, 2))
        replay = _attacked(secret, rng, rounds, noise)
        trace = replay.trace()
        slow = [step.state.slow for step in trace.steps if step.event.kind == "probe"]
        table = [slow[bit::count] for bit in range(count)]
        guesses = [VOTES[guess] for guess in trace.final.guesses]
        right = _signs([sum(guesses[bit::count]) for bit in range(count)])
        wrong = list(_wrong(table))
        if right.count(UNKNOWN) < 2 and len({bits for bits, _ in wrong} - {right}) >= 3:
            break
    rng.shuffle(wrong)  # not always the same mistakes: the opposite of each bit would give away the pair
    options, correct = distractors(rng, right, wrong, 3)
    zero, one = TABLE
    prompt = Text(
        f"A spy primes and probes a cache of {SETS} sets that it shares with its victim. For each bit of a secret of"
        f" {count} bits the victim loads something from set {zero} if the bit is 0 and from set {one} if it is 1, and"
        " besides a few lines from anywhere. The victim goes through the secret three times. The table shows in which"
        " sets the probe was slow. In each round the spy takes a bit for 0 or 1 if just one of the two sets is slow,"
        " and abstains if both or neither are; over the rounds the majority of its votes counts, and where they balance"
        " or there are none it knows nothing (`x`). What does it take the secret for, from bit 0 on?"
    )
    header = ("Bit", *(f"Round {turn}" for turn in range(1, rounds + 1)))
    rows = tuple((str(n), *(", ".join(map(str, slow)) for slow in row)) for n, row in enumerate(table))
    return Posed((prompt, Table(header, rows, "Sets in which the probe was slow.")), SingleChoice(options, correct),
                 (_votes(table, right),), replay)  # fmt: skip


def _attacked(secret: tuple[int, ...], rng: Random, rounds: int, noise: int) -> Replay[Attack, Move]:
    """All rounds in a row, the secret once in each."""
    moves: list[Move] = []
    for _ in range(rounds * len(secret)):
        moves += [Prime(), Work(tuple(rng.randrange(SETS) for _ in range(noise))), Probe()]
    return Replay(attack, Attack(Cache.of(SETS, WAYS), secret * rounds), tuple(moves), draw_cache)


def _vote(slow: tuple[int, ...]) -> int:
    """For 1 or against it, or 0 for an abstention."""
    zero, one = (line in slow for line in TABLE)
    return one - zero


def _wrong(table: list[list[tuple[int, ...]]]) -> Iterator[tuple[str, str]]:
    """What hasty spies make of it."""
    sums = [sum(map(_vote, row)) for row in table]
    yield _signs([-total for total in sums]), f"Set {TABLE[1]} stands for 1, and set {TABLE[0]} for 0."
    yield _signs([_vote(row[0]) for row in table]), "That is the first round alone; the others vote as well."
    yield _signs([_vote(row[-1]) for row in table]), "That is the last round alone; the others vote as well."
    ones = [sum(TABLE[1] in slow for slow in row) for row in table]
    yield (
        _signs([2 * n - len(row) for n, row in zip(ones, table, strict=True)]),
        (f"A round with both sets slow is no vote for 1: look at set {TABLE[0]}, too."),
    )
    yield _signs([1 if n else -1 for n in ones]), f"Set {TABLE[1]} may be slow because of another line, once."
    yield (
        _signs([0 if 0 in map(_vote, row) else total for row, total in zip(table, sums, strict=True)]),
        ("One abstention does not spoil the votes of the other rounds."),
    )
    yield _signs([0] * len(table)), "Noise takes some votes away, not all: count those that are left."
    yield _signs([total or 1 for total in sums]), "Where votes balance, or there are none, the spy knows nothing."
    yield _signs([total or -1 for total in sums]), "No vote for 1 is not yet a vote for 0."


def _signs(totals: list[int]) -> str:
    return " ".join(UNKNOWN if not total else "1" if total > 0 else "0" for total in totals)


def _votes(table: list[list[tuple[int, ...]]], right: str) -> Text:
    words = {1: "1", -1: "0", 0: "abstains"}
    lines = "\n".join(f"- bit {n}: {', '.join(words[_vote(slow)] for slow in row)}" for n, row in enumerate(table))
    return Text(
        f"Votes by round:\n\n{lines}\n\nSo: **{right}**. Noise costs the spy time, not the secret: more rounds outvote"
        " it. A victim that loads from both sets whatever the bit would leave nothing but abstentions."
    )


def _why_set(number: int, loaded: list[int], other: int, sets: int) -> str:
    """What the victim left in a set; `other` is the line that it would have loaded for the other bit."""
    here = [str(line) for line in loaded if line % sets == number]
    if here:
        return f"Line{'s' * (len(here) > 1)} {listed(here)} of the victim went there."
    if number == other % sets:
        return f"Line {other} belongs there, but the victim loads it for the other bit only."
    return "The victim loaded nothing into this set, so all lines of the spy are still there."
