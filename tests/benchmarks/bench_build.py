"""Milliseconds to build a Dockerfile of 50 instructions whose layers are all in the cache, parsing it included."""

from collections.abc import Iterator, Mapping
from functools import partial

from vlearn.bench import Measurement, best_of
from vlearn.sim.files.entries import filesystem_of
from vlearn.sim.files.filesystem import Filesystem
from vlearn.sim.images.builder.build import build
from vlearn.sim.images.builder.state import Build, Builder
from vlearn.sim.images.dockerfile.parse import parse
from vlearn.trace import run as play

LIMIT = 50.0
INSTRUCTIONS = 50
CONTEXT = filesystem_of(
    {"path": f"src/{n}.py", "type": "file", "content": f"# module {n}\n" * 100} for n in range(40)
)  # fmt: skip
KINDS = (
    "RUN touch /made-{0}",
    "ENV NAME_{0}=value-{0}",
    "COPY src/{0}.py /app/",
    "LABEL at.{0}=$NAME_1",
    "COPY . /all-{0}/",
)
TEXT = "\n".join(("FROM scratch", *(KINDS[n % len(KINDS)].format(n % 40) for n in range(INSTRUCTIONS - 1))))


def _touch(
    words: tuple[str, ...], files: Filesystem, env: Mapping[str, str], workdir: str
) -> tuple[Filesystem, str, int]:
    """The one command of this Dockerfile."""
    name = words[-1].split()[-1].strip("/")
    return (files if files.kind((name,)) else files.create((name,))), "", 0


def measure() -> Iterator[Measurement]:
    """Lower is better. The cold build of the same file is measured beside it; it has no limit."""
    model = partial(build, run=_touch)
    cold = play(model, Builder(), [Build(parse(TEXT), CONTEXT)]).final

    def warm() -> None:
        final = play(model, cold, [Build(parse(TEXT), CONTEXT)]).final
        made = [one for one in final.outcomes[1:] if not one.cached]
        if made or final.error or len(final.outcomes) != INSTRUCTIONS:
            raise RuntimeError(f"the cache was not warm: {made or final.error}")

    milliseconds = best_of(warm, 5) * 1000
    yield Measurement("50 instructions, all cached", milliseconds, "ms", "50 ms", milliseconds / LIMIT)
    seconds = best_of(lambda: play(model, Builder(), [Build(parse(TEXT), CONTEXT)]), 3)
    yield Measurement("50 instructions, nothing cached", seconds * 1000, "ms")
