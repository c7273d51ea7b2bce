"""Overlays and shell commands to ask about, drawn at random, with the tables and words that a prompt shows of them.

A scene is a container's layer, empty at first, over two layers of an image with a directory in both. A command is a
line as one types it, and the operations that it comes down to in the model.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

from vlearn.blocks import Table
from vlearn.questions.replay import Replay
from vlearn.sim.files import Overlay, Plain, filesystem_of, mount
from vlearn.sim.files.overlay.layers import layers, trail
from vlearn.sim.files.steps import Operation, operate
from vlearn.trace import Trace, run
from vlearn.views.files_layers import draw
from vlearn.views.files_tree import text_of

FILES = ("apple", "carrot", "cherry", "fig", "grape", "leek", "melon", "onion", "peach", "pepper", "plum", "tomato")
FOLDERS = ("box", "crate", "jar", "sack", "shelf")
IMAGE = ("Image, upper layer", "Image, lower layer")
Entries = tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Command:
    """A line of shell, and what it does to the files."""

    text: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """Entries of the image's layers, topmost first, and the commands that the container runs."""

    lowers: tuple[Entries, ...]
    commands: tuple[Command, ...]
    folder: str

    @property
    def start(self) -> Overlay:
        """The overlay before the first command."""
        return mount(tuple(filesystem_of(entries) for entries in self.lowers), Plain())

    @property
    def operations(self) -> tuple[Operation, ...]:
        """Everything that the commands do."""
        return tuple(operation for command in self.commands for operation in command.operations)

    @property
    def replay(self) -> Replay[Overlay, Operation]:
        """The run."""
        return Replay(operate, self.start, self.operations, draw)

    def trace(self) -> Trace[Overlay]:
        """The run, played."""
        return run(operate, self.start, self.operations)

    @property
    def script(self) -> str:
        """The commands as a container's shell takes them."""
        return "\n".join(command.text for command in self.commands)


def files(*paths: str) -> Entries:
    """A layer with these files; each holds its own name."""
    return tuple({"path": path, "type": "file", "content": path} for path in paths)


def layers_table(scene: Scene) -> Table:
    """What each layer of the image holds."""
    rows = tuple(
        (name, ", ".join(sorted(entry["path"] for entry in entries)))
        for name, entries in zip(IMAGE, scene.lowers, strict=True)
    )
    return Table(("Layer", "Files"), rows, "The container's own layer lies on top of these, and is empty at first.")


def scene_of(rng: Random) -> Scene:
    """Two layers that share a directory and some names; three or four commands, some of which delete or make anew."""
    folder = rng.choice(FOLDERS)
    names = rng.sample(FILES, 7)
    shared, above, below, both, inner_above, inner_below, fresh = names
    top = files(shared, above, f"{folder}/{both}", f"{folder}/{inner_above}")
    bottom = files(shared, below, f"{folder}/{both}", f"{folder}/{inner_below}")
    inside = {f"{folder}/{name}" for name in (both, inner_above, inner_below)}
    pool = [
        remove(shared),
        remove(rng.choice((above, below))),
        append(rng.choice((above, below))),
        touch(fresh),
        rename(rng.choice((above, below)), fresh),
        remove(f"{folder}/{both}"),
        touch(f"{folder}/{fresh}"),
        append(f"{folder}/{inner_below}"),
    ]
    again = rng.random() < 0.5
    if again:
        remade = Command(
            f"rm -r {folder} && mkdir {folder}",
            (*remove_tree(folder, inside), Operation("mkdir", (f"/{folder}",))),
        )
        chosen = [remade, *rng.sample(pool[:5], 2), touch(f"{folder}/{fresh}")]
    else:
        chosen = [*rng.sample(pool[:5], 2), *rng.sample(pool[5:], 2)]
    return Scene((top, bottom), tuple(chosen), folder)


def drawn(rng: Random) -> Scene:
    """A scene in which every command does what it says."""
    while True:
        scene = scene_of(rng)
        if {"done"} == {kind for kind in scene.trace().kinds if kind == "done" or kind.isupper()}:
            return scene


def remove(path: str) -> Command:
    """`rm`."""
    return Command(f"rm {path}", (Operation("unlink", (f"/{path}",)),))


def append(path: str) -> Command:
    """A line at the end of a file."""
    return Command(f"echo more >> {path}", (Operation("append", (f"/{path}", b"more")),))


def touch(path: str) -> Command:
    """A new file with content."""
    return Command(f"echo new > {path}", (Operation("create", (f"/{path}", b"new")),))


def rename(old: str, new: str) -> Command:
    """`mv` of a file."""
    return Command(f"mv {old} {new}", (Operation("rename", (f"/{old}", f"/{new}")),))


def remove_tree(folder: str, inside: set[str]) -> tuple[Operation, ...]:
    """What `rm -r` does to a directory of files."""
    return (*(Operation("unlink", (f"/{path}",)) for path in sorted(inside)), Operation("rmdir", (f"/{folder}",)))


def listed(names: tuple[str, ...] | list[str]) -> str:
    """What `ls` prints, on one line."""
    return f"`{'  '.join(sorted(names))}`" if names else "nothing"


def upper_table(overlay: Overlay, paths: tuple[tuple[str, ...], ...]) -> Table:
    """What each layer has under each path, and what becomes of it."""
    names = ("Container", *IMAGE)
    assert len(names) == len(layers(overlay))
    rows = tuple(
        (text_of(path), *(f"{one.has}, {one.part}" if one.has else "–" for one in trail(overlay, path)))
        for path in paths
    )
    return Table(("Path", *names), rows, "After the last command, by the model.")
