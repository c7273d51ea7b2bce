"""Why deleting in a later layer does not make an image smaller: sizes of images whose instructions add and delete."""

from fractions import Fraction
from random import Random
from typing import Any

from vlearn.blocks import Code, Table, Text
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Numeric
from vlearn.questions.replay import Replay
from vlearn.sim.files import Overlay, Plain, filesystem_of, mount
from vlearn.sim.files.overlay.layers import layers
from vlearn.sim.files.overlay.sizes import sizes
from vlearn.sim.files.steps import Operation
from vlearn.sim.images.layering import Line, image_size, lay, visible
from vlearn.trace import run
from vlearn.views.files_layers import draw

PACKAGES = ("archive.tar", "dataset.csv", "sdk.run", "sources.zip", "toolchain.deb")
PROGRAMS = ("agent", "broker", "crawler", "indexer", "server")
CHANGES: dict[str, tuple[str, str, tuple[int, ...]]] = {
    "mode": ("chmod 700", "chmod", (0o700,)),
    "owner": ("chown app:app", "chown", (7, 7)),
}
"""What a line may do to the program: the command, the operation, its arguments."""
ASKED = {
    "layers": "How many MB do all layers of the image have together, uncompressed?",
    "seen": "How many MB of files does a container of the image see?",
    "saved": "By how many MB would the layers of the image shrink if all these RUN lines were joined to one by `&&`?",
}


def image_after_deletion(rng: Random) -> Posed:
    """The size of an image that fetches, builds, changes a mode and deletes in four layers; seen, or saved."""
    base, fetched, built = (rng.randrange(*bounds, 10) for bounds in ((40, 160), (100, 500), (20, 120)))
    package, program = rng.choice(PACKAGES), rng.choice(PROGRAMS)
    touches = rng.choice(("", *CHANGES))
    lines = [
        Line(f"RUN fetch /tmp/{package}", (Operation("create", (f"/tmp/{package}", bytes(fetched))),)),
        Line(f"RUN build /tmp/{package} /opt/{program}", (Operation("create", (f"/opt/{program}", bytes(built))),)),
    ]
    if touches:
        word, call, rest = CHANGES[touches]
        lines.append(Line(f"RUN {word} /opt/{program}", (Operation(call, (f"/opt/{program}", *rest)),)))
    lines.append(Line(f"RUN rm /tmp/{package}", (Operation("unlink", (f"/tmp/{package}",)),)))
    start = _start(base)
    final = run(lay, start, lines).final
    joined = run(lay, start, [Line("RUN all", tuple(o for line in lines for o in line.operations))]).final
    asked = rng.choice(list(ASKED))
    value = {
        "layers": image_size(final),
        "seen": visible(final),
        "saved": image_size(final) - image_size(joined),
    }[asked]
    prompt = (
        Text(
            f"`base` has one layer of {base} MB. `fetch` stores a file of {fetched} MB, `build` reads it and writes"
            f" a program of {built} MB. The image is built with overlayfs and default options:"
        ),
        Code("\n".join(("FROM base", *(line.text for line in lines))), "dockerfile"),
        Text(f"{ASKED[asked]} (Whiteouts and metadata count as nothing.)"),
    )
    copied = " A change of mode or owner copies the whole file into another layer." if touches else ""
    solution = (
        Text(
            "A layer never changes once it is committed. The last line adds a whiteout, which hides the file and frees"
            f" nothing.{copied} Together the layers have {image_size(final)} MB, of which a container sees"
            f" {visible(final)}; in a single RUN nothing is committed before the deletion, and the image would have"
            f" {image_size(joined)} MB."
        ),
        Table(("Line", "Its layer in MB"), _rows(final, lines)),
    )
    return Posed(prompt, Numeric(Fraction(value), unit="MB"), solution, Replay(lay, start, tuple(lines), draw))


def _start(base: int) -> Overlay:
    entries: list[dict[str, Any]] = [
        {"path": "bin/sh", "type": "file", "content": bytes(base)},
        {"path": "opt", "type": "dir"},
        {"path": "tmp", "type": "dir"},
    ]
    return mount((filesystem_of(entries),), Plain())


def _rows(final: Overlay, lines: list[Line]) -> tuple[tuple[str, str], ...]:
    below = sizes(final)[final.upper is not None :]
    assert len(below) == len(lines) + 1 == len(layers(final)) - 1
    return tuple(zip(("FROM base", *(line.text for line in lines)), map(str, reversed(below)), strict=True))
