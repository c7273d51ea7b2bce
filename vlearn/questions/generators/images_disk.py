"""What images and containers that share layers take on a disk, and what becomes free when one of them goes."""

from fractions import Fraction
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric
from vlearn.questions.replay import Replay
from vlearn.sim.images.disk import (
    Action,
    AddImage,
    Chain,
    Disk,
    RemoveContainer,
    RemoveImage,
    Start,
    Write,
    keep,
    size,
)
from vlearn.trace import run
from vlearn.views.images_disk import draw_disk

PROGRAMS = ("blog", "cart", "chat", "forum", "mail", "maps", "pay", "shop", "wiki")
BASES = (("debian", 120), ("ubuntu", 80), ("alpine", 10), ("fedora", 170))
TOOLS = (("python", 90), ("node", 110), ("java", 200), ("ruby", 70))
_RULE = (
    "Each layer is stored once, however many images and containers use it, and goes with the last image that needs it."
    " A container adds its own writable layer, nothing else."
)


def disk_use(rng: Random) -> Posed:
    """How many MB are in use, or become free: four images on two levels of bases, containers, then a removal."""
    images = _images(rng)
    target = rng.choice([name for name, chain in images.items() if len(chain) == 3])
    counts = {name: rng.randrange(1, 5) for name in rng.sample(list(images), 2)}
    counts[target] = rng.randrange(2, 6)
    written = {name: rng.randrange(1, 13) for name in counts}
    asked = rng.choice(("before", "after", "freed"))
    setup = _setup(images, counts, written)
    removal: tuple[Action, ...] = (
        *(RemoveContainer(f"{target}-{n}") for n in range(1, counts[target] + 1)),
        RemoveImage(target),
    )
    before = run(keep, Disk(), setup).final
    after = run(keep, before, removal).final
    value = {"before": before.used(), "after": after.used(), "freed": before.used() - after.used()}[asked]
    gone = f"Then the containers of `{target}` are removed, and the image `{target}`."
    question = {
        "before": "How many MB do images and containers take on the disk altogether?",
        "after": f"{gone} How many MB are still taken?",
        "freed": f"{gone} How many MB become free?",
    }[asked]
    running = "; ".join(
        f"{n} from `{name}` with {written[name]} MB written{' each' * (n > 1)}" for name, n in counts.items()
    )
    prompt = (
        Text(
            "A host with `overlay2` has these images. The size is that of the whole image, as `docker images` shows it,"
            " and nothing else is shared than what an image is built on."
        ),
        _table(images),
        Text(f"Containers are started: {running}. {question} (Logs and metadata are left out.)"),
    )
    solution = (Text(f"{_RULE} {_sum(before, after, asked)}"), *draw_disk(before)[1:])
    actions = setup if asked == "before" else (*setup, *removal)
    return Posed(prompt, Numeric(Fraction(value), unit="MB"), solution, Replay(keep, Disk(), actions, draw_disk))


def _images(rng: Random) -> dict[str, Chain]:
    """A base, two images on it, and two programs, on one of these or on both."""
    base, tool, other = rng.choice(BASES), *rng.sample(TOOLS, 2)
    first, second = rng.sample(PROGRAMS, 2)
    middle = {tool[0]: (base, tool), other[0]: (base, other)}
    on = rng.choice((tool[0], other[0]))
    return {
        base[0]: (base,),
        **middle,
        first: (*middle[tool[0]], (first, rng.randrange(15, 95, 5))),
        second: (*middle[on], (second, rng.randrange(15, 95, 5))),
    }


def _setup(images: dict[str, Chain], counts: dict[str, int], written: dict[str, int]) -> tuple[Action, ...]:
    actions: list[Action] = [AddImage(name, chain) for name, chain in images.items()]
    for name, count in counts.items():
        for n in range(1, count + 1):
            actions += [Start(f"{name}-{n}", name), Write(f"{name}-{n}", written[name])]
    return tuple(actions)


def _table(images: dict[str, Chain]) -> Table:
    rows = []
    for name, chain in images.items():
        below = next((other for other, each in images.items() if each == chain[:-1]), "–")
        rows.append((name, f"{size(chain)} MB", below))
    return Table(("Image", "Size", "Built on"), tuple(rows))


def _sum(before: Disk, after: Disk, asked: str) -> str:
    layers = sum(chain[-1][1] for chain in before.chains)
    first = f"Here the layers take {layers} MB and the containers {before.used() - layers} MB: {before.used()} MB."
    if asked == "before":
        return first
    own = layers - sum(chain[-1][1] for chain in after.chains)
    freed = before.used() - after.used()
    return (
        f"{first} The removed image alone needs {own} MB of layers, and its containers have written {freed - own} MB:"
        f" {freed} MB become free, and {after.used()} MB are left."
    )
