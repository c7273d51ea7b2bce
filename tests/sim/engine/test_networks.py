"""Who reaches whom: bridges, names, ports, and shared network namespaces."""

import pytest

from vlearn.sim.containers.shell import run as shell
from vlearn.sim.engine import Docker
from vlearn.sim.engine.actions import CreateNetwork, RemoveNetwork, Run
from vlearn.sim.engine.docker import settings_of

PAGE = "<h1>Welcome to nginx!</h1>\n"
FETCH = ("wget", "-qO-")


def test_the_default_bridge_has_addresses_and_no_names() -> None:
    docker = Docker.boot()
    docker.run("nginx", name="web", detach=True)
    assert docker.inspect("web")["NetworkSettings"]["Networks"]["bridge"]["IPAddress"] == "172.17.0.2"
    assert docker.run("alpine", *FETCH, "http://172.17.0.2/").output == PAGE
    assert docker.run("alpine", *FETCH, "http://web/").code == 1


def test_a_network_of_ones_own_answers_to_name_alias_and_short_id() -> None:
    docker = Docker.boot()
    docker.create_network("net")
    docker.run("nginx", name="web", network="net", aliases=("www",), detach=True)
    for name in ("web", "www", docker.engine.container("web").short):
        assert docker.run("alpine", *FETCH, f"http://{name}/", network="net").output == PAGE
    docker.stop("web")
    assert docker.run("alpine", *FETCH, "http://web/", network="net").code == 1


def test_a_container_can_be_in_two_networks_and_leave_one() -> None:
    docker = Docker.boot()
    docker.create_network("front")
    docker.create_network("back")
    docker.run("nginx", name="web", network="front", detach=True)
    docker.connect("back", "web", "backend")
    assert docker.run("alpine", *FETCH, "http://backend/", network="back").output == PAGE
    assert sorted(docker.inspect("web")["NetworkSettings"]["Networks"]) == ["back", "front"]
    docker.disconnect("back", "web")
    assert docker.run("alpine", *FETCH, "http://backend/", network="back").code == 1
    assert "eth1" not in docker.exec("web", "ip", "-br", "link").output


def test_none_has_lo_alone_host_has_the_hosts_and_container_the_others() -> None:
    docker = Docker.boot()
    docker.run("nginx", name="web", detach=True)
    links = {
        network: [
            line.split()[0] for line in docker.run("alpine", "ip", "-br", "link", network=network).output.splitlines()
        ]
        for network in ("none", "host", "container:web")
    }
    assert links["none"] == ["lo"]
    assert "docker0" in links["host"]
    assert [name.partition("@")[0] for name in links["container:web"]] == ["lo", "eth0"]
    assert docker.run("alpine", *FETCH, "http://127.0.0.1/", network="container:web").output == PAGE


def test_a_published_port_is_reached_from_the_host_and_from_other_containers() -> None:
    docker = Docker.boot()
    docker.run("nginx", name="web", ports="8080:80", detach=True)
    assert shell(docker.host, 1, "curl -s http://localhost:8080/").output == PAGE
    assert docker.run("alpine", *FETCH, "http://172.17.0.1:8080/").output == PAGE
    docker.stop("web")
    assert shell(docker.host, 1, "curl -s http://localhost:8080/").code != 0


def test_a_port_that_another_container_has_is_refused_and_free_after_it() -> None:
    docker = Docker.boot()
    docker.run("nginx", name="one", ports="8080:80", detach=True)
    reply = docker.call(Run(settings_of("nginx", name="two", ports="8080:80"), detach=True))
    assert reply.error.endswith("Bind for 0.0.0.0:8080 failed: port is already allocated")
    assert reply.code == 125
    docker.remove("one", force=True)
    docker.start("two")
    assert docker.engine.container("two").state.status == "running"


def test_a_port_that_a_program_of_the_host_has_is_refused_too() -> None:
    docker = Docker.boot()
    shell(docker.host, 1, "httpd -p 8080")
    reply = docker.call(Run(settings_of("nginx", name="web", ports="8080:80"), detach=True))
    assert reply.error.endswith("failed to bind host port for 0.0.0.0:8080:172.17.0.2:80/tcp: address already in use")


def test_publish_all_takes_free_ports_of_the_host() -> None:
    docker = Docker.boot()
    docker.run("nginx", name="web", publish_all=True, detach=True)
    assert docker.inspect("web")["NetworkSettings"]["Ports"] == {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "32768"}]}


def test_a_network_in_use_cannot_go_and_predefined_ones_never() -> None:
    docker = Docker.boot()
    docker.create_network("net")
    docker.run("nginx", name="web", network="net", detach=True)
    short = docker.engine.container("web").short
    assert docker.call(RemoveNetwork("net")).error == (
        f'error while removing network: network net has active endpoints (name:"web" id:"{short}")'
    )
    assert docker.call(RemoveNetwork("bridge")).error == "bridge is a pre-defined network and cannot be removed"
    docker.remove("web", force=True)
    docker.remove_network("net")
    assert docker.call(RemoveNetwork("net")).error == "network net not found"


REFUSED_NETWORKS = (
    (CreateNetwork("bridge"), "operation is not permitted on predefined bridge network "),
    (
        CreateNetwork("n", subnet="172.17.5.0/24"),
        "invalid pool request: Pool overlaps with other one on this address space",
    ),
    (CreateNetwork("n", driver="overlay"), "could not find plugin overlay in v1 plugin registry: plugin not found"),
)


@pytest.mark.parametrize(("action", "message"), REFUSED_NETWORKS)
def test_a_network_that_cannot_be_is_refused(action: CreateNetwork, message: str) -> None:
    assert Docker.boot().call(action).error == message


def test_an_address_can_be_asked_for_in_a_network_of_ones_own() -> None:
    docker = Docker.boot()
    docker.create_network("net", subnet="10.9.0.0/24")
    docker.run("nginx", name="web", network="net", address="10.9.0.77", detach=True)
    assert "10.9.0.77" in docker.exec("web", "ip", "addr").output
    reply = docker.call(Run(settings_of("nginx", network="net", address="10.9.0.77"), detach=True))
    assert reply.error == "Address already in use"


def test_a_published_port_moves_to_another_network_or_goes_with_the_last() -> None:
    docker = Docker.boot()
    docker.create_network("net")
    docker.run("nginx", name="web", network="net", ports="8080:80", detach=True)
    docker.connect("bridge", "web")
    docker.disconnect("net", "web")
    assert shell(docker.host, 1, "curl -s http://localhost:8080/").output == PAGE
    docker.disconnect("bridge", "web")
    assert shell(docker.host, 1, "curl -s http://localhost:8080/").code != 0
    assert docker.engine.container("web").published == ()
