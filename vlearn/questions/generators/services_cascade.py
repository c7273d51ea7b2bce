"""A question whose key is how far a failure spreads: which callers of a service that hangs are jammed.

The key is read off a run. Scenes near a border, in which a queue grows or shrinks slowly, are not drawn.
"""

from dataclasses import dataclass
from itertools import pairwise
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.generators.services_failing import Outage
from vlearn.questions.generators.services_retries import CHAINS, HANGS
from vlearn.questions.model import Classification
from vlearn.sim.services.application import Application, Call, Service
from vlearn.sim.services.guards import Breaker
from vlearn.sim.services.latency import Fixed
from vlearn.sim.services.load import Load, Slow
from vlearn.sim.services.simulate import simulate

JAMMED, FREE = "Jammed", "Threads are free"
WORK = 0.01
"""Seconds of own work: next to nothing beside the waiting."""
END, SHOWN = 60.0, 41.5
"""Seconds after which the scenes drawn have come to rest for certain, and after which a replay shows it."""


@dataclass(frozen=True, slots=True)
class Guard:
    """A way to make a call, in words; which threads it holds beside a service that never answers."""

    words: str
    call: Call
    why: str


def what_is_jammed(rng: Random) -> Posed:
    """Sort the callers of a service that hangs: have they a thread left for the next request?"""
    while True:
        outage, guards = _drawn(rng)
        verdicts = _verdicts(outage)
        # Scenes in which nothing spreads are common, and ask the least.
        if verdicts is not None and (any(verdicts.values()) or rng.random() < 0.2):
            break
    *callers, last = outage.application.services
    keys = tuple(0 if verdicts[one.name] else 1 for one in callers)
    rows = tuple(
        (one.name, str(one.servers), to.name, guard.words)
        for (one, to), guard in zip(pairwise((*callers, last)), guards, strict=True)
    )
    come = "1 request a second comes" if outage.load.rate == 1 else f"{outage.load.rate:g} requests a second come"
    prompt = Text(
        f"Every customer's request goes down a chain: {come} to `{callers[0].name}`, evenly, and every service makes"
        " one call to the next for each, as the table says. Own work takes no time worth counting. Now"
        f" `{last.name}` hangs: it accepts everything and never answers. A thread is kept until its request is"
        " answered, with an error if need be. A call that times out is an error to the caller, but the callee goes on"
        " with it; a message that fails is dropped. After some minutes, is each service jammed (at every moment all"
        " threads are taken, and more requests wait for one), or are threads free again and again?"
    )
    told = "\n".join(
        f"- `{one.name}` {'is jammed' if verdicts[one.name] else 'has threads free'}:"
        f" {_reason(one, guard, verdicts, outage)}"
        for one, guard in zip(callers, guards, strict=True)
    )
    moral = "Reckon from the service that hangs back to the customer: threads held = requests a second × time held."
    items = tuple(f"`{one.name}`" for one in callers)
    table = Table(("Service", "Threads", "Calls", "How"), rows)
    solution = Text(f"{moral}\n\n{told}")
    return Posed((prompt, table), Classification((JAMMED, FREE), items, keys), (solution,), outage.replay)


def _drawn(rng: Random) -> tuple[Outage, list[Guard]]:
    names, rate = rng.choice(CHAINS), rng.choice((1, 2))
    # A caller with fewer threads than its callee would keep the callee from being full.
    threads = [rng.randrange(5, 9)]
    while len(threads) < len(names) - 1:
        threads.insert(0, threads[0] + rng.randrange(1, 4))
    guards = [_upper(rng, to) for to in names[1:-1]]
    guards.append(_lowest(rng, names[-1], threads[-1]))
    callers = [
        Service(name, Fixed(WORK), count, (guard.call,), deliveries=1)
        for name, count, guard in zip(names, threads, guards, strict=False)
    ]
    application = Application((*callers, Service(names[-1], Fixed(WORK), servers=100_000)))
    load = Load((Call(names[0]),), rate, int(rate * END), steady=True)
    return Outage(application, load, (Slow(names[-1], HANGS),), SHOWN), guards


def _upper(rng: Random, to: str) -> Guard:
    return rng.choice((_plain(to), _plain(to), _timed(to, rng.choice((1, 2))), _timed(to, 20), _message(to)))


def _lowest(rng: Random, to: str, threads: int) -> Guard:
    return rng.choice((
        _plain(to), _plain(to), _timed(to, rng.choice((1, 2))), _timed(to, rng.choice((15, 20, 30))), _message(to),
        _bulkhead(to, rng.randrange(2, threads)), _broken(to, rng.choice((2, 15, 20)), rng.randrange(2, 5)),
    ))  # fmt: skip


def _plain(to: str) -> Guard:
    return Guard("waits for the answer, as long as it takes", Call(to), "nothing ends its waiting")


def _timed(to: str, seconds: int) -> Guard:
    return Guard(f"waits for the answer, {seconds} s at most", Call(to, timeout=seconds),
                 f"the time-out frees a thread after {seconds} s")  # fmt: skip


def _message(to: str) -> Guard:
    return Guard("sends a message and does not wait", Call(to, waits=False), "no thread waits for a message's reader")


def _bulkhead(to: str, most: int) -> Guard:
    return Guard(f"waits, with {most} calls out at most; others fail at once", Call(to, bulkhead=most),
                 f"its bulkhead gives away {most} threads and no more")  # fmt: skip


def _broken(to: str, seconds: int, failures: int) -> Guard:
    breaker = Breaker(failures, 30.0)
    return Guard(f"waits {seconds} s at most; after {failures} failures in a row, calls fail at once for 30 s, then one"
                 " is tried", Call(to, timeout=seconds, breaker=breaker),
                 "its breaker opens, and calls that fail at once hold no thread")  # fmt: skip


def _verdicts(outage: Outage) -> dict[str, bool] | None:
    """Whether each caller is jammed at the end; None where that is not settled."""
    report = simulate(outage.application, outage.load, faults=outage.faults, until=END, every=END / 20)
    verdicts = {}
    for n, one in enumerate(outage.application.services[:-1]):
        late = [(sample.working[n] == one.servers, sample.queued[n] > 0) for sample in report.samples[-5:]]
        if late not in ([(True, True)] * 5, [(False, False)] * 5):
            return None
        verdicts[one.name] = late[0] == (True, True)
    return verdicts


_ANSWERS = {None: "never answers", True: "answers ever later or not at all", False: "answers, if need be with an error"}


def _reason(one: Service, guard: Guard, verdicts: dict[str, bool], outage: Outage) -> str:
    call, rate = guard.call, outage.load.rate
    if not call.waits or call.breaker or call.bulkhead:
        return f"{guard.why}."
    callee = f"`{call.to}` {_ANSWERS[verdicts.get(call.to)]}"
    if call.timeout is None:
        return f"{callee}, {f'and {guard.why}' if verdicts[one.name] else 'so few threads wait for it at a time'}."
    held = rate * call.timeout
    if held > one.servers and not verdicts[one.name]:
        return f"{callee}, long before the time-out."
    return f"{callee}; {guard.why}, and {rate:g}/s × {call.timeout:g} s = {held:g}; it has {one.servers} threads."
