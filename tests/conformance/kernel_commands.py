"""Runs the recorded facts about kernels literally: their very commands, in the model's shell on the model's kernel."""

import re
from collections.abc import Mapping
from typing import Any

from vlearn.sim.containers import Host
from vlearn.sim.containers.cgroups.state import Cgroups, Machine
from vlearn.sim.containers.shell import Finished, entries, run
from vlearn.sim.files import filesystem_of

CONTROLLERS = ("blkio", "cpu", "cpuacct", "cpuset", "devices", "freezer", "memory", "pids")
SET_UP = (
    "mount -t tmpfs tmpfs /sys/fs/cgroup",
    *(f"mkdir /sys/fs/cgroup/{name}; mount -t cgroup -o {name} cgroup /sys/fs/cgroup/{name}" for name in CONTROLLERS),
    "mkdir /sys/fs/cgroup/unified; mount -t cgroup2 cgroup2 /sys/fs/cgroup/unified",
    "for c in cpu freezer memory pids; do mkdir /sys/fs/cgroup/$c/rsr; done",
    "mkdir -p /scratch/mm /scratch/cr",
)
MEASURED = (
    (re.compile(r"time=[\d.]+ ms"), "time=T ms"),
    (re.compile(r"= [\d./]+ ms"), "= T ms"),
    (re.compile(r"copied, .* s, .*B/s"), "copied, T s"),
    (re.compile(r"line 1: +\d+ (?=[A-Z])"), "line 1: PID "),
)
"""What a clock decides, or how many processes a machine has had."""


def machine() -> Host:
    """A machine as the facts were recorded on: cgroups of version 1, no peer groups, /scratch, groups named rsr."""
    cgroups = Cgroups.legacy(Machine(cpus=2))
    host = Host.boot(filesystem_of(entries()), cgroups=cgroups, shared=False, remember=0)
    said = run(host, 1, "; ".join(SET_UP))
    assert (said.errors, said.code) == ("", 0), said
    return host


def finished(case: Mapping[str, Any]) -> Finished:
    """What the fact's command prints on a fresh machine."""
    return run(machine(), 1, case["cmd"])


def difference(case: Mapping[str, Any], said: Finished) -> str | None:
    """How what was said differs from the recording; None if it does not."""
    pairs = {
        "rc": (case["rc"], said.code),
        "stdout": (_plain(case["stdout"]), _plain(said.output)),
        "stderr": (_plain(case["stderr"]), _plain(said.errors)),
    }
    for name, (recorded, modelled) in pairs.items():
        if recorded != modelled:
            return f"{case['id']}: {case['claim']}: {name}: the kernel has {recorded!r}, the model {modelled!r}"
    return None


def _plain(text: str) -> str:
    for pattern, replacement in MEASURED:
        text = pattern.sub(replacement, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())
