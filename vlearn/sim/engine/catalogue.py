"""The images of the course's registry: made up, tiny, and named like those that everybody knows.

They have those programs of the model's user space that such images have, and a few files; nothing is copied from the
real ones, and sizes, versions and digests are the model's own. `python` and `redis` are servers of the same user space.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from vlearn.sim.containers.shell.root import program
from vlearn.sim.images.builder.union import entries_from
from vlearn.sim.images.oci.documents import LAYER_GZIP, Config, Configuration, Descriptor, History, RootFS
from vlearn.sim.images.oci.image import Images
from vlearn.sim.images.oci.write_tar import compressed, digest, tar_of
from vlearn.sim.images.reference import HUB, reference
from vlearn.sim.images.registry.state import Exchange, Registry
from vlearn.sim.images.registry.transfer import Push, transfer

PUBLISHED = "2023-11-01T00:00:00Z"
"""When the images were made: two weeks before the machine's clock begins."""

Entries = list[dict[str, Any]]
PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SMALL = [
    "cat",
    "chgrp",
    "chmod",
    "chown",
    "cp",
    "cut",
    "date",
    "dd",
    "df",
    "echo",
    "env",
    "false",
    "find",
    "grep",
    "head",
    "hostname",
    "id",
    "kill",
    "ln",
    "ls",
    "mkdir",
    "mount",
    "mv",
    "ping",
    "printf",
    "ps",
    "pwd",
    "readlink",
    "rm",
    "rmdir",
    "sed",
    "seq",
    "sh",
    "sleep",
    "sort",
    "stat",
    "tail",
    "tee",
    "touch",
    "tr",
    "true",
    "umount",
    "uname",
    "uniq",
    "wc",
    "wget",
    "whoami",
    "xargs",
    "[",
    "ash",
    "basename",
    "dirname",
    "du",
    "httpd",
    "ip",
    "nc",
    "nslookup",
    "sha256sum",
    "stress",
    "test",
    "timeout",
    "truncate",
    "yes",
]
"""What busybox's image has, as far as the user space has it."""
FOLDERS = ("dev", "etc", "home", "proc", "root", "sys", "tmp", "usr", "usr/bin", "usr/sbin", "var")


@dataclass(frozen=True, slots=True)
class Made:
    """A row of the catalogue: names, the image below, what its layer has, how it is run."""

    names: tuple[str, ...]
    base: str
    layer: Entries
    config: Config
    made_by: str = "ADD rootfs.tar / # made up for the course"


def registry() -> Registry:
    """Docker Hub as the model's machine reaches it: the catalogue, and nothing else."""
    return _registry()


@lru_cache(1)
def _registry() -> Registry:
    images = Images()
    for row in rows():
        images = _with(images, row)
    exchange = Exchange(images)
    for name in sorted(images.names):
        *_, last = transfer(exchange, Push(name))
        exchange = last.state
    return exchange.registries[HUB]


def _with(images: Images, row: Made) -> Images:
    below = images.image(str(reference(row.base))) if row.base else None
    tar = tar_of(entries_from(row.layer))
    blob = compressed(tar)
    before = below.configuration if below else Configuration("amd64", "linux")
    layers = [(one, images.blob(one)) for one in below.manifest.layers] if below else []
    layers.append((Descriptor(LAYER_GZIP, digest(blob), len(blob)), blob))
    made = Configuration(
        "amd64",
        "linux",
        created=PUBLISHED,
        config=row.config,
        rootfs=RootFS("layers", (*before.rootfs.diff_ids, digest(tar))),
        history=(*(before.history or ()), History(PUBLISHED, row.made_by), *_settings(row.config)),
    )
    images, descriptor = images.with_image("", made, layers)
    for name in row.names:
        images = images.tag(str(reference(name)), descriptor)
    return images


def _settings(config: Config) -> Iterable[History]:
    if config.exposed_ports:
        yield History(PUBLISHED, f"EXPOSE {' '.join(config.exposed_ports)}", empty_layer=True)
    if config.cmd:
        words = ", ".join(f'"{word}"' for word in config.cmd)
        yield History(PUBLISHED, f"CMD [{words}]", empty_layer=True)


def text(path: str, content: str, mode: int = 0o644) -> dict[str, Any]:
    """The entry of a text file."""
    return {"path": path, "type": "file", "content": content, "mode": mode}


def root(programs: Iterable[str], files: Mapping[str, str], shell: str = "ash") -> Entries:
    """Directories, programs as far as the user space has them, and text files."""
    from vlearn.sim.containers.shell.programs import PROGRAMS

    found: Entries = [{"path": path, "type": "dir", "mode": 0o1777 if path == "tmp" else 0o755} for path in FOLDERS]
    found += [
        {"path": "bin", "type": "symlink", "target": "usr/bin"},
        {"path": "sbin", "type": "symlink", "target": "usr/sbin"},
    ]
    for name in sorted({*programs, "sh"}):
        kind = shell if name == "sh" else name
        if kind in PROGRAMS:
            found.append({**program(kind), "path": f"usr/bin/{name}"})
    return found + [text(path, content) for path, content in files.items()]


def users(*more: str) -> str:
    """An /etc/passwd."""
    return "".join(
        f"{line}\n" for line in ("root:x:0:0:root:/root:/bin/sh", *more, "nobody:x:65534:65534:nobody:/:/bin/false")
    )


def release(id: str, name: str, version: str) -> str:
    """An /etc/os-release that says what it is."""
    return f'NAME="{name}"\nID={id}\nVERSION_ID={version}\nPRETTY_NAME="{name} {version} (a model for a course)"\n'


def rows() -> tuple[Made, ...]:
    """The catalogue."""
    from vlearn.sim.containers.shell.programs import PROGRAMS

    shell, all_programs = Config(env=(PATH,), cmd=("/bin/sh",)), tuple(PROGRAMS)
    group = "root:x:0:\nnogroup:x:65534:\n"
    busybox = root(SMALL, {"etc/passwd": users(), "etc/group": group})
    alpine = root(
        (*SMALL, "apk"),
        {
            "etc/passwd": users("guest:x:405:100:guest:/dev/null:/sbin/nologin"),
            "etc/group": group,
            "etc/os-release": release("alpine", "Alpine Linux", "3.22"),
            "etc/alpine-release": "3.22.0\n",
        },
    )
    others = {"apk", "ash", "httpd", "init", "nginx", "python3", "redis-cli", "redis-server", "tini"}
    ubuntu = root(
        (name for name in all_programs if name not in others),
        {
            "etc/passwd": users("ubuntu:x:1000:1000:ubuntu:/home/ubuntu:/bin/bash"),
            "etc/group": f"{group}ubuntu:x:1000:\n",
            "etc/os-release": release("ubuntu", "Ubuntu", "24.04"),
        },
        "dash",
    )
    page = "<h1>Welcome to nginx!</h1>\n"
    nginx: Entries = [
        {"path": "usr/share/nginx/html", "type": "dir"},
        {"path": "etc/nginx", "type": "dir"},
        text("usr/share/nginx/html/index.html", page),
        text("etc/nginx/nginx.conf", "# the model's server has no configuration\n"),
        program("nginx", "usr/sbin/nginx"),
    ]
    redis: Entries = [{"path": "data", "type": "dir"}, program("redis-server", "usr/local/bin/redis-server")]
    redis += [program("redis-cli", "usr/local/bin/redis-cli")]
    python: Entries = [
        program("python3", "usr/local/bin/python3"),
        {"path": "usr/local/bin/python", "type": "symlink", "target": "python3"},
    ]
    hello: Entries = [text("hello.txt", "Hello from a container of the course!\n"), program("cat", "hello")]
    run_nginx = Config(
        env=(PATH, "NGINX_VERSION=1.29.0"), exposed_ports={"80/tcp": {}}, stop_signal="SIGQUIT",
        cmd=("nginx", "-g", "daemon off;"),
    )  # fmt: skip
    run_redis = Config(
        env=(PATH, "REDIS_VERSION=8.0.0"), exposed_ports={"6379/tcp": {}}, volumes={"/data": {}}, working_dir="/data",
        cmd=("redis-server",),
    )  # fmt: skip
    run_python = Config(env=(PATH, "LANG=C.UTF-8", "PYTHON_VERSION=3.13.0"), cmd=("python3",))
    return (
        Made(("busybox:1.37", "busybox:latest"), "", busybox, Config(env=(PATH,), cmd=("sh",))),
        Made(("alpine:3.22", "alpine:latest"), "", alpine, shell),
        Made(("ubuntu:24.04", "ubuntu:latest"), "", ubuntu, Config(env=(PATH,), cmd=("/bin/bash",))),
        Made(("nginx:1.29", "nginx:alpine", "nginx:latest"), "alpine", nginx, run_nginx, "RUN apk add nginx"),
        Made(("redis:8", "redis:latest"), "alpine", redis, run_redis, "RUN apk add redis"),
        Made(("python:3.13", "python:latest"), "ubuntu", python, run_python, "RUN apt-get install -y python3"),
        Made(("hello-world:latest",), "", hello, Config(env=(PATH,), cmd=("/hello", "/hello.txt")), "COPY hello / "),
    )
