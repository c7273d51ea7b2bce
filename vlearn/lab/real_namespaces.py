"""The model's kernel beside the real thing: the same questions asked of this machine's own kernel by `unshare`.

Where the machine may make user namespaces and has util-linux, its kernel is asked now: each command within namespaces
of its own, which end with it, and for some seconds at most. Elsewhere recorded answers are shown, and the table
says so.
"""

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from vlearn.blocks import Table, Text
from vlearn.lab.assets import FOLDER
from vlearn.lab.shown import Shown, show
from vlearn.sim.containers import Host
from vlearn.sim.containers import calls as sys

RECORDED = FOLDER / "recorded_namespaces.json"
TOOLS = ("unshare", "hostname", "python3")
SECONDS = 10
"""What a command may take at most; it and all that it started are killed then."""


@dataclass(frozen=True, slots=True)
class Fact:
    """What is asked, the options of `unshare` and the command that ask it, and how the model is asked the same."""

    what: str
    options: str
    command: str
    model: Callable[[], str]


def live_answers() -> tuple[str, ...] | None:
    """What this machine's kernel says to each of FACTS; None where it may not be asked."""
    if not all(map(shutil.which, TOOLS)) or _real("-Urmpf --kill-child --mount-proc", "true") != "":
        return None
    return tuple(_real(fact.options, fact.command) for fact in FACTS)


_PYTHON = "python3: "
"""Stands before Python statements, whose errno is the answer."""
_TRIED = """python3 -c 'import os, time, errno
try:
    {}
except OSError as error:
    print(errno.errorcode[error.errno])'"""


def _real(options: str, command: str) -> str:
    """The last line that a command prints in its own namespaces; "failed" if the namespaces cannot be made."""
    if command.startswith(_PYTHON):
        command = _TRIED.format(command.removeprefix(_PYTHON))
    words = ["unshare", *options.split(), "sh", "-c", f"{command} 2>&1; true"]
    try:
        done = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=SECONDS, check=False,
                              env={"LC_ALL": "C", "PATH": "/usr/bin:/bin:/usr/sbin:/sbin"})  # fmt: skip
    except subprocess.TimeoutExpired:
        return "no answer in time"
    said = done.stdout.strip().splitlines()
    return "failed" if done.returncode else said[-1].strip() if said else ""


def recorded_answers() -> tuple[str, ...]:
    """What Linux 6.18 said when it was asked."""
    return tuple(json.loads(RECORDED.read_text(encoding="utf-8")))


def model_answers() -> tuple[str, ...]:
    """What the model says to each of FACTS."""
    return tuple(fact.model() for fact in FACTS)


def beside_namespaces() -> Shown:
    """Each question, the command that asks it, what the kernel says, and whether the model says the same."""
    live = live_answers()
    how = "asked just now" if live else "recorded earlier on Linux 6.18: this machine may not make namespaces"
    rows = tuple(
        (fact.what, f"unshare {fact.options}", fact.command, theirs, "yes" if ours == theirs else f"NO: {ours}")
        for fact, theirs, ours in zip(FACTS, live or recorded_answers(), model_answers(), strict=True)
    )
    head = ("Question", "Namespaces", "Command", "The kernel", "Model")
    return show((Text(f"This machine's own kernel, {how}."), Table(head, rows, "Does the model say the same?")))


def _host(*flags: str, mapped: bool = True) -> tuple[Host, int]:
    """The model's `unshare -U`, with `-r` if mapped: a machine, and the process that is in the new namespaces."""
    host = Host.boot(shared=False)
    tool = host.spawn(1, "unshare")
    host.unshare(tool, "CLONE_NEWUSER", *flags)
    if mapped:
        host.write_file(tool, "/proc/self/setgroups", "deny")
        host.write_file(tool, "/proc/self/uid_map", "0 0 1")
        host.write_file(tool, "/proc/self/gid_map", "0 0 1")
    return host, tool


def _uid(mapped: bool) -> str:
    host, tool = _host(mapped=mapped)
    return host.read_file(tool, "/proc/self/status").decode().partition("Uid:")[2].split()[0]


def _first_pid() -> str:
    host, tool = _host("CLONE_NEWPID")
    return str(host.process(host.fork(tool)).number)


def _spared() -> str:
    host, tool = _host("CLONE_NEWPID")
    first = host.fork(tool)
    for signal in ("SIGTERM", "SIGKILL"):
        host.call(sys.Kill(first, 1, signal))
    return "alive" if first in host.kernel.processes and not host.process(first).is_zombie else "killed"


def _hostname() -> str:
    host, tool = _host("CLONE_NEWUTS")
    host.set_hostname(tool, "box")
    return host.read_file(tool, "/proc/sys/kernel/hostname").decode().strip()


def _interfaces() -> str:
    host, tool = _host("CLONE_NEWNET")
    space = host.kernel.networks.at(host.process(tool).namespaces.net)
    return " ".join(device.name for device in space.devices.values())


def _refusal(call: Callable[[int], sys.Call], *flags: str) -> str:
    host, tool = _host(*flags)
    return host.call(call(tool)).errno


def _mounted() -> str:
    host, tool = _host("CLONE_NEWNS")
    host.mount(tool, "t", "/mnt", "tmpfs")
    host.mkdir(tool, "/mnt/x")
    return " ".join(host.list(tool, "/mnt"))


FACTS = (
    Fact("Which uid has who made a user namespace, without a map?", "-U", "id -u", lambda: _uid(False)),
    Fact("And with the map that gives it root?", "-Ur", "id -u", lambda: _uid(True)),
    Fact("Which pid has the first process?", "-Urpf --kill-child --mount-proc", "echo $$", _first_pid),
    Fact("Does it die of SIGTERM and SIGKILL from inside?", "-Urpf --kill-child --mount-proc",
         "kill -TERM $$; kill -KILL $$; echo alive", _spared),
    Fact("What does sethostname change?", "-Uru", "hostname box; cat /proc/sys/kernel/hostname", _hostname),
    Fact("Which interfaces has a new net namespace?", "-Urn", "tail -n +3 /proc/net/dev | cut -d: -f1", _interfaces),
    Fact("Can root of a user namespace mount a tmpfs?", "-Urm", "mount -t tmpfs t /mnt; mkdir /mnt/x; ls /mnt",
         _mounted),
    Fact("May it set the machine's clock?", "-Ur", "python3: time.clock_settime(time.CLOCK_REALTIME, time.time())",
         lambda: _refusal(lambda pid: sys.ClockSettime(pid, 0))),
    Fact("May it take a uid that is not mapped?", "-Ur", "python3: os.setuid(5)",
         lambda: _refusal(lambda pid: sys.SetUids(pid, 5, 5, 5))),
)  # fmt: skip
