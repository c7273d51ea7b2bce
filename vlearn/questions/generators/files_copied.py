"""How much a container copies up: sizes of files, what is done with each, and the sum of whole files that follow."""

from fractions import Fraction
from random import Random
from typing import TypeAlias

from vlearn.blocks import Table, Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric
from vlearn.questions.replay import Replay
from vlearn.sim.files import Plain, filesystem_of, mount
from vlearn.sim.files.overlay.sizes import copied_up
from vlearn.sim.files.steps import Operation, operate
from vlearn.trace import run
from vlearn.views.files_layers import draw

NAMES = ("archive", "catalogue", "index", "journal", "ledger", "model", "photos", "sounds")
Uses: TypeAlias = dict[str, tuple[str | bytes | int, ...]]
FREE: Uses = {
    "reads it from beginning to end": ("read",),
    "opens it with `O_TRUNC` and writes nothing": ("open", True, True),
    "deletes it": ("unlink",),
}
METADATA: Uses = {
    "changes its mode with `chmod`": ("chmod", 0o600),
    "changes its owner with `chown`": ("chown", 7, 7),
    "renames it with `mv`, within its directory": ("rename", "/{}.old"),
    "gives it a second name with `ln`": ("link", "/{}.too"),
}
DATA: Uses = {
    "appends one byte": ("append", b"!"),
    "opens it for reading and writing, and closes it again": ("open", True),
    "overwrites its first byte": ("write", b"!", 0),
}
"""What is done with a file, as the prompt says it, and the operation behind its path: copying nothing, copying the
contents unless `metacopy` is on, copying them in any case."""
USES = {**FREE, **METADATA, **DATA}


def bytes_copied(rng: Random, metacopy: bool = False) -> Posed:
    """How many MiB of contents are copied up by five uses of five files? With `metacopy`, metadata alone go first."""
    names = rng.sample(NAMES, 5)
    uses = [*rng.sample(list(FREE), 2), rng.choice(list(DATA)), *rng.sample(list(METADATA), 2)]
    rng.shuffle(uses)
    amounts = rng.sample(range(10, 240, 10), 5)
    entries = [
        {"path": name, "type": "file", "content": bytes(size)} for name, size in zip(names, amounts, strict=True)
    ]
    start = mount((filesystem_of(entries),), Plain(), "metacopy=on" if metacopy else "")
    again = rng.choice([n for n, use in enumerate(uses) if use not in FREE])
    actions = [_operation(name, use) for name, use in zip(names, uses, strict=True)]
    later = "rename" if actions[again].call == "rename" else ""
    second = f"{names[again]}.old" if later else names[again]
    actions.append(Operation("append", (f"/{second}", b"?")))
    copied = [copied_up(run(operate, start, [action])) for action in actions[:-1]]
    copied.append(copied_up(run(operate, start, actions)) - sum(copied))
    rows = [*zip(names, amounts, uses, strict=True), (second, amounts[again], "appends one byte, last of all")]
    options = "`metacopy=on`" if metacopy else "default options (`metacopy=off`)"
    prompt = (
        Text(
            f"A container on overlayfs, mounted with {options}, uses five files of its image in the order of the table."
            " Its own layer is empty at first and lies on ext4, which cannot share blocks between files. How many MiB"
            " of file contents are copied up in all?"
        ),
        Table(
            ("File", "Size in MiB", "What the container does"),
            tuple((n, str(s), u.replace("`", "")) for n, s, u in rows),
        ),
    )
    solution = (
        Text(
            "Copy-up brings the whole file, however little is written, when it is opened for writing."
            + (
                " With `metacopy=on`, what changes metadata alone copies no contents; these follow once the file is"
                " opened for writing."
                if metacopy
                else " Changes of mode, owner or name count as well."
            )
            + " Reading and deleting copy nothing, nor does `O_TRUNC`, and what is in the upper layer already is not"
            f" copied again. Together {sum(copied)} MiB."
        ),
        Table(
            ("File", "What is done", "Copied up in MiB"),
            tuple((n, u.replace("`", ""), str(c)) for (n, _, u), c in zip(rows, copied, strict=True)),
            "By the model, in which a byte stands for a MiB.",
        ),
    )
    replay = Replay(operate, start, tuple(actions), draw)
    return Posed(prompt, Numeric(Fraction(sum(copied)), unit="MiB"), solution, replay)


def _operation(name: str, use: str) -> Operation:
    call, *rest = USES[use]
    arguments = tuple(each.format(name) if isinstance(each, str) else each for each in rest)
    return Operation(str(call), (f"/{name}", *arguments))
