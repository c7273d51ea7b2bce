"""A question whose key is what a registry's client moves: megabytes of layers that each push and pull transfers.

One byte of the model stands for a megabyte.
"""

from fractions import Fraction
from random import Random

from vlearn.blocks import Table, Text
from vlearn.questions.generators.images_scenes import PROGRAMS, layers_table, some_sizes
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric, TraceTable
from vlearn.questions.replay import Replay
from vlearn.sim.images.oci.image import Images
from vlearn.sim.images.registry.state import Exchange
from vlearn.sim.images.registry.transfer import Pull, Push, transfer
from vlearn.sim.images.sized import Layers, with_sized
from vlearn.trace import run
from vlearn.views.images_transfer import draw_transfer

HOSTS = ("registry.example.org", "hub.example.net", "images.example.com")
Action = Push | Pull
_RULE = (
    "A blob is known by its digest and moves only if the other side lacks it. A repository is asked for each one; what"
    " another repository of the same registry has is mounted from there without a byte. Another registry has nothing."
)


def moved_by_pushes(rng: Random) -> Posed:
    """How many MB of layers does each of four pushes upload?"""
    here, there = rng.sample(HOSTS, 2)
    one, two = rng.sample(PROGRAMS, 2)
    sizes = some_sizes(rng, 6)
    base: Layers = (("base", sizes[0]), ("runtime", sizes[1]))
    images = {
        f"{one}:1": (*base, (f"{one} v1", sizes[2])),
        f"{one}:2": (*base, (f"{one} v2", sizes[3])),
        f"{two}:1": (*base, (f"{two} tools", sizes[4]), (f"{two} v1", sizes[5])),
    }
    if rng.random() < 0.5:  # a rebuilt middle layer gives those above it another digest
        images[f"{one}:2"] = (base[0], ("newer runtime", sizes[4] + 100), (f"{one} v2", sizes[2]))
    first = [(here, f"{one}:1"), (here, f"{one}:2"), (here, f"{two}:1")]
    rng.shuffle(first)
    last = rng.choice([(there, rng.choice(list(images))), (here, f"{one}:2"), (here, f"{two}:1")])
    pushes = [*first, last]
    held = Images()
    for host in (here, there):
        for name, layers in images.items():
            held = with_sized(held, f"{host}/{name}", layers)
    actions = tuple(Push(f"{host}/{name}") for host, name in pushes)
    moved = _moved(Exchange(held), actions)
    rows = tuple((f"`docker push {push.name}`", str(each)) for push, each in zip(actions, moved, strict=True))
    prompt = (
        Text(
            "A host has built these images. It pushes them to registries that are empty at first, one after another."
            " The client mounts whatever it can from other repositories of a registry. How many megabytes of layers"
            " does each push upload? (Configurations and manifests are left out. An image that is pushed to two"
            " registries is the same one under two names.)"
        ),
        layers_table(images),
    )
    answer = TraceTable(("Command", "Uploaded (MB)"), rows, tuple((n, 1) for n in range(len(rows))))
    plain = tuple((command.strip("`"), size) for command, size in rows)
    solution = (Text(_RULE), Table(("Command", "Uploaded (MB)"), plain))
    return Posed(prompt, answer, solution, Replay(transfer, Exchange(held), actions, draw_transfer))


def moved_by_pull(rng: Random) -> Posed:
    """How many MB of layers does a pull download on a host that has some images already?"""
    names = rng.sample(PROGRAMS, 3)
    sizes = some_sizes(rng, 9)
    base, other = ("debian", sizes[0]), ("alpine", sizes[1])
    tools = (("python", sizes[2]), ("node", sizes[3]))
    tool = rng.choice(tools)
    wanted = (base, tool, (f"{names[0]} packages", sizes[4]), (f"{names[0]} v2", sizes[5]))
    images: dict[str, Layers] = {
        f"{names[0]}:2": wanted,
        f"{names[0]}:1": (*wanted[: rng.randrange(2, 4)], (f"{names[0]} v1", sizes[6])),
        f"{names[1]}:1": (base, rng.choice(tools), (f"{names[1]} v1", sizes[7])),
        f"{names[2]}:1": (other, (f"{names[2]} v1", sizes[8])),
    }
    places = rng.choice(((1,), (2,), (1, 3), (2, 3), (1, 2), (1, 2)))
    had = [list(images)[n] for n in places]
    host = rng.choice(HOSTS)
    held = Images()
    for name, layers in images.items():
        held = with_sized(held, f"{host}/{name}", layers)
    pushed = run(transfer, Exchange(held), [Push(f"{host}/{name}") for name in images]).final
    setup = [Pull(f"{host}/{name}") for name in had]
    start = run(transfer, Exchange(registries=pushed.registries), setup).final
    action = Pull(f"{host}/{names[0]}:2")
    value = _moved(start, (action,))[0]
    has = " and ".join(f"`{name}`" for name in had)
    prompt = (
        Text(f"A registry has these images. A host has pulled {has}, and nothing else."),
        layers_table(images),
        Text(
            f"How many megabytes of layers does it download when it pulls `{names[0]}:2`? (Configurations and manifests"
            " are left out.)"
        ),
    )
    there = {layer for name in had for layer in images[name]}
    missing = [layer for layer in wanted if layer not in there]
    total = " + ".join(str(size) for _, size in missing)
    solution = Text(
        "A layer that some image on the host has already is not fetched again, whatever image it belongs to. Missing"
        f" are {', '.join(name for name, _ in missing)}: {total}{f' = {value}' * (len(missing) > 1)} MB."
    )
    replay = Replay(transfer, start, (action,), draw_transfer)
    return Posed(prompt, Numeric(Fraction(value), unit="MB"), (solution,), replay)


def _moved(start: Exchange, actions: tuple[Action, ...]) -> list[int]:
    """Bytes of layers that each transfer moved."""
    moved, state = [], start
    for action in actions:
        state = run(transfer, state, [action]).final
        assert not state.error, state.error
        moved.append(sum(piece.moved for piece in state.pieces if piece.what == "layer"))
    return moved
