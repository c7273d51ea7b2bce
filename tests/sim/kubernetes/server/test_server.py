"""The real kubectl, and bare requests, against the server on loopback."""

import json
import shutil
import subprocess
from http.client import HTTPConnection
from threading import Thread

import pytest

from vlearn.errors import ModelError
from vlearn.sim.kubernetes.apiserver import new_cluster
from vlearn.sim.kubernetes.server import ClusterServer
from vlearn.sim.kubernetes.store import Key, collected

KUBECTL = shutil.which("kubectl")
TEMPLATE = {"metadata": {"labels": {"app": "web"}}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}}
DEPLOYMENT = {
    "apiVersion": "apps/v1",
    "kind": "Deployment",
    "metadata": {"name": "web"},
    "spec": {"replicas": 2, "selector": {"matchLabels": {"app": "web"}}, "template": TEMPLATE},
}


@pytest.fixture
def server():
    with ClusterServer(new_cluster(1.6e9), reconcile=collected) as running:
        yield running


def asked(server, method, path, body=None, **headers):
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


@pytest.mark.skipif(KUBECTL is None, reason="kubectl is not installed")
def test_kubectl_applies_reads_changes_and_deletes(server, tmp_path):
    (tmp_path / "config").write_text(server.kubeconfig, encoding="utf-8")
    (tmp_path / "web.json").write_text(json.dumps(DEPLOYMENT), encoding="utf-8")
    wrong = {**DEPLOYMENT, "spec": {**DEPLOYMENT["spec"], "replica": 2}}
    (tmp_path / "wrong.json").write_text(json.dumps(wrong), encoding="utf-8")

    def kubectl(*arguments):
        home = {"KUBECONFIG": str(tmp_path / "config"), "HOME": str(tmp_path), "PATH": ""}
        command = [KUBECTL, *arguments]
        ran = subprocess.run(command, env=home, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
        return ran.stdout + ran.stderr

    assert kubectl("create", "-f", "web.json") == "deployment.apps/web created\n"
    assert "AlreadyExists" in kubectl("create", "-f", "web.json")
    assert 'unknown field "spec.replica"' in kubectl("apply", "-f", "wrong.json")
    assert kubectl("scale", "deploy", "web", "--replicas=5") == "deployment.apps/web scaled\n"
    assert kubectl("set", "image", "deploy/web", "c=nginx:2") == "deployment.apps/web image updated\n"
    assert kubectl("get", "deploy").splitlines()[1].split() == ["web", "0/5", "0", "0", "0s"]
    assert "configured" in kubectl("apply", "-f", "web.json")
    assert kubectl("delete", "deploy", "web", "--cascade=foreground") == 'deployment.apps "web" deleted\n'
    assert kubectl("get", "deploy") == "No resources found in default namespace.\n"


def test_without_the_token_nothing_is_told(server):
    path = "/api/v1/namespaces"
    assert asked(server, "GET", path)[0] == 401
    assert asked(server, "GET", f"/wrong{path}")[0] == 401
    assert asked(server, "GET", path, Authorization="Bearer wrong")[0] == 401
    assert asked(server, "GET", path, Authorization=f"Bearer {server.token}")[0] == 200
    assert asked(server, "GET", f"/{server.token}{path}")[0] == 200


def test_a_page_under_another_name_is_refused(server):
    assert asked(server, "GET", f"/{server.token}/version", Host="evil.example")[0] == 403


BODIES = [
    (b"{not json", 400, "couldn't get version/kind; json parse error"),
    (b"[]", 400, "cannot unmarshal array"),
    (b"[" * 200_000, 400, "couldn't get version/kind; json parse error"),
    (b"\xff\xfe", 400, "couldn't get version/kind; json parse error"),
    (b'{"kind":"Foo","apiVersion":"v1"}', 400, 'no kind "Foo" is registered for version "v1"'),
    (b'{"spec":{"containers":{}}}', 400, "cannot unmarshal object into Go struct field PodSpec.spec.containers"),
    (b'{"spec":{"containers":[{"name":"c","resources":{"limits":{"cpu":"1.5.5Gi"}}}]}}', 400, "quantities must match"),
]


@pytest.mark.parametrize(("body", "code", "words"), BODIES)
def test_a_malformed_body_is_answered_and_the_cluster_goes_on(server, body, code, words):
    path = f"/{server.token}/api/v1/namespaces/default/pods"
    status, answered = asked(server, "POST", path, body, **{"Content-Type": "application/json"})
    assert (status, answered["code"]) == (code, code)
    assert words in answered["message"]
    assert asked(server, "GET", path)[0] == 200


def test_a_body_larger_than_the_api_takes_is_not_read(server):
    path = f"/{server.token}/api/v1/namespaces/default/pods"
    status, answered = asked(server, "POST", path, None, **{"Content-Length": str(4 << 20)})
    assert (status, answered["reason"]) == (413, "RequestEntityTooLarge")


def test_a_watch_hears_of_a_change_and_ends_with_the_server():
    with ClusterServer(new_cluster(1.6e9)) as server:
        connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
        version = server.store.revision
        path = f"/{server.token}/api/v1/namespaces/default/configmaps?watch=true&resourceVersion={version}"
        connection.request("GET", path)
        response = connection.getresponse()
        made = {"kind": "ConfigMap", "apiVersion": "v1", "metadata": {"name": "c", "uid": "u"}}
        step = Thread(target=server.change, args=(lambda store: store.put(Key("configmaps", "default", "c"), made),))
        step.start()
        event = json.loads(response.readline())
        step.join()
    assert (event["type"], event["object"]["metadata"]["name"]) == ("ADDED", "c")
    assert response.read() == b""
    connection.close()


def test_a_port_that_is_taken_is_named(server):
    with pytest.raises(ModelError, match="name another port"):
        ClusterServer(new_cluster(), server.server_port)
