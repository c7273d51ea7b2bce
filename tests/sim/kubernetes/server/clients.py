"""The kubectls that this machine has, a bare client, and a cluster for them.

`kubectl` is found on PATH; VLEARN_KUBECTL may name more of them, separated as PATH is.
"""

import json
import os
import re
import shutil
import subprocess
from functools import lru_cache
from http.client import HTTPConnection
from pathlib import Path

from vlearn.sim.kubernetes.apiserver import Request, answer, new_cluster

ABSENT = "no kubectl on PATH (Debian: kubernetes-client), and none in VLEARN_KUBECTL"
NODE = {
    "kind": "Node",
    "apiVersion": "v1",
    "metadata": {"name": "n1"},
    "status": {
        "capacity": {"cpu": "4", "memory": "8Gi", "pods": "110"},
        "conditions": [{"type": "Ready", "status": "True", "reason": "KubeletReady"}],
    },
}


def kubectls():
    """Paths of different versions, by minor version."""
    named = os.environ.get("VLEARN_KUBECTL", "").split(os.pathsep)
    found = [path for path in (shutil.which("kubectl"), *named) if path]
    return {minor_version(path): path for path in found}


@lru_cache
def minor_version(path):
    command = [path, "version", "--client", "-o", "json"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    return int(re.search(r'"minor": "(\d+)', told)[1])


def run(path, home, line):
    """What a shell answers to a line whose `kubectl` is this one: exit code, and all output."""
    (home / "bin").mkdir(exist_ok=True)
    link = home / "bin" / "kubectl"
    if not link.exists():
        link.symlink_to(Path(path).resolve())
    environment = {
        "KUBECONFIG": str(home / "config"),
        "HOME": str(home),
        "PATH": f"{home / 'bin'}:/usr/bin:/bin",
        "KUBE_EDITOR": "sed -i s/colour:.*/colour:\\ blue/",
    }
    done = subprocess.run(
        line, shell=True, env=environment, cwd=home, capture_output=True, text=True, timeout=60, check=False
    )
    return done.returncode, done.stdout + done.stderr


def cluster_with_a_node(now=1.6e9):
    return answer(new_cluster(now), Request("POST", "/api/v1/nodes", body=NODE))[0]


def asked(server, method, path, body=None, headers=None, **options):
    """The status and the JSON of the answer to one request over a connection of its own."""
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        connection.request(method, path, body, headers or {}, **options)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()
