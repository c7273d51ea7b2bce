"""Questions whose key is what retries do: how many calls reach the last service, and how long a caller keeps trying."""

from fractions import Fraction
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.generators.services_failing import Outage
from vlearn.questions.model import Numeric
from vlearn.sim.services.application import Application, Call, Service
from vlearn.sim.services.guards import Retry
from vlearn.sim.services.latency import Fixed
from vlearn.sim.services.load import Down, Load, Slow

CHAINS = (
    ("web", "orders", "payment", "bank"),
    ("app", "booking", "seats", "database"),
    ("gateway", "basket", "prices", "catalogue"),
    ("portal", "courses", "grades", "archive"),
    ("shop", "delivery", "routes", "maps"),
)
"""Services of which each calls the next."""
HANGS = 1e6
"""A factor of slowness beyond any time-out."""


def calls_through_layers(rng: Random) -> Posed:
    """How many calls reach the last service for one request, when every layer above it tries again?"""
    names = rng.choice(CHAINS)[-rng.choice((3, 4)) :]
    tries = [rng.choice((1, 2, 3, 4, 5)) for _ in names[1:]]
    while max(tries) == 1 or sorted(tries)[-2] == 1:
        tries = [rng.choice((1, 2, 3, 4, 5)) for _ in names[1:]]
    services = [
        Service(name, Fixed(0.001), calls=(Call(to, retry=Retry(count, 0.001, 1.0) if count > 1 else None),))
        for name, to, count in zip(names, names[1:], tries, strict=False)
    ]
    application = Application((*services, Service(names[-1], Fixed(0.001))))
    outage = Outage(application, Load((Call(names[0]),), 1, 1, steady=True), (Down(names[-1], 0.0),), 60.0)
    replay = outage.replay
    reached = replay.trace().final[names[-1]].refused
    rows = tuple((name, to, str(count)) for name, to, count in zip(names, names[1:], tries, strict=False))
    prompt = Text(
        f"The services below call each other in a chain. Now `{names[-1]}` is down: every call to it fails at once. A"
        " service whose call fails tries it again until it has made as many attempts in all as the table says, and"
        f" then fails itself. One customer's request comes to `{names[0]}`, and the customer does not repeat it. How"
        f" many calls are made to `{names[-1]}`?"
    )
    product = " × ".join(map(str, tries))
    solution = Text(
        f"Every attempt of a layer sets off all attempts of the next: {product} = **{reached}**. They multiply; the"
        f" sum, {sum(tries)}, would hold if each layer knew what the others have tried. So a service in trouble is"
        f" asked {reached} times as often as a healthy one: retry in one layer only, and with a budget."
    )
    table = Table(("Service", "Calls", "Attempts in all"), rows)
    return Posed((prompt, table), Numeric(Fraction(reached), unit="calls"), (solution,), replay)


def until_given_up(rng: Random) -> Posed:
    """After how many seconds does a caller with time-outs and a growing back-off report an error?"""
    name = rng.choice(CHAINS)[-1]
    timeout, attempts = rng.choice((0.5, 1.0, 1.5, 2.0, 3.0)), rng.choice((3, 4, 5, 6))
    retry = Retry(attempts, rng.choice((0.1, 0.2, 0.4, 0.5)), 2.0, rng.choice((1.0, 2.0, 4.0)))
    application = Application((Service(name, Fixed(0.1), servers=99),))
    call = Call(name, timeout=timeout, retry=retry)
    load = Load((call,), 1, 1, steady=True, name="caller")
    replay = Outage(application, load, (Slow(name, HANGS),), 600.0).replay
    trace = replay.trace()
    given_up = next(step.state.seconds for step in trace.steps if step.event.kind == "fail")
    waits = [retry.back_off(n, 0.0) for n in range(1, attempts)]
    value = Fraction(given_up).limit_denominator(1000)
    prompt = Text(
        f"A caller asks `{name}`, which takes every call and never answers. The caller's time-out is {timeout:g} s. It"
        f" makes {attempts} attempts in all; before it tries again it waits {retry.wait:g} s, then twice as long each"
        f" time, but never more than {retry.most:g} s. There is no jitter. How many seconds after its first attempt"
        " begins does it report an error, which it does as soon as its last attempt has timed out?"
    )
    solution = Text(
        f"{attempts} time-outs of {timeout:g} s are {attempts * timeout:g} s; the {attempts - 1} waits between them,"
        f" {' + '.join(f'{wait:g}' for wait in waits)}, are {sum(waits):g} s; there is none after the last. In all"
        f" **{float(value):g} s**, for which the caller's own caller waits too: its time-out must be longer, or it has"
        " given up before."
    )
    return Posed((prompt,), Numeric(value, Fraction(1, 100), "seconds"), (solution,), replay)
