"""Dockerfiles, build contexts and images to ask about, drawn at random, and a builder to ask.

Commands of RUN lines are not executed for what they are: each leaves a file that tells what it was, which is all that a
layer needs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random

from vlearn.blocks import Code, Table
from vlearn.sim.files.entries import filesystem_of
from vlearn.sim.files.filesystem import Filesystem
from vlearn.sim.files.plain import Plain
from vlearn.sim.images.builder.build import build
from vlearn.sim.images.builder.state import Build, Builder, Outcome
from vlearn.sim.images.dockerfile.parse import parse
from vlearn.sim.images.ignore import read_ignore
from vlearn.sim.images.oci.documents import LAYER_GZIP, Configuration, Descriptor, RootFS
from vlearn.sim.images.oci.entry import Entry
from vlearn.sim.images.oci.image import Images
from vlearn.sim.images.oci.write_tar import compressed, digest, tar_of
from vlearn.sim.images.reference import reference
from vlearn.sim.images.sized import Layers
from vlearn.trace import Step, run

PROGRAMS = ("blog", "cart", "chat", "forum", "mail", "maps", "pay", "shop", "wiki")


def leaves_a_file(
    words: tuple[str, ...], files: Filesystem, _: Mapping[str, str], __: str
) -> tuple[Filesystem, str, int]:
    """A RUN: any command, which leaves a file that is named after it."""
    name = "".join(letter if letter.isalnum() else "-" for letter in words[-1])
    return files if files.kind((name,)) else files.create((name,), words[-1].encode()), "", 0


def build_here(builder: Builder, action: Build) -> Iterator[Step[Builder]]:
    """The builder's model with such commands."""
    return build(builder, action, leaves_a_file)


def builder_with(*bases: str, version: str = "") -> Builder:
    """A builder that has these images, of one layer each; another version has another layer."""
    images = Images()
    for name in bases:
        tar = tar_of((Entry("base", "file", f"{name} {version}".encode()),))
        blob = compressed(tar)
        made = Configuration("amd64", "linux", rootfs=RootFS("layers", (digest(tar),)))
        described = [(Descriptor(LAYER_GZIP, digest(blob), len(blob)), blob)]
        images, _ = images.with_image(str(reference(name)), made, described)
    return Builder(images)


def context(texts: Mapping[str, str], modes: Mapping[str, int] | None = None, time: int = 0) -> Plain:
    """Files by name with their texts, modes where they are not 644, and one time for all."""
    return filesystem_of(
        {"path": path, "type": "file", "content": text, "mode": (modes or {}).get(path, 0o644), "mtime": time}
        for path, text in texts.items()
    )


@dataclass(frozen=True, slots=True)
class Project:
    """A Dockerfile and what lies beside it."""

    lines: tuple[str, ...]
    texts: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...] = ()
    modes: tuple[tuple[str, int], ...] = ()
    time: int = 0

    @property
    def source(self) -> str:
        """The Dockerfile's text."""
        return "\n".join(self.lines)

    def build(self, *, no_cache: bool = False) -> Build:
        """`docker build` of it."""
        ignore = read_ignore("\n".join(self.ignored))
        files = context(dict(self.texts), dict(self.modes), self.time)
        return Build(parse(self.source), files, ignore, "app", no_cache=no_cache)

    def with_text(self, path: str, text: str) -> "Project":
        """With another text in a file."""
        return replace(self, texts=tuple((name, text if name == path else old) for name, old in self.texts))

    def with_line(self, old: str, new: str) -> "Project":
        """With another line in the Dockerfile."""
        return replace(self, lines=tuple(new if line == old else line for line in self.lines))

    @property
    def code(self) -> Code:
        """The Dockerfile as it is shown."""
        return Code(self.source, "dockerfile")


def outcomes(builder: Builder) -> tuple[Outcome, ...]:
    """What became of every instruction but FROM in the last build."""
    return tuple(one for one in builder.outcomes if one.text.split()[0].upper() != "FROM")


def built(project: Project, builder: Builder) -> Builder:
    """The builder after a build, which must not fail."""
    final = run(build_here, builder, [project.build()]).final
    assert not final.error, final.error
    return final


def layers_table(images: Mapping[str, Layers]) -> Table:
    """The layers of every image with their sizes in MB."""
    rows = tuple((name, ", ".join(f"{layer} ({size} MB)" for layer, size in layers)) for name, layers in images.items())
    return Table(("Image", "Compressed layers, the lowest first"), rows, "Layers of the same name are the same.")


def some_sizes(rng: Random, count: int, least: int = 8, most: int = 95) -> list[int]:
    """Different sizes, so that a sum tells its parts."""
    return rng.sample(range(least, most), count)
