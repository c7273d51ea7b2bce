"""Questions whose key is a formula of queueing theory: how busy a service is, and how long its queue.

For one server the formulas are the student's; for several the chance of waiting (Erlang C) is told. Rates are whole
numbers, so that the arithmetic can be done by hand.
"""

from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Literal

from vlearn.blocks import Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric
from vlearn.sim.services.queueing import erlang_c, mean_number, mean_queue, mean_time, mean_wait, utilization

Figure = Literal["utilization", "wait", "queue"]

SERVICES = ("login", "search", "payment", "stock", "mail", "thumbnail", "invoice", "address")
WORK = (5, 8, 10, 12, 16, 20, 24, 25, 30, 40, 45, 50, 60, 75, 80, 100, 120, 150, 200, 250, 400)
"""Milliseconds of a request's work."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Requests a second, milliseconds of work, and servers."""

    name: str
    rate: int
    work: int
    servers: int

    @property
    def seconds(self) -> float:
        """Of a request's work."""
        return self.work / 1000

    @property
    def busy(self) -> float:
        """The utilization."""
        return utilization(self.rate, self.seconds, self.servers)


def waiting_figures(rng: Random, asked: Figure = "wait") -> Posed:
    """The utilization in percent, the mean wait in milliseconds or the mean number of requests that wait."""
    queue = _drawn(rng)
    value, tolerance, unit = _key(queue, asked)
    known = asked != "utilization"
    chance = f" A request finds all of them busy with the probability C = {_erlang(queue):.4f} (Erlang C)."
    servers = (
        "It has one thread, which works on the requests in the order of their arrival"
        if queue.servers == 1
        else f"It has {queue.servers} threads, each of which works on one request at a time, and one queue for all"
    )
    random = ", and both the gaps between arrivals and the times of work are exponential" if known else ""
    prompt = Text(
        f"The {queue.name} service gets {queue.rate} requests a second. {servers}; a request takes it {queue.work} ms"
        f" of work on average{random}.{chance if known and queue.servers > 1 else ''} {ASKED[asked]}"
    )
    return Posed((prompt,), Numeric(value, tolerance, unit), (Text(_told(queue, asked)),))


ASKED: dict[Figure, str] = {
    "utilization": "What is its utilization in percent, the mean share of the time for which a thread is at work?",
    "wait": "How many milliseconds does a request wait on average before its work begins, in the steady state?",
    "queue": "How many requests wait on average, in the steady state, those in work not counted?",
}


def _drawn(rng: Random) -> Queue:
    while True:
        work, servers = rng.choice(WORK), rng.choice((1, 1, 2, 3))
        percent = rng.choice((40, 50, 60, 64, 70, 72, 75, 80, 84, 90, 95, 96))
        rate = Fraction(10 * servers * percent, work)
        if rate.denominator == 1:
            return Queue(rng.choice(SERVICES), int(rate), work, servers)


def _key(queue: Queue, asked: Figure) -> tuple[Fraction, Fraction, str]:
    """The model's figure, how far an answer may be from it, and its unit."""
    rate, work, servers = queue.rate, queue.seconds, queue.servers
    if asked == "utilization":
        return _near(100 * utilization(rate, work, servers)), Fraction(1, 10), "percent"
    value = _near(1000 * mean_wait(rate, work, servers) if asked == "wait" else mean_queue(rate, work, servers))
    return value, value / 50, "ms" if asked == "wait" else "requests"


def _near(value: float) -> Fraction:
    return Fraction(round(value, 4)).limit_denominator(10_000)


def _erlang(queue: Queue) -> float:
    return erlang_c(queue.rate, queue.seconds, queue.servers)


def _told(queue: Queue, asked: Figure) -> str:
    rate, work, servers = queue.rate, queue.seconds, queue.servers
    of = f" / {servers} threads" if servers > 1 else ""
    busy = f"The utilization is ρ = {rate}/s × {work:g} s{of} = {queue.busy:.4g}"
    if asked == "utilization":
        needed = f"{rate * work:.4g} threads' worth of work comes in"
        return (
            f"{busy}, or **{100 * queue.busy:.4g}%**: {needed}, and {servers} {'is' if servers == 1 else 'are'} there."
        )
    spare = "S / (1 − ρ)" if servers == 1 else "S / (c × (1 − ρ))"
    chance = "ρ" if servers == 1 else "C"
    wait = 1000 * mean_wait(rate, work, servers)
    told = (
        f"{busy}. The mean wait is {chance} × {spare}, with S = {queue.work} ms"
        f"{f' and c = {servers}' if servers > 1 else ''}: {wait:.4g} ms."
    )
    if asked == "wait":
        all_ = 1000 * mean_time(rate, work, servers)
        return f"{told} So **{wait:.4g} ms**; {all_:.4g} ms is the whole time in the service, with the work."
    waiting, there = mean_queue(rate, work, servers), mean_number(rate, work, servers)
    return (
        f"{told} By Little's law {rate}/s × {wait / 1000:.4g} s = **{waiting:.4g}** wait; with those in work"
        f" {there:.4g} are there."
    )
