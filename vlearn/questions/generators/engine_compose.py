"""A question whose key is the order in which Compose starts the services of a file, by what depends on what."""

from itertools import pairwise
from random import Random

from vlearn.blocks import Code, Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Ordering
from vlearn.sim.engine.compose.load import load
from vlearn.sim.engine.compose.order import levels

IMAGES = {
    "db": "postgres", "cache": "redis", "queue": "rabbitmq", "search": "opensearch", "migrate": "shop/migrate",
    "api": "shop/api", "web": "nginx", "worker": "shop/worker", "mail": "shop/mail", "report": "shop/report",
}  # fmt: skip
CONDITIONS = ("service_started", "service_healthy", "service_completed_successfully")
_RULE = (
    "Compose starts what others depend on first; the order of the lines in the file means nothing, and neither does the"
    " alphabet. With the short form of `depends_on` it waits for the start only, not until a service is ready: that"
    " takes `condition: service_healthy` and a health check."
)


def start_order(rng: Random) -> Posed:
    """Put the services of a Compose file into the order in which their containers are started: there is only one."""
    count = rng.choice((4, 5, 5))
    order = rng.sample(list(IMAGES), count)
    needs: dict[str, list[str]] = {name: [] for name in order}
    for before, name in pairwise(order):
        needs[name].append(before)  # the chain that makes the order the only one
    for n, name in enumerate(order[2:], 2):
        needs[name] += [other for other in order[: n - 1] if rng.random() < 0.35]
    listed = rng.sample(order, count)
    text = "\n".join(("services:", *(line for name in listed for line in _service(rng, name, needs[name]))))
    found = [name for level in levels(load(text, "shop")) for name in level]
    shown = rng.sample(found, count)
    while shown == found:
        rng.shuffle(shown)
    key = tuple(shown.index(name) for name in found)
    prompt = (
        Text(
            "Nothing of this project is there yet, its images are, and every service starts without a fault. In which"
            " order does `docker compose up -d` start the services, the first one at the top?"
        ),
        Code(text, "yaml"),
    )
    told = ", ".join(f"`{name}`" for name in found)
    return Posed(prompt, Ordering(tuple(f"`{name}`" for name in shown), key), (Text(f"{_RULE} Here: {told}."),))


def _service(rng: Random, name: str, needs: list[str]) -> list[str]:
    lines = [f"  {name}:", f"    image: {IMAGES[name]}"]
    if not needs:
        return lines
    if rng.random() < 0.6:
        return [*lines, f"    depends_on: [{', '.join(rng.sample(needs, len(needs)))}]"]
    lines.append("    depends_on:")
    for one in rng.sample(needs, len(needs)):
        lines += [f"      {one}:", f"        condition: {CONDITIONS[2] if one == 'migrate' else CONDITIONS[0]}"]
    return lines
