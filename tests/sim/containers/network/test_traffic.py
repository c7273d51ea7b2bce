"""The way of packets, and how ping and connect end."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.containers.network.topologies import FIRST, HOST, OUTSIDE, SECOND, WEB, address, docker, typed
from vlearn.sim.containers.answers import Refusal
from vlearn.sim.containers.network.ping import ping
from vlearn.sim.containers.network.sockets import bind, close, close_all
from vlearn.sim.containers.network.state import Networks
from vlearn.sim.containers.network.traffic import Connect, Journey, Ping, use_network
from vlearn.trace import run

NETWORKS = docker()


def ended(networks, action):
    trace = run(use_network, Journey(networks), [action])
    return trace.kinds, trace.steps[-1].event


def test_the_first_ping_asks_for_the_hardware_address_and_the_bridge_learns():
    kinds, answer = ended(NETWORKS, Ping(FIRST, address("172.17.0.3")))
    assert answer.value == "reply"
    assert kinds[:12] == (
        "route", "arp-request", "veth", "learn", "bridge", "veth",
        "arp-reply", "veth", "learn", "bridge", "veth", "arp-learned",
    )  # fmt: skip


def test_the_second_ping_knows_the_way():
    target = Ping(FIRST, address("172.17.0.3"))
    trace = run(use_network, run(use_network, Journey(NETWORKS), [target]).final, [target])
    assert trace.kinds == (
        "route", "veth", "bridge", "veth", "deliver", "route", "veth", "bridge", "veth", "deliver", "reply",
    )  # fmt: skip


ENDINGS = [
    (Ping(FIRST, address("127.0.0.1")), "reply", ""),
    (Ping(OUTSIDE, address("127.0.0.1")), None, "ENETUNREACH"),
    (Ping(FIRST, address("192.168.1.20")), "reply", ""),
    (Ping(FIRST, address("172.17.0.99")), "host-unreachable", "EHOSTUNREACH"),
    (Ping(FIRST, address("10.9.9.9")), "net-unreachable", "ENETUNREACH"),
    (Ping(OUTSIDE, address("172.17.0.2")), None, "ENETUNREACH"),
    (Connect(OUTSIDE, address("192.168.1.10"), 8080), "reply", ""),
    (Connect(HOST, address("192.168.1.10"), 8080), "reply", ""),
    (Connect(SECOND, address("172.17.0.2"), 80), "reply", ""),
    (Connect(SECOND, address("172.17.0.2"), 81), "rst", "ECONNREFUSED"),
    (Connect(OUTSIDE, address("192.168.1.10"), 80), "rst", "ECONNREFUSED"),
    (Connect(SECOND, address("172.17.0.2"), 53, "udp"), "port-unreachable", "ECONNREFUSED"),
]


@pytest.mark.parametrize(("action", "value", "errno"), ENDINGS)
def test_how_it_ends(action, value, errno):
    answer = ended(NETWORKS, action)[1]
    assert (answer.value, answer.errno) == (value, errno)


def test_a_published_port_is_translated_there_and_back():
    trace = run(use_network, Journey(NETWORKS), [Connect(OUTSIDE, address("192.168.1.10"), 8080)])
    assert [kind for kind in trace.kinds if kind in ("dnat", "untranslate", "masquerade")] == ["dnat", "untranslate"]
    assert any(f"process {WEB} gets" in step.event.text for step in trace.steps)
    assert trace.final.received[-1][1].source == address("192.168.1.10")


def test_a_container_goes_out_under_the_hosts_address():
    trace = run(use_network, Journey(NETWORKS), [Ping(FIRST, address("192.168.1.20"))])
    seen = [packet.source for number, packet in trace.final.received if number == OUTSIDE]
    assert seen == [address("192.168.1.10")]


def test_a_machine_that_does_not_forward_drops_what_is_for_others():
    networks = NETWORKS.put(replace(NETWORKS.at(HOST), forwarding=False))
    kinds, answer = ended(networks, Ping(FIRST, address("192.168.1.20")))
    assert "drop" in kinds
    assert answer.errno == "ETIMEDOUT"


def test_a_namespace_whose_lo_is_down_cannot_talk_to_itself():
    networks = typed(NETWORKS, "-n c1 link set lo down")
    assert ended(networks, Ping(FIRST, address("172.17.0.2")))[1].errno == "ETIMEDOUT"


def test_a_loop_of_bridges_is_a_storm():
    networks = typed(Networks.boot(1), "link add a type bridge", "link add b type bridge")
    for n in (1, 2):
        networks = typed(networks, f"link add x{n} type veth peer name y{n}")
        networks = typed(networks, f"link set x{n} master a up", f"link set y{n} master b up")
    networks = typed(networks, "link set a up", "link set b up", "addr add 10.0.0.1/24 dev a")
    assert "storm" in ended(networks, Ping(1, address("10.0.0.2")))[0]


PINGS = [
    (FIRST, "-c1 172.17.0.3", 0, "1 packets transmitted, 1 received, 0% packet loss, time 0ms"),
    (FIRST, "-c2 172.17.0.3", 0, "2 packets transmitted, 2 received, 0% packet loss, time 1000ms"),
    (FIRST, "-c1 -W1 172.17.0.99", 1, "1 packets transmitted, 0 received, 100% packet loss, time 0ms"),
    (FIRST, "-c1 -W4 172.17.0.99", 1, "1 packets transmitted, 0 received, +1 errors, 100% packet loss, time 0ms"),
    (FIRST, "-c1 -W4 172.17.0.99", 1, "From 172.17.0.2 icmp_seq=1 Destination Host Unreachable"),
    (FIRST, "-c1 10.9.9.9", 1, "From 172.17.0.1 icmp_seq=1 Destination Net Unreachable"),
    (
        FIRST,
        "-c1 172.17.255.255",
        2,
        "ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules",
    ),
    (FIRST, "-c1 example.invalid", 2, "ping: example.invalid: Temporary failure in name resolution"),
    (OUTSIDE, "-c1 8.8.8.8", 2, "ping: connect: Network is unreachable"),
]


@pytest.mark.parametrize(("number", "arguments", "status", "line"), PINGS)
def test_ping_prints_and_exits_like_iputils(number, arguments, status, line):
    _, said, _ = ping(NETWORKS, number, arguments.split())
    assert said.status == status
    assert line in (said.stdout + said.stderr).splitlines()


def test_ping_takes_names_from_whoever_resolves_them():
    _, said, _ = ping(NETWORKS, FIRST, ["-c1", "db"], {"db": address("172.17.0.3")})
    assert said.stdout.startswith("PING db (172.17.0.3) 56(84) bytes of data.\n64 bytes from 172.17.0.3:")


BINDS = [
    ("127.0.0.1", 8099, "127.0.0.1", 8099, "EADDRINUSE"),
    ("0.0.0.0", 80, "127.0.0.1", 80, "EADDRINUSE"),
    ("127.0.0.1", 80, "0.0.0.0", 80, "EADDRINUSE"),
    ("127.0.0.1", 80, "127.0.0.2", 80, ""),
    ("127.0.0.1", 80, "127.0.0.1", 81, ""),
    ("0.0.0.0", 80, "10.1.1.1", 81, "EADDRNOTAVAIL"),
]


@pytest.mark.parametrize(("first", "port", "second", "other", "errno"), BINDS)
def test_ports_in_one_namespace(first, port, second, other, errno):
    networks, _ = bind(Networks.boot(1), 1, 10, port, address(first))
    try:
        found = bind(networks, 1, 11, other, address(second)) and ""
    except Refusal as refusal:
        found = refusal.errno
    assert found == errno


def test_the_same_port_in_two_namespaces_and_again_when_it_is_free():
    networks, _ = bind(NETWORKS, SECOND, 10, 80)
    with pytest.raises(Refusal, match="EADDRINUSE"):
        bind(networks, SECOND, 11, 80)
    assert bind(close_all(networks, 10), SECOND, 11, 80)[1].pid == 11
    networks, socket = bind(networks, SECOND, 11, 0)
    assert socket.port >= 32_768
    assert close(networks, SECOND, socket).at(SECOND).sockets != networks.at(SECOND).sockets


def test_low_ports_need_a_capability():
    with pytest.raises(Refusal, match="EACCES"):
        bind(NETWORKS, SECOND, 10, 443, privileged=False)


@given(st.lists(st.tuples(st.sampled_from((HOST, FIRST, SECOND, OUTSIDE)), st.integers(1, 254)), max_size=6))
@settings(deadline=None, max_examples=25)
def test_every_packet_that_is_answered_was_delivered_and_no_neighbour_is_made_up(pings):
    journey = Journey(NETWORKS)
    macs = {device.mac for space in NETWORKS.namespaces.values() for device in space.devices.values()}
    for number, last in pings:
        trace = run(use_network, journey, [Ping(number, address(f"172.17.0.{last}"))])
        journey = trace.final
        known = {mac for space in journey.networks.namespaces.values() for mac in space.neighbours.values()}
        assert known <= macs
        answer = trace.steps[-1].event
        assert (answer.value == "reply") == (last in (1, 2, 3) and number != OUTSIDE)
