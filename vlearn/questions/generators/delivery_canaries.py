"""Questions whose key is what users meet of a bad version while it is released, and when somebody notices."""

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.delivery_scenes import SHARES, draw_release, percent
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric, SingleChoice
from vlearn.questions.replay import Replay
from vlearn.sim.delivery.phases import BlueGreen, Canary, Phase, Rolling, Strategy, phases
from vlearn.sim.delivery.release import Release, RollOut, Service, Version, release

TRAFFIC = 1000
"""Requests a minute."""


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
        moments = [phase for phase in phases(strategy, servers, 1.0) if 0 < phase.share < 1] or [_all(servers)]
        phase = rng.choice(moments)
        share = Fraction(phase.new, phase.capacity) if isinstance(strategy, Rolling) else Fraction(phase.share)
        value = share.limit_denominator(1000) * failing * 100
        if (value * 100).denominator == 1 and value > 0:
            break
    split = "each server that answers gets the same share of requests"
    prompt = Text(
        f"A service of {servers} servers gets a version on which {percent(failing)} of requests fail; the old version"
        f" answers all of its own. {_moment(strategy, phase)} Nobody has noticed yet; {split}, unless the router is"
        " told otherwise. Which percentage of all requests fails at this moment?"
    )
    solution = Text(
        f"The new version gets {percent(share.limit_denominator(1000))} of requests, and of these {percent(failing)}"
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
    steps = ", then ".join(f"{percent(share)}" for share in shares)
    prompt = Text(
        f"A service gets {TRAFFIC:,} requests a minute, evenly. A canary gives the new version {steps} of them, each"
        f" for {minutes:g} minutes, and then all. On the new version {percent(failing)} of requests fail, on the old"
        f" one none. An alarm goes off as soon as {enough} requests have failed since the canary began. Which share has"
        " the new version then, and how many minutes after its first request is that? (Figures are made up for this"
        " exercise.)"
    )
    told = "\n".join(_counting(shares, minutes, failing, enough))
    moral = "Small shares make a fault harmless and slow to show at once: who looks must wait long enough at each."
    return Posed((prompt,), SingleChoice(options, correct), (Text(told), Text(moral)), replay)


def _all(servers: int) -> Phase:
    return Phase(0, servers, 0, 1.0, 0.0, "all users")


def _moment(strategy: Strategy, phase: Phase) -> str:
    match strategy:
        case Rolling():
            return f"In the midst of a rolling release, {phase.new} new and {phase.old} old servers answer."
        case Canary():
            return f"As a canary, a full set of new servers gets {percent(phase.share)} of the requests."
        case _:
            return (
                "In a blue-green release, the router has just been switched to the new set; the old one still stands."
            )


def _said(share: float, minutes: float) -> str:
    return f"{percent(share)}, after {round(minutes, 1):g} minutes"


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
        told = f"- {percent(share)} of users: {rate:g} failures a minute"
        if done + rate * minutes >= enough:
            yield f"{told}; the {enough - done:g} that are missing take {round((enough - done) / rate, 2):g} minutes"
            return
        done += rate * minutes
        yield f"{told}, {done:g} in all after {minutes:g} minutes of it"
