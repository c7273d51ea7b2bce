"""The Dockerfiles of chapter 11's notebook, builds whose RUN lines really run, and the wrong model of its bug hunt."""

from collections.abc import Iterator, Mapping
from contextlib import suppress

from vlearn.errors import ModelError
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.building import run_in_container
from vlearn.sim.engine.docker import Docker
from vlearn.sim.files.entries import filesystem_of
from vlearn.sim.files.filesystem import Filesystem, Path
from vlearn.sim.images.builder.build import build
from vlearn.sim.images.builder.layers import PATH
from vlearn.sim.images.builder.settings import command
from vlearn.sim.images.builder.state import Build, Builder
from vlearn.sim.images.builder.union import changes, image_files, union
from vlearn.sim.images.dockerfile.instruction import Instruction
from vlearn.sim.images.dockerfile.parse import parse
from vlearn.sim.images.errors import DockerfileError
from vlearn.sim.images.oci.entry import Entry
from vlearn.trace import Step, Trace, run

NOTES = """\
FROM nginx:alpine                          # Base image
WORKDIR /usr/share/nginx/html             # Set working directory
RUN rm -rf ./*                            # Clean directory
RUN apk add --no-cache git && \\           # Install git
    git clone <repo> /temp-repo && \\      # Clone code
    cp -r /temp-repo/* . && \\             # Copy files
    rm -rf /temp-repo                     # Cleanup
EXPOSE 80                                 # Expose port
CMD ["nginx", "-g", "daemon off;"]        # Start nginx
"""
"""The notes' example (11.3)."""
COMMENTED = """\
FROM nginx:alpine                       # a small web server
WORKDIR /usr/share/nginx/html           # where its pages are
RUN rm -rf ./*                          # none of the old ones
COPY index.html .                       # our page
RUN echo built > state.txt && \\         # a second page
    chmod 600 state.txt                 # for nobody else
EXPOSE 80                               # the port
CMD ["nginx", "-g", "daemon off;"]      # the server
"""
"""What the first exercise repairs: the same mistakes, in lines that the model can execute."""
PAGES = {"index.html": "<h1>A page</h1>\n"}
SLOW = """\
FROM python
WORKDIR /app
COPY . .
RUN cat requirements.txt > installed.txt
RUN date > compiled.txt
CMD ["python", "app.py"]
"""
"""What the second exercise puts into order. `cat` and `date` stand for what takes minutes."""
SOURCES = {"requirements.txt": "flask\n", "app.py": "print('one')\n"}
CHANGED = {**SOURCES, "app.py": "print('two')\n"}
Files = dict[str, bytes]


def built(dockerfile: str, files: Mapping[str, str], before: Builder | None = None) -> Trace[Builder]:
    """A build whose RUN lines are executed in containers of the model; `before` has the cache of an earlier one.

    Raises DockerfileError for what does not parse; a build that fails is the event `failed`.
    """
    docker, parsed = Docker.boot(), parse(dockerfile)
    if before is None:
        for stage in parsed.stages:
            with suppress(DaemonError):  # the builder says in its own words what it does not find
                docker.pull(stage.base)
    start = Builder(docker.engine.images) if before is None else Builder(before.images, before.cache)
    context = filesystem_of({"path": path, "type": "file", "content": text} for path, text in files.items())

    def model(builder: Builder, action: Build) -> Iterator[Step[Builder]]:
        return build(builder, action, lambda *asked: run_in_container(docker.daemon, *asked))

    return run(model, start, [Build(parsed, context, tag="app")])


def files_of(builder: Builder) -> Files:
    """The files that a container of the built image sees, by path."""
    assert builder.image is not None
    return dict(_walked(image_files(builder.images, builder.images.of(builder.image)), ()))


def mode_of(builder: Builder, path: str) -> int:
    """The permission bits of a file of the built image."""
    assert builder.image is not None
    files = image_files(builder.images, builder.images.of(builder.image))
    return files.stat(tuple(path.split("/"))).mode & 0o777


def changed_only(before: str, after: str) -> Files:
    """A wrong model, to be found out: it rebuilds just the lines that have changed. The files of the second image.

    Both Dockerfiles have FROM and RUN lines alone. Raises ModelError for others, and where a line fails.
    """
    docker = Docker.boot()
    first, second = (_runs(text) for text in (before, after))
    try:
        docker.pull(first[0].arguments[0])
    except DaemonError as refused:
        raise ModelError(refused.message) from None
    base = docker.engine.images.layers(docker.engine.images.image(_full(docker)))
    made: dict[str, tuple[Entry, ...]] = {}
    layers = list(base)
    for round_ in (first, second):
        layers = list(base)
        for line in round_[1:]:
            if line.text not in made:
                made[line.text] = _executed(docker, layers, line)
            layers.append(made[line.text])
    return dict(_walked(union(layers), ()))


def _full(docker: Docker) -> str:
    return next(iter(docker.engine.images.names))


def _runs(text: str) -> tuple[Instruction, ...]:
    stage, *others = parse(text).stages
    wrong = [line.text for line in stage.instructions if line.keyword != "RUN"]
    if others or wrong:
        raise ModelError(f"one FROM, and RUN lines below it, are enough here; not {wrong[0] if wrong else 'two'}")
    return (stage.start, *stage.instructions)


def _executed(docker: Docker, layers: list[tuple[Entry, ...]], line: Instruction) -> tuple[Entry, ...]:
    """The layer that a RUN makes on these."""
    image = docker.engine.images.image(_full(docker))
    words = command(image.configuration.run, line)
    files, output, code = run_in_container(docker.daemon, words, union(layers), {"PATH": PATH}, "/")
    if code:
        raise DockerfileError(f"`{line.text}` ends with exit code {code}: {output.strip()}")
    return changes(files)


def _walked(files: Filesystem, path: Path) -> Iterator[tuple[str, bytes]]:
    for name in files.entries(path):
        inner = (*path, name)
        kind = files.kind(inner)
        if kind == "dir":
            yield from _walked(files, inner)
        elif kind == "file":
            yield "/".join(inner), files.read(inner)
