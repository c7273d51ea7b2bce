"""Bodies in protobuf: golden bytes, and whatever else is sent."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vlearn.sim.kubernetes.api.refusal import Refused
from vlearn.sim.kubernetes.api.schema import STRUCTURES
from vlearn.sim.kubernetes.apiserver.field_numbers import FIELD_NUMBERS, LEFT_OUT_AT_ZERO
from vlearn.sim.kubernetes.apiserver.protobuf import PREFIX, read_protobuf


def field(number, value):
    """A field as it is written: a varint for a number or a flag, else bytes behind their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value % (1 << 64))
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def varint(value):
    low, rest = value & 0x7F, value >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def body(version, kind, raw):
    return PREFIX + field(1, field(1, version) + field(2, kind)) + field(2, raw)


# What kubectl 1.32 sends for `kubectl create namespace team`.
NAMESPACE = (
    b"k8s\x00\n\x0f\n\x02v1\x12\tNamespace\x12\x1c"
    b'\n\x14\n\x04team\x12\x00\x1a\x00"\x00*\x002\x008\x00B\x00\x12\x00\x1a\x02\n\x00\x1a\x00"\x00'
)


def container(*fields):
    return field(1, "c") + b"".join(fields)


POD_SPECS = [
    (field(2, container(field(2, "nginx"))), {"containers": [{"name": "c", "image": "nginx"}]}),
    (field(11, 0) + field(11, 1), {"hostNetwork": True}),
    (field(4, 0), {"terminationGracePeriodSeconds": 0}),
    (field(25, -5), {"priority": -5}),
    (field(7, field(1, "k") + field(2, "v")), {"nodeSelector": {"k": "v"}}),
    (field(14, b""), {"securityContext": {}}),
    (field(1, field(1, "v") + field(2, field(2, b""))), {"volumes": [{"name": "v", "emptyDir": {}}]}),
    (field(99, "a field of tomorrow"), {}),
    (
        field(2, container(field(8, field(1, field(1, "cpu") + field(2, field(1, "1500m")))))),
        {"containers": [{"name": "c", "resources": {"limits": {"cpu": "1500m"}}}]},
    ),
    (
        field(2, container(field(10, field(1, field(2, field(1, "/") + field(2, field(1, 0) + field(2, 80))))))),
        {"containers": [{"name": "c", "livenessProbe": {"httpGet": {"path": "/", "port": 80}}}]},
    ),
    (
        field(2, container(field(10, field(1, field(3, field(1, field(1, 1) + field(3, "http"))))))),
        {"containers": [{"name": "c", "livenessProbe": {"tcpSocket": {"port": "http"}}}]},
    ),
]


def test_a_namespace_as_kubectl_sends_it():
    expected = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "team"}, "spec": {}}
    assert read_protobuf(NAMESPACE, "Namespace") == expected


@pytest.mark.parametrize(("raw", "spec"), POD_SPECS)
def test_a_pods_spec_says_what_its_json_says(raw, spec):
    assert read_protobuf(body("v1", "Pod", field(2, raw)), "Pod")["spec"] == spec


def test_a_time_is_written_as_the_api_writes_it():
    metadata = field(8, field(1, 1_600_000_000)) + field(9, b"")
    read = read_protobuf(body("v1", "Pod", field(1, metadata)), "Pod")
    assert read["metadata"] == {"creationTimestamp": "2020-09-13T12:26:40Z"}


def test_a_secrets_bytes_are_written_in_base64():
    read = read_protobuf(body("v1", "Secret", field(2, field(1, "p") + field(2, b"\xff"))), "Secret")
    assert read["data"] == {"p": "/w=="}


REFUSED = [
    (b"", "expected prefix"),
    (PREFIX + b"\x0f", "illegal wireType 7"),
    (PREFIX + b"\x02\x00", "illegal tag 0"),
    (PREFIX + field(1, 7), "wrong wireType = 0"),
    (body("v1", "Node", b""), "reads Node as JSON or YAML only"),
    (body("v1", "Pod", field(1, field(1, b"\xff"))), "invalid UTF-8"),
    (body("v1", "Pod", field(1, field(8, field(1, 1 << 60)))), "there is no year"),
    (body("v1", "Pod", field(2, field(14, field(1, 1)))), "reads securityContext as JSON"),
    (body("v1", "Pod", field(2, field(4, "text"))), "wrong wireType = 2"),
]


@pytest.mark.parametrize(("data", "words"), REFUSED)
def test_what_is_no_object_is_refused_in_words(data, words):
    with pytest.raises(Refused, match=words):
        read_protobuf(data, "Pod")


@given(st.binary(max_size=200), st.sampled_from(["Pod", "Job", "Service", "Secret"]))
def test_any_bytes_are_read_or_refused(data, kind):
    version = "batch/v1" if kind == "Job" else "v1"
    with suppress(Refused):
        assert read_protobuf(body(version, kind, data), kind)["kind"] == kind


def test_every_field_with_a_number_has_a_type():
    inside = {name[1:] for fields in FIELD_NUMBERS.values() for name in fields.values() if name.startswith("+")}
    known = {name for fields in STRUCTURES.values() for name in fields}
    for structure, fields in FIELD_NUMBERS.items():
        names = {name.partition("=")[0] for name in fields.values() if not name.startswith("+")}
        assert names <= (known if structure in inside - set(STRUCTURES) else set(STRUCTURES[structure])), structure
    assert known >= LEFT_OUT_AT_ZERO
