"""What clients do wrong, on purpose or because they end; after each the cluster goes on."""

import json
import socket
from contextlib import ExitStack
from http.client import HTTPConnection

import pytest

from tests.sim.kubernetes.server.clients import asked
from vlearn.sim.kubernetes.server.handler import LARGEST_BODY

POD = {
    "kind": "Pod",
    "apiVersion": "v1",
    "metadata": {"name": "p"},
    "spec": {"containers": [{"name": "c", "image": "i"}]},
}
JSON, YAML, PROTOBUF = "application/json", "application/yaml", "application/vnd.kubernetes.protobuf"


@pytest.fixture
def path(server):
    return f"/{server.token}/api/v1/namespaces/default/pods"


@pytest.fixture(autouse=True)
def goes_on(server, path):
    """After every test here the server answers as before."""
    yield
    assert asked(server, "GET", path)[0] == 200


def posted(server, path, data, media=JSON):
    return asked(server, "POST", path, data, {"Content-Type": media})


BODIES = [
    (YAML, b"kind: [Pod", 400, "yaml: line 1:"),
    (YAML, b"\xff\xfe", 400, "yaml: invalid leading UTF-8 octet"),
    (YAML, b"- a", 400, "cannot unmarshal array"),
    (PROTOBUF, b"{}", 400, "expected prefix [107 56 115 0]"),
    (PROTOBUF, b"k8s\0\x0a\xff", 400, "unexpected EOF"),
    (PROTOBUF, b"k8s\0" + b"\xff" * 20, 400, "integer overflow"),
    ("text/plain", b"{}", 415, f"accepted media types include: {JSON}, {YAML}, {PROTOBUF}"),
]


@pytest.mark.parametrize(("media", "body", "code", "words"), BODIES)
def test_a_body_that_cannot_be_read_gets_the_apis_own_error(server, path, media, body, code, words):
    status, told = posted(server, path, body, media)
    assert (status, told["code"]) == (code, code)
    assert words in told["message"]


def test_a_few_lines_of_yaml_that_stand_for_billions_of_values_are_refused(server, path):
    bomb = "a0: &a0 [x, x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
    status, told = posted(server, path, bomb.encode(), YAML)
    assert status == 400
    assert "excessive aliasing" in told["message"]


def test_a_body_may_be_yaml(server, path):
    text = b"metadata: {name: p}\nspec:\n  containers:\n  - {name: c, image: 'i'}\n"
    status, made = posted(server, path, text, YAML)
    assert (status, made["spec"]["containers"][0]["image"]) == (201, "i")


def test_a_body_may_come_in_chunks(server, path):
    text = json.dumps(POD).encode()
    pieces = (text[at : at + 7] for at in range(0, len(text), 7))
    headers = {"Content-Type": JSON, "Transfer-Encoding": "chunked"}
    status, made = asked(server, "POST", path, pieces, headers, encode_chunked=True)
    assert (status, made["metadata"]["name"]) == (201, "p")


CHUNKS = [
    (b"zz\r\n", 400),
    (b"\r\n", 400),
    (b"-1\r\n", 400),
    (b"5\r\nabcdeXX", 400),
    (b"fffffff\r\n", 413),
    (f"{LARGEST_BODY + 1:x}\r\n".encode(), 413),
]


@pytest.mark.parametrize(("sent", "code"), CHUNKS)
def test_chunks_that_are_none_or_too_large_are_refused(server, path, sent, code):
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.server_port}\r\nTransfer-Encoding: chunked\r\n\r\n"
    with socket.create_connection(("127.0.0.1", server.server_port), timeout=10) as connection:
        connection.sendall(head.encode() + sent)
        assert connection.recv(4096).startswith(f"HTTP/1.1 {code} ".encode())


def test_it_listens_on_this_computer_alone(server):
    assert server.socket.getsockname()[0] == "127.0.0.1"


def test_a_client_that_says_half_a_request_keeps_nobody_waiting(server, path):
    with socket.create_connection(("127.0.0.1", server.server_port)) as slow:
        slow.sendall(b"GET /half HTTP/1.1\r\nHost:")
        assert posted(server, path, json.dumps(POD))[0] == 201


def test_fifty_watches_hear_the_same_and_one_that_leaves_disturbs_none(server, path):
    with ExitStack() as stack:
        responses = []
        for n in range(50):
            connection = HTTPConnection("127.0.0.1", server.server_port, timeout=20)
            stack.callback(connection.close)
            connection.request("GET", f"{path}?watch=1&resourceVersion={server.store.revision}")
            response = connection.getresponse()
            if n % 10 == 0:
                connection.close()
                response.close()
            else:
                responses.append(response)
        assert posted(server, path, json.dumps(POD))[0] == 201
        names = [json.loads(each.readline())["object"]["metadata"]["name"] for each in responses]
    assert names == ["p"] * 45


def test_a_fault_of_the_servers_own_is_answered(server, path, monkeypatch):
    def broken(store):
        raise RuntimeError("a controller fell over")

    monkeypatch.setattr(server, "_reconcile", broken)
    status, told = posted(server, path, json.dumps(POD))
    assert (status, told["reason"]) == (500, "InternalError")
    assert "a controller fell over" in told["message"]


OLD_EVICTION = {"kind": "Eviction", "metadata": {"name": "p"}}


@pytest.mark.parametrize(("version", "code"), [("policy/v1", 201), ("policy/v1beta1", 201), ("policy/v2", 400)])
def test_an_eviction_may_be_in_the_version_of_before(server, path, version, code):
    posted(server, path, json.dumps(POD))
    assert posted(server, f"{path}/p/eviction", json.dumps({**OLD_EVICTION, "apiVersion": version}))[0] == code
