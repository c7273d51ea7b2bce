"""Bare requests against the server on loopback."""

import json
from http.client import HTTPConnection
from threading import Thread

import pytest

from tests.sim.kubernetes.server.clients import asked
from vlearn.errors import ModelError
from vlearn.sim.kubernetes.apiserver import new_cluster
from vlearn.sim.kubernetes.server import ClusterServer
from vlearn.sim.kubernetes.store import Key


def test_without_the_token_nothing_is_told(server):
    path = "/api/v1/namespaces"
    assert asked(server, "GET", path)[0] == 401
    assert asked(server, "GET", f"/wrong{path}")[0] == 401
    assert asked(server, "GET", path, headers={"Authorization": "Bearer wrong"})[0] == 401
    assert asked(server, "GET", path, headers={"Authorization": f"Bearer {server.token}"})[0] == 200
    assert asked(server, "GET", f"/{server.token}{path}")[0] == 200


def test_a_page_under_another_name_is_refused(server):
    assert asked(server, "GET", f"/{server.token}/version", headers={"Host": "evil.example"})[0] == 403


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
    status, answered = asked(server, "POST", path, body, {"Content-Type": "application/json"})
    assert (status, answered["code"]) == (code, code)
    assert words in answered["message"]
    assert asked(server, "GET", path)[0] == 200


def test_a_body_larger_than_the_api_takes_is_not_read(server):
    path = f"/{server.token}/api/v1/namespaces/default/pods"
    status, answered = asked(server, "POST", path, None, {"Content-Length": str(4 << 20)})
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
