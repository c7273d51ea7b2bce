"""A question whose key is which files are left after containers were removed: looked up on the model's own host."""

from dataclasses import dataclass
from random import Random

from vlearn.blocks import Code, Table, Text
from vlearn.questions.generators.engine_scenes import EMPTY, Script, Typed, answer, docker_run, draw_screen, type_in
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Classification
from vlearn.questions.replay import Replay
from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.engine.actions import Exec, Remove, Stop
from vlearn.sim.engine.docker import Docker
from vlearn.sim.engine.looking import changes

GONE, ANONYMOUS, NAMED, CHOSEN, STOPPED = range(5)
CATEGORIES = (
    "gone",
    "in a volume without a name",
    "in a volume with a name",
    "in a directory that somebody chose",
    "in the layer of a stopped container",
)
NAMES = ("blog", "cart", "forum", "mail", "pay", "shop", "wiki")
PLACES = ("/data", "/files", "/orders", "/pages", "/spool", "/uploads")
FILES = ("a.txt", "b.txt", "index.html", "log", "notes", "state")
REMOVALS = ("docker rm -f {}", "docker rm -f -v {}", "docker stop {} && docker rm {}", "docker stop {}", "--rm")
_RULE = (
    "What is written outside a mount lies in the container's own layer and goes with the container, not when it stops."
    " A named volume and a directory of the host stay in any case. A volume without a name goes with `docker rm -v`, or"
    " with a container that was started with `--rm`; without that it stays, with 64 digits for a name."
)


@dataclass(frozen=True, slots=True)
class Place:
    """A directory of the container, and what is mounted on it: a volume with or without a name, a bind, or nothing."""

    path: str
    kind: str
    source: str

    @property
    def option(self) -> str:
        """As `docker run` takes it."""
        return f"-v {f'{self.source}:' if self.source else ''}{self.path}" if self.kind != "layer" else ""


def left_after_removal(rng: Random) -> Posed:
    """Where is each of four files after the container has gone, or has been stopped?"""
    name, removal = rng.choice(NAMES), rng.choice(REMOVALS)
    paths, files = rng.sample(PLACES, 3), rng.sample(FILES, 4)
    kinds = [
        Place(paths[0], "named", f"{name}-{paths[0][1:]}"),
        Place(paths[1], "anonymous", ""),
        Place(paths[2], "bind", f"/srv{paths[2]}"),
    ]
    mounted = rng.sample(kinds, rng.choice((2, 3, 3)))
    if kinds[1] not in mounted:
        mounted[0] = kinds[1]
    layer = rng.choice(("/etc", "/tmp", "/root", "/home"))
    written = [Place(layer, "layer", ""), *mounted][:4]
    script = _script(name, removal, mounted, written, files)
    docker = Docker.boot()
    for typed in script:
        said = answer(docker, typed)
        assert not said.code, said.text
    found = [
        (f"`{place.path}/{file}`", _where(docker, place, file)) for place, file in zip(written, files, strict=False)
    ]
    rng.shuffle(found)
    prompt = (
        Text(
            f"The directory `/srv` of the host is empty, there are no volumes, and the image `alpine` declares none."
            f" These commands are typed; `{name}` writes a file to each of {len(written)} directories. Where is each"
            " file then?"
        ),
        Code("\n".join(typed.line for typed in script), "console"),
    )
    looked_at = (*script, Typed(f"docker diff {name}"), Typed("find /srv /var/lib/docker/volumes -type f"))
    items, key = tuple(item for item, _ in found), tuple(where for _, where in found)
    rows = tuple((item.strip("`"), CATEGORIES[where]) for item, where in found)
    solution = (Text(_RULE), Table(("File", "Where it is"), rows))
    return Posed(
        prompt, Classification(CATEGORIES, items, key), solution, Replay(type_in, EMPTY, (looked_at,), draw_screen)
    )


def _script(name: str, removal: str, mounted: list[Place], written: list[Place], files: list[str]) -> Script:
    gone = removal == "--rm"
    options = " ".join(("-d", *(["--rm"] if gone else []), f"--name {name}", *(place.option for place in mounted)))
    mounts = tuple(place.option.removeprefix("-v ") for place in mounted)
    started = docker_run(
        f"{options} alpine sleep 600", "alpine", "sleep", "600",
        detach=True, name=name, mounts=mounts, remove=gone,
    )  # fmt: skip
    inside = "; ".join(f"echo 1 > {place.path}/{file}" for place, file in zip(written, files, strict=False))
    write = Typed(f'docker exec {name} sh -c "{inside}"', Exec(name, ("sh", "-c", inside)))
    if gone:
        return (started, write, Typed(f"docker stop {name}", Stop(name)))
    after = []
    for command in removal.format(name, name).split(" && "):
        words = command.split()
        action = Stop(name) if "stop" in words else Remove(name, force="-f" in words, volumes="-v" in words)
        after.append(Typed(command, action))
    return (started, write, *after)


def _where(docker: Docker, place: Place, file: str) -> int:
    """The category of a file, by what the host has."""
    engine = docker.engine
    if place.kind == "bind":
        return CHOSEN if _exists(docker, f"{place.source}/{file}") else GONE
    for volume in engine.volumes.values():
        if _exists(docker, f"{volume.path}/{file}"):
            return ANONYMOUS if volume.anonymous else NAMED
    kept = [path for one in engine.containers.values() for _, path in changes(engine, one)]
    return STOPPED if f"{place.path}/{file}" in kept else GONE


def _exists(docker: Docker, path: str) -> bool:
    """Whether the host has this file."""
    try:
        docker.host.stat(docker.daemon.pid, path)
    except SystemCallFailed:
        return False
    return True
