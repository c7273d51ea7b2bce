"""A machine with 1,000 running containers: the memory of the whole process, and the seconds that their starts take.

Each container has a process, six namespaces, a control group, a union mount and a veth pair in the kernel model. As on
a real machine each new mount namespace begins as a copy of the host's, so that the later ones take longer.
"""

import resource
import subprocess
import sys
import time
from collections.abc import Iterator

from vlearn.bench import Measurement
from vlearn.sim.engine import Docker

CONTAINERS = 1000
LIMIT = 1024.0
"""Mebibytes that such a machine may take."""


def start(count: int) -> Docker:
    """A machine with so many containers of one image."""
    docker = Docker.boot(remember=0, memory=64 << 30)
    for _ in range(count):
        docker.run("nginx", detach=True)
    return docker


def measure() -> Iterator[Measurement]:
    """In a process of its own: its largest size, and the time of all starts and of one more."""
    command = [sys.executable, __file__, str(CONTAINERS)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=1200).stdout.split()
    size, seconds, one = map(float, told)
    yield Measurement(f"{CONTAINERS} containers: memory", size, "MiB", f"limit of {LIMIT:g} MiB", size / LIMIT)
    yield Measurement(f"{CONTAINERS} containers: start of all", seconds, "s")
    yield Measurement(f"{CONTAINERS} containers: start of one more", one, "s")


def _report(count: int) -> None:
    begin = time.perf_counter()
    docker = start(count)
    middle = time.perf_counter()
    docker.run("nginx", detach=True)
    end = time.perf_counter()
    running = sum(one.state.running for one in docker.engine.containers.values())
    assert running == count + 1, f"{running} containers run"
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, middle - begin, end - middle)


if __name__ == "__main__":
    _report(int(sys.argv[1]))
