"""Questions of size: how many threads calls hold, how many instances are enough, how long a backlog lasts.

Keys are mean values (Little's law and utilization); how far reality strays from the mean is left out, and the
prompts say so.
"""

from fractions import Fraction
from itertools import count
from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.generators.services_waiting import SERVICES
from vlearn.questions.model import Numeric
from vlearn.questions.notation import amount
from vlearn.sim.services.application import Service
from vlearn.sim.services.latency import Fixed
from vlearn.sim.services.queueing import offered_load, utilization


def threads_held(rng: Random) -> Posed:
    """How many threads, which rate or how long: two are told, some requests being slower than others."""
    while True:
        rate, slow = rng.choice((10, 20, 30, 40, 50, 60, 80, 100, 120)), rng.choice((10, 20, 25, 40, 50, 60, 75))
        quick_ms, slow_ms = rng.choice((50, 100, 200, 250, 500)), rng.choice((1000, 1500, 2000, 2500, 3000, 4000, 5000))
        mean = Fraction(slow * slow_ms + (100 - slow) * quick_ms, 100_000)
        held = Fraction(offered_load(rate, float(mean))).limit_denominator(1000)
        if held.denominator == 1:
            break
    asked = rng.choice(("threads", "rate", "slow"))
    values = {"threads": (held, "threads"), "rate": (Fraction(rate), "requests a second"),
              "slow": (Fraction(slow_ms, 1000), "seconds")}  # fmt: skip
    value, unit = values[asked]
    comes = "A service" if asked == "rate" else f"A service gets {rate} requests a second. It"
    kept = "T seconds" if asked == "slow" else f"{slow_ms} ms"
    prompt = Text(
        f"{comes} gives every request a thread until it is answered. Of the requests, {slow}% wait for another"
        f" service and hold their threads for {kept} on average, the others for {quick_ms} ms."
        f" {_ASKED[asked].format(held=held)} Reckon with means; no request waits for a thread."
    )
    quick = f"{100 - slow}% × {quick_ms} ms"
    known = f"The mean is {slow}% × {slow_ms} ms + {quick} = {float(mean) * 1000:g} ms, so"
    steps = {
        "threads": f"{known} {rate}/s × {float(mean):g} s =",
        "rate": f"{known} {held} threads / {float(mean):g} s =",
        "slow": f"The mean is {held} threads / {rate}/s = {float(mean) * 1000:g} ms, which is {slow}% × T + {quick}:"
        " T =",
    }
    solution = Text(
        "Little's law: threads held = requests a second × mean time for which each is held."
        f" {steps[asked]} **{float(value):g} {unit}**. What the slow callee takes, not the caller's own work, decides"
        " how many threads the caller needs."
    )
    return Posed((prompt,), Numeric(value, value / 100, unit), (solution,))


_ASKED = {
    "threads": "How many threads are held on average?",
    "rate": "On average {held} threads are held. How many requests come per second?",
    "slow": "On average {held} threads are held. How many seconds is T?",
}


def instances_needed(rng: Random) -> Posed:
    """The fewest instances within a utilization, also while one of them is down if the prompt says so."""
    while True:
        rate, work = rng.randrange(20, 400, 10), rng.choice((15, 20, 25, 30, 40, 50, 60, 80, 100, 120, 150))
        percent, spare = rng.choice((50, 60, 65, 70, 75, 80, 85)), rng.choice((0, 0, 1))
        least = next(n for n in count(1) if utilization(rate, work / 1000, n) <= percent / 100 + 1e-9)
        if 2 <= least <= 40:
            break
    load, name, answer = offered_load(rate, work / 1000), rng.choice(SERVICES), least + spare
    also = ", even while any one of them is down" if spare else ""
    prompt = Text(
        f"The {name} service gets {rate} requests a second at its peak, which are spread evenly over its instances. An"
        f" instance works on one request at a time, for {work} ms on average. How many instances does it need at"
        f" least so that the utilization of each is at most {percent}%{also}?"
    )
    more = f" While one is down, the others must still be {least}, so **{answer}** in all." if spare else ""
    fewer = f"{100 * utilization(rate, work / 1000, least - 1):.3g}%"
    solution = Text(
        f"{rate}/s × {work} ms is an offered load of {load:.4g}. Each instance may be busy for {percent}%:"
        f" {load:.4g} / {percent / 100:g} = {load * 100 / percent:.4g}, rounded up **{least}**; with one fewer each"
        f" would be busy for {fewer}.{more}"
    )
    return Posed((prompt,), Numeric(Fraction(answer), unit="instances"), (solution,))


def backlog_after_outage(rng: Random) -> Posed:
    """How many messages have piled up when a consumer comes back, and when the queue is empty again."""
    while True:
        work, copies, down = rng.choice((20, 25, 40, 50, 80, 100, 200)), rng.choice((1, 2, 3, 4)), rng.randrange(2, 31)
        consumer = Service("consumer", Fixed(work / 1000), copies)
        capacity = round(consumer.capacity)
        rate = Fraction(capacity * rng.choice((40, 50, 60, 70, 75, 80, 90)), 100)
        if rate.denominator == 1:
            break
    piled, lasts = rate * down * 60, rate * down / (capacity - rate)
    asked = rng.choice(("piled", "lasts"))
    words = "How many messages wait when it comes back?" if asked == "piled" else (
        "How many minutes after its return is the queue empty again?"
    )  # fmt: skip
    prompt = Text(
        f"Orders go through a message queue at an even rate of {rate} a second, day and night. Their consumer has"
        f" {amount(copies, 'thread{s}')}; a thread takes {work} ms for a message. It is down for {down} minutes;"
        " the queue was empty before, keeps everything and goes on taking in orders, also after the consumer's"
        f" return. {words}"
    )
    solution = Text(
        f"In the outage {rate}/s × {down * 60} s = {piled} messages pile up. Then the consumer does {copies} / {work}"
        f" ms = {capacity} a second, but {rate} a second still come: only {capacity - rate} a second are worked off"
        f" the pile, which takes {piled} / {capacity - rate} = {float(lasts * 60):.6g} s or **{float(lasts):.4g}"
        f" minutes**. The producer saw nothing of all this; its customers waited longer."
    )
    if asked == "piled":
        return Posed((prompt,), Numeric(piled, piled / 100, "messages"), (solution,))
    return Posed((prompt,), Numeric(lasts, lasts / 50, "minutes"), (solution,))
