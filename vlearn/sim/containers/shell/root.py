"""A small root file system with the programs of this package, for machines and images: like busybox's, or Debian's."""

from collections.abc import Iterable
from typing import Any

from vlearn.sim.containers.shell.executables import content_of

FOLDERS = (
    "bin", "dev", "etc", "home", "mnt", "opt", "proc", "root", "run", "sbin", "srv", "sys", "usr", "usr/bin",
    "usr/local", "usr/local/bin", "usr/sbin", "var", "var/lib", "var/log", "var/run",
)  # fmt: skip
PASSWD = (
    "root:x:0:0:root:/root:/bin/sh\n"
    "daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin\n"
    "www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin\n"
    "user:x:1000:1000::/home/user:/bin/sh\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n"
)
GROUP = "root:x:0:\ndaemon:x:1:\nwww-data:x:33:\nuser:x:1000:\nnogroup:x:65534:\n"
SHELLS = {"sh": "dash", "bash": "bash", "ash": "ash", "dash": "dash"}
"""The file's name, and the dialect that it speaks."""


def program(name: str, path: str = "") -> dict[str, Any]:
    """The entry of a program's executable file; `path` is /usr/bin and the name, if it is not given."""
    return {"path": path or f"usr/bin/{name}", "type": "file", "mode": 0o755, "content": content_of(name)}


def entries(programs: Iterable[str] | None = None, hostname: str = "host") -> tuple[dict[str, Any], ...]:
    """The entries of a root file system: directories, users, and these programs (all, if none are named).

    /bin and /sbin are links to /usr/bin and /usr/sbin, as everywhere since 2019. `sh` is dash.
    """
    from vlearn.sim.containers.shell.programs import PROGRAMS

    names = tuple(PROGRAMS) if programs is None else tuple(programs)
    merged = {"bin": "usr/bin", "sbin": "usr/sbin"}
    found: list[dict[str, Any]] = [{"path": name, "type": "dir"} for name in FOLDERS if name not in merged]
    found += [{"path": path, "type": "symlink", "target": target} for path, target in merged.items()]
    found += [
        {"path": "tmp", "type": "dir", "mode": 0o1777},
        {"path": "home/user", "type": "dir", "uid": 1000, "gid": 1000},
        {"path": "etc/hostname", "type": "file", "content": f"{hostname}\n"},
        {"path": "etc/hosts", "type": "file", "content": "127.0.0.1\tlocalhost\n"},
        {"path": "etc/passwd", "type": "file", "content": PASSWD},
        {"path": "etc/group", "type": "file", "content": GROUP},
        {"path": "usr/sbin/init", "type": "file", "mode": 0o755, "content": content_of("init")},
    ]
    for name in sorted({*names, *(("sh",) if "dash" in names else ())}):
        found.append({**program(SHELLS.get(name, name)), "path": f"usr/bin/{name}"})
    return tuple(found)
