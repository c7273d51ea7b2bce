"""A question whose key is which service limits an application, and what one more instance of it achieves."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import product
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import SingleChoice
from vlearn.sim.services.application import Application, Call, Service
from vlearn.sim.services.latency import Fixed
from vlearn.sim.services.load import Load, visits

ENTRY = "gateway"
NAMES = ("orders", "search", "prices", "stock", "payment", "reviews", "images", "delivery")
VISITS = (Fraction(1, 5), Fraction(1, 4), Fraction(1, 2), Fraction(1), Fraction(1), Fraction(2), Fraction(3))
"""To a service, for each request of a customer."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Requests a second that each service allows, as it is and with one instance more."""

    now: dict[str, Fraction]
    more: dict[str, Fraction]

    @property
    def bottleneck(self) -> str:
        """The service that allows least."""
        return min(self.now, key=self.now.__getitem__)

    def after(self, name: str) -> Fraction:
        """With one instance more of a service: what it allows then, or the next limit above its own if that is less."""
        above = (limit for limit in self.now.values() if limit > self.now[name])
        return min(self.more[name], *above)


def find_bottleneck(rng: Random) -> Posed:
    """Which service limits the requests a second, and to what does one more instance of it raise the limit?"""
    while True:
        application, asked = _drawn(rng)
        limits, unweighted = limits_of(application)
        name = limits.bottleneck
        before, after = limits.now[name], limits.after(name)
        mistakes = list(_mistakes(rng, limits, unweighted))
        if len(mistakes) == 3:
            break
    right = _option(name, before, after)
    options, correct = distractors(rng, right, mistakes, 3, "The next service sets the new limit.")
    rows = tuple((one.name, _share(asked[one.name]), str(one.servers), f"{one.work.mean * 1000:g}")
                 for one in application.services)  # fmt: skip
    prompt = Text(
        "Every request of a customer visits the services below so many times on average. An instance works on one visit"
        " at a time and is free again when its own work is done: it holds no thread while others work. The visits to a"
        " service are spread evenly over its instances. Which service limits the requests a second, and how does one"
        " more instance of it change the limit?"
    )
    sums = "; ".join(
        f"`{one.name}` {one.servers} / ({one.work.mean * 1000:g} ms × {_share(asked[one.name])}) ="
        f" {float(limits.now[one.name]):.4g}"
        for one in application.services
    )
    solution = Text(
        "A service allows instances / (work × visits for each request) requests a second: "
        f"{sums}. The least is that of `{name}`. One more instance would let it do {limits.more[name]}, but the next"
        f" service allows only {after}: the bottleneck moves."
    )
    table = Table(("Service", "Visits for each request", "Instances", "Work of a visit in ms"), rows)
    return Posed((prompt, table), SingleChoice(options, correct), (solution,))


def limits_of(application: Application) -> tuple[Limits, Limits]:
    """From the model's capacities and its visits for each request; and as if every request made one visit to each."""
    rates = visits(application, [Load((Call(ENTRY),), 1, 1)])
    reached = {name: Fraction(rate).limit_denominator(100) for name, rate in rates.items()}
    once = {one.name: _capacity(one) for one in application.services}
    added = {one.name: _capacity(replace(one, servers=one.servers + 1)) for one in application.services}
    now, more = ({name: each[name] / reached[name] for name in reached} for each in (once, added))
    return Limits(now, more), Limits(once, added)


def _drawn(rng: Random) -> tuple[Application, dict[str, Fraction]]:
    """Three services of which each limits a little less than the one before, and a gateway that limits nothing."""
    parts = [rng.choice(_parts())]
    while len(parts) < 3:
        near = [part for part in _parts() if parts[-1].limit < part.limit < parts[-1].more]
        parts = [*parts, rng.choice(near)] if near else [rng.choice(_parts())]
    named = dict(zip(rng.sample(NAMES, 3), rng.sample(parts, 3), strict=True))
    # A visit counts once for each whole one, and by its share where there is less than one for each request.
    calls = tuple(
        Call(n, share=min(1.0, float(p.visits))) for n, p in named.items() for _ in range(max(1, int(p.visits)))
    )
    gateway = Service(ENTRY, Fixed(rng.choice((1, 2, 4)) / 1000), rng.choice((2, 3)), calls, holds=False)
    services = (Service(name, part.work, part.servers) for name, part in named.items())
    return Application((gateway, *services)), {ENTRY: Fraction(1), **{n: part.visits for n, part in named.items()}}


@dataclass(frozen=True, slots=True)
class Part:
    """A service before it has a name: visits for each request, work, instances, and requests a second it allows."""

    visits: Fraction
    work: Fixed
    servers: int
    limit: Fraction
    more: Fraction


@cache
def _parts() -> tuple[Part, ...]:
    """Those whose limits are whole numbers, as they are and with one instance more."""
    found = []
    for often, milliseconds, servers in product(VISITS, (10, 20, 25, 40, 50, 100), (1, 2, 3, 4)):
        service = Service("one", Fixed(milliseconds / 1000), servers)
        limit, more = (_capacity(each) / often for each in (service, replace(service, servers=servers + 1)))
        if limit.denominator == more.denominator == 1 and limit < 250:
            found.append(Part(often, Fixed(milliseconds / 1000), servers, limit, more))
    return tuple(found)


def _capacity(service: Service) -> Fraction:
    return Fraction(service.capacity).limit_denominator(1000)


def _mistakes(rng: Random, limits: Limits, unweighted: Limits) -> Iterator[tuple[str, str]]:
    """The bottleneck with a gain that nothing caps; and another service, without a cap and with one."""
    name, other = limits.bottleneck, unweighted.bottleneck
    yield _option(name, limits.now[name], limits.more[name]), "The next bottleneck limits what the instance achieves."
    wrong, why = unweighted, "That leaves out how many visits a request makes to each service."
    if other == name:
        # Most scenes are like this: with all of them, the key would nearly always have the least figures.
        if rng.random() < 0.8:
            return
        wrong, why = limits, "Its limit is the second lowest: it matters once the lowest is raised."
        other = sorted(limits.now, key=limits.now.__getitem__)[1]
    if wrong.after(other) < wrong.more[other]:
        yield _option(other, wrong.now[other], wrong.more[other]), why
        yield _option(other, wrong.now[other], wrong.after(other)), why


def _option(name: str, before: Fraction, after: Fraction) -> str:
    return f"`{name}`: the limit goes from {float(before):.4g} to {float(after):.4g} a second"


def _share(visits: Fraction) -> str:
    return f"{float(visits):g}"
