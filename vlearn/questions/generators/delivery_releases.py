"""A question whose key is what a release takes by its strategy: servers at most and at least, and minutes."""

from collections.abc import Iterator
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.delivery_scenes import SHARES, counted, draw_release, percent
from vlearn.questions.generators.forms import asked_below
from vlearn.questions.generators.posed import Posed
from vlearn.questions.replay import Replay
from vlearn.sim.delivery.phases import BlueGreen, Canary, Recreate, Rolling, Strategy
from vlearn.sim.delivery.release import Release, RollOut, Service, Version, release
from vlearn.trace import run

HEADER = ("Release", "Servers at most", "Answering at least", "Minutes until it is done")


def figures_of_releases(rng: Random) -> Posed:
    """Servers at most and at least, and minutes, of a version that is right, by four strategies."""
    servers, start = rng.choice((4, 5, 6, 8, 9, 10, 12)), float(rng.choice((1, 2, 3, 4)))
    rolling = rng.sample([one for one in _rollings(servers) if one.max_surge or one.max_unavailable], 2)
    canary = Canary(rng.choice(SHARES), float(rng.choice((5, 10, 15, 20))))
    others: list[Strategy] = rng.sample([Recreate(), BlueGreen(), canary], 2)
    strategies = rng.sample([*rolling, *others], 4)
    service = Service(servers, start, watch=0.0)
    rows = []
    for strategy in strategies:
        final = run(release, Release(service), (RollOut(Version("new"), strategy),)).final
        rows.append((_named(strategy), str(final.most), str(final.least), f"{final.minutes:g}"))
    shown = rng.choice(strategies)
    prompt = Text(
        f"A service of {servers} servers gets a version that is right. A new server takes"
        f" {counted(int(start), 'minute')} until it answers; stopping one and changing the routing take no time. A"
        " rolling release keeps to its two limits and uses them as far as it can: it stops as many old servers and"
        " starts as many new ones as they allow, and goes on when those answer; percentages are of the wanted number, a"
        " surge rounded up, `maxUnavailable` down. Blue-green and this canary start a full second set beside the first,"
        " and stop the old one at the end. How many servers, old and new, are there at most at a time (starting ones"
        " included), how many answer at least, and after how many minutes is it done: all users have the new version,"
        " and as many new servers as are wanted answer?"
    )
    told = (
        "A rolling release has its surge above, and its allowance below, the wanted number; each round starts as many"
        " as both together. Stopping all and starting anew needs no spare server and leaves none that answers."
        " Blue-green and the canary double the servers and never have too few that answer."
    )
    replay = Replay(release, Release(service), (RollOut(Version("new"), shown),), draw_release)
    answer = asked_below(HEADER, rows, *HEADER[1:])
    solution = (Text(told), Text(f"The run that goes with this question: {_named(shown)}."))
    return Posed((prompt,), answer, solution, replay)


def _rollings(servers: int) -> Iterator[Rolling]:
    numbers = [(1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (0, 2), (3, 0), (2, 2)]
    yield from (Rolling(surge, below) for surge, below in numbers if below < servers)
    yield from (Rolling(surge, below) for surge, below in (("25%", "25%"), ("50%", 0), ("25%", 0), ("30%", "10%")))


def _named(strategy: Strategy) -> str:
    match strategy:
        case Rolling(surge, below):
            return f"rolling, `maxSurge: {surge}`, `maxUnavailable: {below}`"
        case Canary(shares, minutes):
            return f"canary, {', '.join(percent(share) for share in shares)} for {minutes:g} minutes each"
        case BlueGreen():
            return "blue-green"
        case Recreate():
            return "stop all, start anew"
