"""Questions whose key is a release: servers and minutes by strategy, and what users see of a bad version."""

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.delivery_scenes import counted, draw_release
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.forms import asked_below
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric, SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.delivery.phases import BlueGreen, Canary, Phase, Recreate, Rolling, Strategy, phases
from vlearn.sim.delivery.release import Release, RollOut, Service, Version, release
from vlearn.trace import run

HEADER = ("Release", "Servers at most", "Answering at least", "Minutes to the last user")
SHARES = ((0.01, 0.1, 0.5), (0.02, 0.2), (0.05, 0.25), (0.1, 0.5), (0.05, 0.1, 0.5), (0.1, 0.2, 0.4))
TRAFFIC = 1000


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
        " included), how many answer at least, and after how many minutes does the last user see the new version?"
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


def errors_in_release(rng: Random) -> Posed:
    """Which percentage of all requests fails at a moment of a release?"""
    while True:
        servers, failing = (
            rng.choice((4, 5, 8, 10, 20)),
            Fraction(rng.choice((4, 5, 8, 10, 15, 20, 25, 30, 40, 50)), 100),
        )
        strategy: Strategy = rng.choice(
            (Rolling(1, 0), Rolling(2, 0), Rolling(0, 1), Canary(rng.choice(SHARES)), BlueGreen())
        )
        moments = [phase for phase in phases(strategy, servers, 1.0) if phase.share] or [_all(servers)]
        phase = rng.choice(moments)
        share = Fraction(phase.new, phase.capacity) if isinstance(strategy, Rolling) else Fraction(phase.share)
        value = share.limit_denominator(1000) * failing * 100
        if (value * 100).denominator == 1 and value > 0:
            break
    split = "each server that answers gets the same share of requests"
    prompt = Text(
        f"A service of {servers} servers gets a version on which {_percent(failing)} of requests fail; the old version"
        f" answers all of its own. {_moment(strategy, phase)} Nobody has noticed yet; {split}, unless the router is"
        " told otherwise. Which percentage of all requests fails at this moment?"
    )
    solution = Text(
        f"The new version gets {_percent(share.limit_denominator(1000))} of requests, and of these {_percent(failing)}"
        f" fail: **{float(value):g}%**. How many users a fault reaches before it is noticed is what strategies differ"
        " in."
    )
    return Posed((prompt,), Numeric(value, Fraction(1, 100), "percent"), (solution,))


def when_noticed(rng: Random) -> Posed:
    """With which share of users on the new version, and after how many minutes, is a fault noticed?"""
    while True:
        shares, minutes = rng.choice(SHARES), float(rng.choice((5, 10, 15, 20)))
        failing, enough = (
            rng.choice((0.02, 0.05, 0.1, 0.2, 0.5)),
            rng.choice((20, 50, 80, 100, 120, 200, 300, 400, 500)),
        )
        service = Service(rng.choice((4, 8, 10, 12)), 2.0, enough / TRAFFIC)
        action = RollOut(Version("new", failing), Canary(shares, minutes))
        replay = Replay(release, Release(service), (action,), draw_release)
        noticed = next((step.state for step in replay.trace().steps if step.event.kind == "notice"), None)
        if noticed is None or noticed.phase is None or noticed.phase.share in (shares[0], 1.0):
            continue
        right = _said(noticed.phase.share, noticed.minutes - service.start)
        wrong = list(_wrong(shares, minutes, failing, enough, noticed.phase.share))
        moment = Fraction(noticed.minutes - service.start).limit_denominator(1000)
        amid = (moment * 10).denominator == 1 and moment % int(minutes) != 0
        if len({text for text, _ in wrong} - {right}) >= 3 and amid:
            break
    options, correct = distractors(rng, right, wrong, 3)
    steps = ", then ".join(f"{_percent(share)}" for share in shares)
    prompt = Text(
        f"A service gets {TRAFFIC:,} requests a minute, evenly. A canary gives the new version {steps} of them, each"
        f" for {minutes:g} minutes, and then all. On the new version {_percent(failing)} of requests fail, on the old"
        f" one none. An alarm goes off as soon as {enough} requests have failed since the canary began. Which share has"
        " the new version then, and how many minutes after its first request is that? (Figures are made up for this"
        " exercise.)"
    )
    told = "\n".join(_counting(shares, minutes, failing, enough))
    moral = "Small shares make a fault harmless and slow to show at once: who looks must wait long enough at each."
    return Posed((prompt,), SingleChoice(options, correct), (Text(told), Text(moral)), replay)


def _rollings(servers: int) -> Iterator[Rolling]:
    numbers = [(1, 0), (2, 0), (0, 1), (1, 1), (2, 1), (0, 2), (3, 0), (2, 2)]
    yield from (Rolling(surge, below) for surge, below in numbers if below < servers)
    yield from (Rolling(surge, below) for surge, below in (("25%", "25%"), ("50%", 0), ("25%", 0), ("30%", "10%")))


def _named(strategy: Strategy) -> str:
    match strategy:
        case Rolling(surge, below):
            return f"rolling, `maxSurge: {surge}`, `maxUnavailable: {below}`"
        case Canary(shares, minutes):
            return f"canary, {', '.join(_percent(share) for share in shares)} for {minutes:g} minutes each"
        case BlueGreen():
            return "blue-green"
        case Recreate():
            return "stop all, start anew"


def _all(servers: int) -> Phase:
    return Phase(0, servers, 0, 1.0, 0.0, "all users")


def _moment(strategy: Strategy, phase: Phase) -> str:
    match strategy:
        case Rolling():
            return f"In the midst of a rolling release, {phase.new} new and {phase.old} old servers answer."
        case Canary():
            if phase.share == 1.0:
                return "The canary is over, and all users have the new version."
            return f"As a canary, a full set of new servers gets {_percent(phase.share)} of the requests."
        case _:
            return (
                "In a blue-green release, the router has just been switched to the new set; the old one still stands."
            )


def _percent(share: float | Fraction) -> str:
    return f"{round(float(share) * 100, 2):g}%"


def _said(share: float, minutes: float) -> str:
    return f"{_percent(share)}, after {round(minutes, 1):g} minutes"


def _wrong(
    shares: tuple[float, ...], minutes: float, failing: float, enough: float, right: float
) -> Iterator[tuple[str, str]]:
    """What wrong models say: without shares, without memory, without the failing share, at the end of the step."""
    everybody = enough / (TRAFFIC * failing)
    yield _said(_at(shares, minutes, everybody), everybody), "Only the canary's share of requests can fail."
    for n, share in enumerate(shares):
        alone = enough / (TRAFFIC * failing * share)
        if alone <= minutes:
            why = "What failed at the smaller shares counts, too: the alarm counts from the beginning."
            yield _said(share, n * minutes + alone), why
            break
    done = 0.0
    for n, share in enumerate(shares):
        if done + TRAFFIC * share * minutes >= enough:
            yield _said(share, n * minutes + (enough - done) / (TRAFFIC * share)), "Not all requests to it fail."
            break
        done += TRAFFIC * share * minutes
    place = shares.index(right)
    yield _said(right, (place + 1) * minutes), "The alarm goes off amid the step, and does not wait for its end."
    yield _said(right, place * minutes), "At the beginning of this step, too few requests have failed."
    yield _said(shares[place - 1], place * minutes), "At the end of this step, too few requests have failed."


def _at(shares: tuple[float, ...], minutes: float, moment: float) -> float:
    place = int(moment // minutes)
    return shares[place] if place < len(shares) else 1.0


def _counting(shares: tuple[float, ...], minutes: float, failing: float, enough: float) -> Iterator[str]:
    done = 0.0
    for share in shares:
        rate = TRAFFIC * share * failing
        told = f"- {_percent(share)} of users: {rate:g} failures a minute"
        if done + rate * minutes >= enough:
            yield f"{told}; the {enough - done:g} that are missing take {round((enough - done) / rate, 2):g} minutes"
            return
        done += rate * minutes
        yield f"{told}, {done:g} in all after {minutes:g} minutes of it"
