"""The same line at two kubectls: ours against a cluster, the real one against the same cluster behind a server.

The server's time stands; it goes on by exactly what passed in ours, while the real one waits.
"""

import re
import shlex
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from tests.sim.kubernetes.server.clients import kubectls
from vlearn.sim.kubernetes.cluster import Cluster, run
from vlearn.sim.kubernetes.kubectl import kubectl
from vlearn.sim.kubernetes.server.live import LiveCluster

MINOR = 32
"""The version whose words ours has."""
REAL = kubectls().get(MINOR)
ABSENT = f"no kubectl 1.{MINOR} on PATH, and none in VLEARN_KUBECTL"
EVENT = re.compile(r"^  (Normal|Warning) +(\S+) +\S+(?: \(x\d+ over \S+\))? +", re.MULTILINE)
POD_OF_NODE = re.compile(r"^(  .*%\)) +\S+$", re.MULTILINE)
HEAD = re.compile(r"^(  (?:Namespace|-+|Type|Normal|Warning|default|kube-system) .*)$", re.MULTILINE)
LOGGED = re.compile(r'^E\d{4} .*"command failed" err="(.*)"$', re.MULTILINE)
UNSTABLE = ("LAST SEEN", "evicting pod")
"""Lists whose order is not the same in each run of the real one, or depends on how Go sorts."""
STARTING = 0.8
"""Seconds in which the real one has begun to wait."""


@dataclass(slots=True)
class Both:
    """A live server for the real one, and a cluster that ours goes on with."""

    live: LiveCluster
    cluster: Cluster
    home: Path
    files: dict[str, str] = field(default_factory=dict)

    def __post_init__(self):
        (self.home / "config").write_text(self.live.kubeconfig, encoding="utf-8")
        for name, text in self.files.items():
            (self.home / name).write_text(text, encoding="utf-8")

    def pass_time(self, seconds):
        self.cluster = run(self.cluster, seconds)
        self.live.advance(seconds)

    def type(self, line):
        """What both say: output, errors and exit code, without what cannot be equal."""
        before = self.cluster.now
        done = kubectl(self.cluster, line, self.files)
        self.cluster = done.cluster
        said = done.said
        return plain(said.out, said.err, said.code), plain(*self._real(line, self.cluster.now - before))

    def _real(self, line, passed):
        home = str(self.home)
        place = {"KUBECONFIG": f"{home}/config", "HOME": home, "PATH": "/usr/bin:/bin", "TZ": "UTC"}
        command = [REAL, *shlex.split(line)]
        with subprocess.Popen(
            command, env=place, cwd=home, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            mover = Thread(target=self._follow, args=(passed,))
            mover.start()
            out, err = process.communicate(timeout=60)
            mover.join()
        return out, err, process.returncode

    def _follow(self, seconds):
        if seconds:
            time.sleep(STARTING)
            self.live.advance(seconds)


def plain(out, err, code):
    """Without ages that the real one takes from its own clock, and with unstable lists sorted."""
    aged = POD_OF_NODE.sub(r"\1 AGE", EVENT.sub(r"  \1 \2 AGE ", out))
    aged = HEAD.sub(lambda line: " ".join(line[1].split()), aged) if aged != out else out
    lines = aged.splitlines()
    if any(line.startswith(UNSTABLE) for line in lines):
        lines.sort()
    elif "Events:" in lines:
        lines = _with_sorted_events(lines)
    told = LOGGED.sub(r"error: \1", err).replace('\\"', '"')
    told = re.sub(r"^Error: ", "error: ", told).replace(f"kubectl.1.{MINOR}", "kubectl")
    return lines, told.rstrip("\n").splitlines(), code


def _with_sorted_events(lines):
    """The lines of events of the same second stand in the order of Go's sort, which keeps none."""
    at = lines.index("Events:")
    end = lines.index("", at) if "" in lines[at:] else len(lines)
    rest = lines[end:]
    return [*lines[:at], *sorted(lines[at:end]), *(_with_sorted_events(rest) if "Events:" in rest else rest)]
