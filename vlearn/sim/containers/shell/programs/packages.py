"""apk and apt-get over a tiny catalogue: a package is files of programs, and it is there without any network."""

from collections.abc import Mapping

from vlearn.sim.containers.errnos import SystemCallFailed
from vlearn.sim.containers.shell.errors import NotModelled
from vlearn.sim.containers.shell.executables import content_of
from vlearn.sim.containers.shell.programs.files import make_parents
from vlearn.sim.containers.shell.programs.options import plain
from vlearn.sim.containers.shell.task import Body, Task

WELCOME = "<!DOCTYPE html>\n<html>\n<head><title>Welcome to nginx!</title></head>\n</html>\n"
CATALOGUE: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "bash": ("5.2.37", ("bash",)),
    "busybox-extras": ("1.37.0", ("httpd",)),
    "coreutils": ("9.5", ("base64", "stat", "truncate")),
    "curl": ("8.11.1", ("curl",)),
    "findutils": ("4.10.0", ("find", "xargs")),
    "iproute2": ("6.11.0", ("ip", "ss")),
    "iputils-ping": ("20240905", ("ping",)),
    "netcat-openbsd": ("1.226", ("nc",)),
    "nginx": ("1.27.3", ("nginx",)),
    "procps": ("4.0.4", ("pgrep", "pkill", "ps", "uptime")),
    "python3": ("3.13.1", ("python3",)),
    "redis": ("7.4.1", ("redis-cli", "redis-server")),
    "stress": ("1.0.7", ("stress",)),
    "tini": ("0.19.0", ("tini",)),
    "util-linux": ("2.40.2", ("findmnt", "lsns", "nsenter", "setpriv", "unshare")),
    "wget": ("1.25.0", ("wget",)),
}
"""For each package its version and the programs that it brings."""
SAME = {"iputils": "iputils-ping", "procps-ng": "procps", "redis-server": "redis", "redis-tools": "redis"}


def _install(task: Task, name: str) -> bool:
    """Put the files of a package where they belong; whether any were missing. Raises SystemCallFailed."""
    changed = False
    for one in CATALOGUE[name][1]:
        path = f"/usr/bin/{one}"
        if task.host.which(task.pid, one) is None:
            make_parents(task, "/usr/bin")
            task.host.write_file(task.pid, path, content_of(one), mode=0o755)
            task.host.chmod(task.pid, path, 0o755)
            changed = True
    if name == "nginx":
        make_parents(task, "/usr/share/nginx/html")
        if task.host.list(task.pid, "/usr/share/nginx/html") == ():
            task.host.write_file(task.pid, "/usr/share/nginx/html/index.html", WELCOME)
    return changed


def _apk(task: Task) -> int:
    words = [word for word in task.arguments[1:] if not word.startswith("-")]
    match words:
        case ["update"]:
            task.say(f"OK: {len(CATALOGUE)} distinct packages available")
            return 0
        case ["add", *names]:
            names = [SAME.get(name, name) for name in names]
        case _:
            raise NotModelled(" ".join(words) or "apk without words")
    if unknown := [name for name in names if name not in CATALOGUE]:
        task.write("ERROR: unable to select packages:\n", 2)
        for name in unknown:
            task.write(f"  {name} (no such package):\n    required by: world[{name}]\n", 2)
        return len(unknown)
    try:
        for number, name in enumerate(names, 1):
            if _install(task, name):
                task.say(f"({number}/{len(names)}) Installing {name} ({CATALOGUE[name][0]}-r0)")
    except SystemCallFailed as failed:
        return task.complain(f"unable to write: {failed.strerror}", 1)
    task.say("OK: packages are installed")
    return 0


def _apt_get(task: Task) -> int:
    words = [word for word in task.arguments[1:] if not word.startswith("-")]
    match words:
        case ["update"]:
            task.say("Reading package lists... Done")
            return 0
        case ["clean"] | ["autoremove"]:
            return 0
        case ["install", *names]:
            names = [SAME.get(name, name) for name in names]
        case _:
            raise NotModelled(" ".join(words) or "apt-get without words")
    task.say("Reading package lists... Done", "Building dependency tree... Done")
    for name in names:
        if name not in CATALOGUE:
            task.write(f"E: Unable to locate package {name}\n", 2)
            return 100
    try:
        for name in names:
            version = CATALOGUE[name][0]
            if _install(task, name):
                task.say(f"Setting up {name} ({version}) ...")
            else:
                task.say(f"{name} is already the newest version ({version}).")
    except SystemCallFailed as failed:
        task.write(f"E: Could not write: {failed.strerror}\n", 2)
        return 100
    return 0


PROGRAMS: Mapping[str, Body] = {"apk": plain(_apk), "apt-get": plain(_apt_get)}
