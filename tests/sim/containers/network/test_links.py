"""Devices, addresses and routes, and how the kernel refuses them, as a real iproute2 6.1 on Linux 6.18 printed it."""

import pytest

from tests.sim.containers.network.topologies import docker, typed
from vlearn.sim.containers.network.command import ip
from vlearn.sim.containers.network.state import Networks

PAIR = ("link add va type veth peer name vb", "addr add 10.0.0.2/24 dev va", "link set va up", "link set vb up")
REFUSED = [
    ("link add va type veth peer name vc", "RTNETLINK answers: File exists", 2),
    ("link add x type veth peer name x", "RTNETLINK answers: File exists", 2),
    ("link add averyveryverylongname type bridge", "Error: Attribute failed policy validation.", 2),
    ("link add q type nonsense", "Error: Unknown device type.", 2),
    ("link del lo", "RTNETLINK answers: Operation not supported", 2),
    ("link del nope", 'Cannot find device "nope"', 1),
    ("link set va master vb", "RTNETLINK answers: Operation not supported", 2),
    ("link set va master nope", 'Error: argument "nope" is wrong: Device does not exist', 255),
    ("link set va netns nope", 'Error: argument "nope" is wrong: Invalid "netns" value', 255),
    ("addr add 10.0.0.2/24 dev va", "Error: ipv4: Address already assigned.", 2),
    ("addr del 10.0.0.9/24 dev va", "Error: ipv4: Address not found.", 2),
    ("addr add 300.1.1.1/24 dev va", 'Error: any valid prefix is expected rather than "300.1.1.1/24".', 1),
    ("route add default via 192.168.1.1", "Error: Nexthop has invalid gateway.", 2),
    ("route add 10.7.0.0/16 dev lo", "Error: Device for nexthop is not up.", 2),
    ("route del 1.2.3.0/24", "RTNETLINK answers: No such process", 2),
    ("route get 8.8.8.8", "RTNETLINK answers: Network is unreachable", 2),
    ("foo", 'Object "foo" is unknown, try "ip help".', 1),
    ("-n nope link", 'Cannot open network namespace "nope": No such file or directory', 255),
    ("netns del nope", 'Cannot remove namespace file "/run/netns/nope": No such file or directory', 1),
    ("addr show nope", 'Device "nope" does not exist.', 1),
]


@pytest.fixture(scope="module")
def pair():
    return typed(Networks().add(1), *PAIR)


@pytest.mark.parametrize(("command", "stderr", "status"), REFUSED)
def test_refusals_are_in_the_tools_words(pair, command, stderr, status):
    after, said = ip(pair, 1, command.split())
    assert (said.stderr.strip(), said.status) == (stderr, status)
    assert after == pair


def test_a_new_namespace_has_lo_down_and_nothing_else():
    _, said = ip(Networks().add(1), 1, ["-br", "link"])
    assert said.stdout == "lo               DOWN           00:00:00:00:00:00 <LOOPBACK> \n"


def test_states_and_flags_follow_both_ends_of_a_pair():
    networks = typed(Networks().add(1), PAIR[0])
    for command, states in (
        ("link set va up", {"va@vb": "LOWERLAYERDOWN", "vb@va": "DOWN"}),
        ("link set vb up", {"va@vb": "UP", "vb@va": "UP"}),
        ("link set va down", {"va@vb": "DOWN", "vb@va": "LOWERLAYERDOWN"}),
    ):
        networks = typed(networks, command)
        lines = ip(networks, 1, ["-br", "link"])[1].stdout.splitlines()[1:]
        assert {line.split()[0]: line.split()[1] for line in lines} == states


def test_routes_come_with_an_address_and_go_with_the_device(pair):
    assert ip(pair, 1, ["route"])[1].stdout == "10.0.0.0/24 dev va proto kernel scope link src 10.0.0.2 \n"
    with_default = typed(pair, "route add default via 10.0.0.1")
    assert ip(with_default, 1, ["route"])[1].stdout.startswith("default via 10.0.0.1 dev va \n")
    assert ip(typed(with_default, "link set va down"), 1, ["route"])[1].stdout == ""


def test_a_device_arrives_down_and_bare_in_another_namespace(pair):
    moved = typed(pair, "netns add box", "link set va netns box")
    device = moved.at(moved.names["box"]).named("va")
    assert (device.up, device.addresses) == (False, ())
    assert moved.at(1).named("va") is None
    assert "vb@if3" in ip(moved, 1, ["-br", "link"])[1].stdout


def test_a_veth_pair_dies_with_either_end_and_with_its_namespace():
    networks = docker()
    assert networks.at(1).named("veth1") is not None
    assert typed(networks, "netns del c1").at(1).named("veth1") is None
    assert typed(networks, "-n c1 link del eth0").at(1).named("veth1") is None


def test_without_privilege_nothing_changes(pair):
    after, said = ip(pair, 1, ["link", "set", "lo", "up"], privileged=False)
    assert (said.stderr, said.status) == ("RTNETLINK answers: Operation not permitted\n", 2)
    assert after == pair
