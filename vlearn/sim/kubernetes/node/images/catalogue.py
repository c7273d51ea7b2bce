"""Images that everybody knows: how long their pull takes, which of their tags exist, what their program does.

The numbers are rounded from what these images do on a small machine with an ordinary line; they are the model's own.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from vlearn.sim.kubernetes.node.images.program import FOREVER, MIB, Program

Fault = Literal["", "missing", "unreachable"]

WORDS = frozenset(
    {"latest", "stable", "mainline", "alpine", "slim", "edge", "lts", "bookworm", "perl", "musl", "glibc"}
)
_VERSION = re.compile(r"v?([0-9]+(?:\.[0-9]+)*)(?:-.*)?")


@dataclass(frozen=True, slots=True)
class Image:
    """An image in a registry. `pull` is in seconds, `size` in bytes, `fault` what goes wrong when it is pulled."""

    program: Program = FOREVER
    pull: float = 2.0
    size: int = 50 * MIB
    newest: tuple[int, ...] = ()
    """The newest version that is published: no tag of a later one exists. Empty: every tag exists."""
    runs: frozenset[str] = frozenset()
    """The commands that are its program."""
    is_shell: bool = False
    """Without an entrypoint: arguments alone are a command too."""
    modes: Mapping[str, Program] = field(default_factory=dict, hash=False)
    """What it does with this first argument."""
    closed: bool = False
    """It has no other commands than those named here."""
    fault: Fault = ""

    def has_tag(self, tag: str) -> bool:
        """Whether a tag exists: one of a version up to the newest, or a usual word."""
        if not self.newest or not tag or tag in WORDS:
            return True
        version = _VERSION.fullmatch(tag)
        if version is None:
            return tag.split("-")[0] in WORDS
        # 1.161 is later than 1.29: numbers are compared, not their digits.
        return tuple(int(part) for part in version[1].split("."))[: len(self.newest)] <= self.newest


ENDS = Program(exits=0.0)
UNKNOWN = Image()
_NGINX_SAYS = (
    "/docker-entrypoint.sh: Configuration complete; ready for start up",
    "[notice] 1#1: start worker processes",
)
_LISTENS = "Ready to accept connections tcp"


def _server(*ports: int, ready: float = 1.0, says: tuple[str, ...] = (), memory: int = 16, stops: float = 0.2,
            paths: tuple[str, ...] = ()) -> Program:  # fmt: skip
    return Program(
        ready, says=tuple((ready, text) for text in says), memory=memory * MIB, stops=stops, ports=ports, paths=paths
    )


def _shell(pull: float, size: int, *newest: int) -> Image:
    # A shell that is given nothing to read ends at once.
    return Image(ENDS, pull, size * MIB, newest, is_shell=True, closed=True)


CATALOGUE: Mapping[str, Image] = {
    "busybox": _shell(1.0, 4, 1, 37),
    "alpine": _shell(1.0, 8, 3, 22),
    "ubuntu": _shell(2.5, 78, 25, 10),
    "debian": _shell(3.0, 117, 13),
    "bash": _shell(1.5, 15, 5),
    "nginx": Image(
        _server(80, ready=0.5, says=_NGINX_SAYS, memory=8, paths=("/", "/index.html")),
        3.0, 192 * MIB, (1, 29), frozenset({"nginx", "nginx-debug", "docker-entrypoint.sh"}), closed=True,
    ),
    "httpd": Image(
        _server(80, ready=0.5, says=("AH00094: Command line: 'httpd -D FOREGROUND'",), paths=("/", "/index.html")),
        3.0, 148 * MIB, (2, 4), frozenset({"httpd-foreground"}), closed=True,
    ),
    "redis": Image(
        _server(6379, ready=0.5, says=(_LISTENS,), memory=10), 2.5, 117 * MIB, (8, 4),
        frozenset({"redis-server", "docker-entrypoint.sh"}), closed=True,
    ),
    "memcached": Image(_server(11211, ready=0.2), 2.0, 85 * MIB, (1, 6), frozenset({"memcached"}), closed=True),
    "postgres": Image(
        _server(5432, ready=4.0, says=("database system is ready to accept connections",), memory=60, stops=1.0),
        6.0, 430 * MIB, (18,), frozenset({"postgres", "docker-entrypoint.sh"}), closed=True,
    ),
    "mysql": Image(
        _server(3306, ready=12.0, says=("mysqld: ready for connections.",), memory=450, stops=3.0),
        8.0, 600 * MIB, (9, 4), frozenset({"mysqld", "docker-entrypoint.sh"}), closed=True,
    ),
    "mongo": Image(
        _server(27017, ready=3.0, says=("Waiting for connections",), memory=150, stops=1.0),
        8.0, 850 * MIB, (8, 2), frozenset({"mongod", "docker-entrypoint.sh"}), closed=True,
    ),
    "hello-world": Image(
        Program(exits=0.0, says=((0.0, "Hello from Docker!"),)), 1.0, MIB // 64,
        runs=frozenset({"/hello"}), closed=True,
    ),
    "perl": Image(ENDS, 5.0, 900 * MIB, (5, 42), is_shell=True, modes={
        "perl": Program(exits=5.0, says=((5.0, "3.1415926535897932384626433832795028841971"),)),
    }, closed=True),
    "python": Image(ENDS, 5.0, 1010 * MIB, (3, 14), is_shell=True, modes={
        name: Program(ready=0.5, stops=None, memory=20 * MIB) for name in ("python", "python3")
    }, closed=True),
    "node": Image(ENDS, 5.0, 1100 * MIB, (25,), is_shell=True, modes={
        "node": Program(ready=1.0, stops=None, memory=60 * MIB),
    }, closed=True),
    "polinux/stress": Image(ENDS, 1.5, 10 * MIB, is_shell=True, closed=True),
    "registry.k8s.io/pause": Image(_server(ready=0.0, memory=1), 0.5, MIB // 2, (3, 10), frozenset({"/pause"})),
    "registry.k8s.io/busybox": _shell(1.0, 4, 1, 37),
    "registry.k8s.io/e2e-test-images/busybox": _shell(1.0, 4, 1, 37),
    "registry.k8s.io/e2e-test-images/agnhost": Image(_server(ready=0.0, memory=1), 3.0, 130 * MIB, modes={
        "liveness": Program(unwell=10.0, ports=(8080,), paths=("/healthz",)),
        "netexec": Program(ports=(8080,)),
        "serve-hostname": Program(ports=(9376,)),
    }),
}  # fmt: skip
"""By familiar name without a tag. Every other name is an image that runs for ever and is ready at once."""

NOWHERE = re.compile(r"no-?such|does-?not-?exist|non-?existent|missing")
"""Names of repositories, outside the catalogue, that no registry has."""
