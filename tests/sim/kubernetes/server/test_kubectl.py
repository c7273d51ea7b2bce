"""Real kubectls against the server on loopback: what they say, and that protobuf says what JSON says."""

import json
import re
from threading import Timer

import pytest

from tests.sim.kubernetes.server.clients import ABSENT, kubectls, run
from tests.sim.kubernetes.server.sessions import FILES, LIVE, SESSIONS
from vlearn.sim.kubernetes.cluster import started
from vlearn.sim.kubernetes.server.live import serve
from vlearn.sim.kubernetes.store import Key

KUBECTLS = kubectls()
VERSIONS = [pytest.param(minor, id=f"1.{minor}") for minor in KUBECTLS] or [
    pytest.param(None, id="none", marks=pytest.mark.skip(reason=ABSENT))
]
COMMANDS = (
    "deployment web --image=nginx --image=busybox --replicas=0",
    "configmap c --from-literal=a=b --from-file=binary",
    "secret generic s --from-literal=p=q",
    "service clusterip s --tcp=80:8080",
    "service nodeport s --tcp=80:http --node-port=30001",
    "service externalname s --external-name=example.org",
    "job j --image=busybox -- sh -c true",
    "priorityclass high --value=0 --description=words",
    "quota q --hard=cpu=1500m,pods=2 --scopes=NotTerminating",
    "namespace n",
    "serviceaccount a",
)


@pytest.mark.parametrize("session", SESSIONS)
@pytest.mark.parametrize("minor", VERSIONS)
def test_a_session_goes_as_at_work(home, minor, session):
    for name, text in FILES.items():
        (home / name).write_text(text, encoding="utf-8")
    assert _amiss(SESSIONS[session], minor, home) == ""


@pytest.mark.parametrize("minor", VERSIONS)
def test_a_running_cluster_does_what_is_asked_of_it(tmp_path, minor):
    with serve(started(3), speed=20) as live:
        (tmp_path / "config").write_text(live.kubeconfig, encoding="utf-8")
        assert _amiss(LIVE, minor, tmp_path) == ""


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("minor", VERSIONS)
def test_what_a_command_creates_is_what_its_json_creates(server, home, minor, command):
    """Newer kubectls send protobuf from `create`, but JSON from `create -f`."""
    (home / "binary").write_bytes(b"\xff\x00")
    code, told = run(KUBECTLS[minor], home, f"kubectl create {command}")
    assert code == 0, told
    first = _last_change(server)
    server.change(lambda store: store.remove(first.key))
    kind, _, rest = command.partition(" --")
    dry = f"kubectl create {kind} --dry-run=client -o json" + (f" --{rest}" if rest else "")
    code, told = run(KUBECTLS[minor], home, f"{dry} | kubectl create -f -")
    assert code == 0, told
    second = _last_change(server)
    assert second.key == first.key
    assert _lasting(first.after) == _lasting(second.after)


@pytest.mark.parametrize("minor", VERSIONS)
def test_a_drain_evicts_what_runs_there_and_waits_until_it_is_gone(server, home, minor):
    (home / "pod.yaml").write_text(FILES["pod.yaml"], encoding="utf-8")
    kubectl = KUBECTLS[minor]
    run(kubectl, home, "kubectl create -f pod.yaml")
    ended = Timer(2, lambda: server.change(lambda store: store.remove(Key("pods", "default", "p"))))
    ended.start()
    code, told = run(kubectl, home, "kubectl drain n1 --ignore-daemonsets --delete-emptydir-data --force --timeout=60s")
    ended.join()
    assert code == 0, told
    assert "evicting pod default/p" in told
    assert re.search(r"node/n1 (evicted|drained)\n", told)


def _amiss(session, minor, home):
    """What the first command says that does not do what it should, and what it is; empty where all do."""
    for line in session:
        if line.since <= minor <= line.until:
            code, told = run(KUBECTLS[minor], home, line.command)
            if code != line.code or not re.fullmatch(line.shows, told, re.DOTALL):
                return f"$ {line.command}\n{told}\n[exit code {code}]"
    return ""


def _last_change(server):
    return next(iter(server.store.changes(server.store.revision - 1)))


def _lasting(object):
    """The object without what differs each time; a job's own labels hold its uid."""
    kept = {name: value for name, value in object["metadata"].items() if name in ("name", "namespace", "annotations")}
    text = json.dumps({**object, "metadata": kept})
    address = (object.get("spec") or {}).get("clusterIP") or "no address"
    return json.loads(text.replace(object["metadata"]["uid"], "UID").replace(address, "ADDRESS"))
