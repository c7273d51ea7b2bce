"""A question whose key is which databases belong to one service alone, so that its team can change their tables."""

from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.forms import chosen, listed
from vlearn.questions.generators.posed import Posed
from vlearn.sim.services.application import Application, Call, Service, shared_databases
from vlearn.sim.services.latency import Fixed

SERVICES = ("orders", "payment", "stock", "shipping", "reviews", "mail", "reports", "accounts")
DATABASES = ("orders-db", "payment-db", "stock-db", "customers-db", "routes-db", "reviews-db", "archive-db")


def owned_databases(rng: Random) -> Posed:
    """Whose tables can be changed without another team?"""
    while True:
        services, databases = rng.sample(SERVICES, 4), sorted(rng.sample(DATABASES, 5))
        opened = {name: sorted(rng.sample(databases, rng.choice((1, 2, 2, 3)))) for name in services}
        # By interface a service asks one that comes after it, so that nobody asks in a circle.
        asked = {name: rng.sample(services[n + 1 :], min(len(services) - n - 1, rng.choice((0, 1, 1))))
                 for n, name in enumerate(services)}  # fmt: skip
        application = Application((
            *(Service(name, Fixed(0.01), calls=tuple(map(Call, (*opened[name], *asked[name])))) for name in services),
            *(Service(name, Fixed(0.01), database=True) for name in databases),
        ))  # fmt: skip
        shared = shared_databases(application)
        users = {db: tuple(name for name in services if db in opened[name]) for db in databases}
        # In some scenes a database of one service alone must be asked for by others through that service.
        if 2 <= len(shared) <= 3 and all(users.values()) and any(asked.values()):
            break
    rows = tuple((name, ", ".join(opened[name]), ", ".join(asked[name]) or "-") for name in services)
    prompt = Text(
        "Each of four services has a team of its own. The table says which databases a service opens itself, to read or"
        " to write, and which other services it asks through their interfaces. The interfaces stay as they are. For"
        " which databases can one team alone rename a column and release the change, without another team having to"
        " change its service? Choose all that apply."
    )
    reasons = {
        db: f"Only {users[db][0]} opens it; whoever asks {users[db][0]} sees the interface, not the tables."
        if db not in shared
        else f"{listed(users[db]).capitalize()} open it: one's change breaks what the others read or write."
        for db in databases
    }
    answer = chosen((f"`{db}`", db not in shared, why) for db, why in reasons.items())
    told = "\n".join(f"- `{db}`: {why}" for db, why in reasons.items())
    solution = Text(
        f"{told}\n\nThat a service has several databases, or is asked by many, ties nobody. What ties services together"
        " is a database that two of them open, even if one only reads."
    )
    table = Table(("Service", "Opens the databases", "Asks the services"), rows)
    return Posed((prompt, table), answer, (solution,))
