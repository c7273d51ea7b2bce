"""Questions whose key is reachability: what an attacker has who has a part, and which parts a guest must trust."""

from random import Random

from vlearn.blocks import Text
from vlearn.questions.generators.hypervisors_hosts import Scene, drawn_scene
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Classification, MultipleChoice, Option
from vlearn.sim.datacenter.hypervisors import FILES, routes
from vlearn.sim.datacenter.hypervisors.kinds import TYPE_1

ELSEWHERE = "the guests of another server, which runs the same products"
"""Never in the blast radius: a bug there has to be used once more."""
BOTH, NEITHER = "Both guests", "Neither guest"


def radius_of_bug(rng: Random) -> Posed:
    """What else has an attacker who has taken a part over?"""
    wanted = rng.choice((1, 2, 2, 3, 4))  # else most answers would be: one part, or all that is on this host
    while True:
        scene = drawn_scene(rng)
        taken = rng.choice([part.name for part in scene.parts])
        radius = scene.radius(taken)
        offered = [part.name for part in scene.parts if part.name != taken]
        chosen = rng.sample(offered, min(4, len(offered)))
        if len(radius.intersection(chosen)) == wanted:
            break
    options = [(Option(_capital(scene.named(part)), _why(scene, taken, part)), part in radius) for part in chosen]
    options.append((Option(_capital(ELSEWHERE), "There the attacker has to break in once more."), False))
    rng.shuffle(options)
    correct = frozenset(n for n, (_, right) in enumerate(options) if right)
    prompt = Text(
        f"{scene.told} By a bug, an attacker takes over **{scene.named(taken)}**. What else is in the attacker's hands"
        " now, to read and to change, with no other bug? Choose all that apply. Side channels are left out."
    )
    gained = [_route(scene, taken, part.name) for part in scene.parts if part.name in radius - {taken}]
    solution = Text("By what each part controls:\n\n" + "\n".join(f"- {route}" for route in gained))
    return Posed((prompt,), MultipleChoice(tuple(option for option, _ in options), correct), (solution,))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _route(scene: Scene, start: str, end: str) -> str:
    """A shortest way from a part to one that it controls, in words."""
    return " → ".join(scene.named(part) for part in routes(scene.kind, start, scene.confined)[end])


def _why(scene: Scene, taken: str, part: str) -> str:
    if part in scene.radius(taken):
        return f"By this way: {_route(scene, taken, part)}."
    layer = next(each.layer for each in scene.parts if each.name == taken)
    if layer.startswith("guest"):
        return "A guest's kernel rules its own programs. To get out of the guest takes another bug, beneath it."
    if scene.confined:
        return "A process that is confined to its guest and its disk has nothing else: the kernel checks its calls."
    return "It is a process of an ordinary user, who does not rule the kernel and what is loaded into it."


def who_must_trust(rng: Random) -> Posed:
    """Which guests must trust each of these parts?"""
    while True:
        scene = drawn_scene(rng)
        offered = [part.name for part in scene.parts if part.name != FILES]
        items = rng.sample(offered, min(6, len(offered)))
        first, second = scene.guests
        categories = (BOTH, f"`{first}` alone", f"`{second}` alone", NEITHER)
        key = tuple(_trusting(scene, part) for part in items)
        if 0 in key and len(set(key)) >= 3:
            break
    prompt = Text(
        f"{scene.told} Say that a guest must trust a part if whoever takes this part over has, with no other bug, the"
        " guest's kernel. Which guests must trust each of these? Side channels are left out."
    )
    ruling = [scene.named(part) for part, place in zip(items, key, strict=True) if place == 0]
    solution = Text(
        f"Read the blast radius backwards. Both guests' kernels are in reach from {', '.join(ruling)}. {_moral(scene)}"
        " A guest's programs control nothing, so its kernel need not trust them."
    )
    return Posed((prompt,), Classification(categories, tuple(_capital(scene.named(part)) for part in items), key),
                 (solution,))  # fmt: skip


def _trusting(scene: Scene, part: str) -> int:
    """The category of a part, by which guests' kernels are in its blast radius."""
    radius = scene.radius(part)
    return {(True, True): 0, (True, False): 1, (False, True): 2, (False, False): 3}[
        "kernel A" in radius, "kernel B" in radius
    ]


def _moral(scene: Scene) -> str:
    if scene.kind == TYPE_1:
        return "The drivers are in the hypervisor, so a bug in one of them is a bug in what all trust."
    if scene.confined:
        return "A confined device model has its own guest only: that is what confinement is for."
    return "Nothing confines a device model here, so that each guest has to trust the other's as well."
