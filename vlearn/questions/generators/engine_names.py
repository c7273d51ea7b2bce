"""A question whose key is which container finds which by name: what the model's name server answers it."""

from random import Random

from vlearn.blocks import Code, Text
from vlearn.questions.generators.engine_scenes import (
    EMPTY,
    Script,
    Typed,
    actions_of,
    docker_run,
    draw_screen,
    type_in,
)
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Classification
from vlearn.questions.replay import Replay
from vlearn.sim.engine.actions import Connect, CreateNetwork, Exec
from vlearn.sim.engine.bridges import resolve
from vlearn.sim.engine.docker import Docker

CATEGORIES = ("found", "not found")
NETWORKS = ("back", "front", "shopnet", "lan", "blue", "green")
NAMES = ("api", "cache", "cart", "db", "mail", "queue", "search", "shop", "web")
ASKED = 5
_RULE = (
    "Docker's name server answers in networks that somebody has created, and there for the containers that run in a"
    " network in common: by name, and by the aliases that they have in that network. The default bridge, which a"
    " container without `--network` joins, has no names; nor has `none`."
)


def finds_by_name(rng: Random) -> Posed:
    """Who finds whom, among five containers in two networks of one's own, the default bridge and none?"""
    one, two = rng.sample(NETWORKS, 2)
    names = rng.sample(NAMES, 5)
    alias = f"{names[1]}-main"
    places = [one, one, two, "", rng.choice(("", "none", two))]
    order = rng.sample(range(5), 5)
    script: list[Typed] = [Typed(f"docker network create {net}", CreateNetwork(net)) for net in (one, two)]
    for n in order:
        settings: dict[str, object] = {"network": places[n]} if places[n] else {}
        extra = f"--network {places[n]} " if places[n] else ""
        if n == 1:
            settings["aliases"] = (alias,)
            extra += f"--network-alias {alias} "
        line = f"-d --name {names[n]} {extra}nginx"
        script.append(docker_run(line, "nginx", detach=True, name=names[n], **settings))
    script += _changes(rng, names, one, two)
    candidates = [(a, b) for a in names for b in names if a != b]
    rng.shuffle(candidates)
    pairs = [(names[0], alias), *candidates]
    docker = Docker.boot()
    for action in actions_of(script):
        reply = docker.call(action)
        assert not reply.error, reply.error
    met = [(a, b, int(resolve(docker.engine, docker.engine.names[a], b) is None)) for a, b in pairs]
    chosen = _even(rng, met)
    tried = tuple(Typed(f"docker exec {a} ping -c 1 {b}", Exec(a, ("ping", "-c", "1", b))) for a, b, _ in chosen)
    prompt = (
        Text("On a host that had no containers, these commands were typed, and all of them worked:"),
        Code("\n".join(typed.line for typed in script), "console"),
        Text("A program in the first container now asks for the address of the second by that name. What comes of it?"),
    )
    items = tuple(f"`{a}` asks for `{b}`" for a, b, _ in chosen)
    key = tuple(result for *_, result in chosen)
    replay = Replay(type_in, EMPTY, ((*script, *tried),), draw_screen)
    return Posed(prompt, Classification(CATEGORIES, items, key), (Text(_RULE),), replay)


def _changes(rng: Random, names: list[str], one: str, two: str) -> Script:
    """One more network for somebody, who has been in another or in the default bridge, or nothing."""
    change = rng.choice(("connect", "connect default", ""))
    if change == "connect":
        return (Typed(f"docker network connect {two} {names[0]}", Connect(two, names[0])),)
    if change == "connect default":
        return (Typed(f"docker network connect {one} {names[3]}", Connect(one, names[3])),)
    return ()


def _even(rng: Random, met: list[tuple[str, str, int]]) -> list[tuple[str, str, int]]:
    """Some that are found and some that are not, in any order."""
    found, lost = ([one for one in met if one[2] == result] for result in (0, 1))
    few = min(len(found), rng.choice((2, 3)))
    chosen = [*found[:few], *lost[: ASKED - few]]
    rng.shuffle(chosen)
    return chosen
