"""A container that is started again has its address back, and whoever knew it before reaches it again."""

from vlearn.sim.engine.command_line.console import Console
from vlearn.sim.engine.docker import Docker


def test_a_published_port_leads_to_a_container_that_was_stopped_and_started():
    console = Console()
    console.type("docker run -d --name web -p 8080:80 nginx")
    before = console.type("wget -qO- localhost:8080").out
    console.type("docker stop web; docker start web")
    assert "nginx" in before
    assert console.type("wget -qO- localhost:8080").out == before


def test_a_container_of_the_same_network_reaches_it_again():
    docker = Docker.boot()
    docker.create_network("lan")
    docker.run("nginx", name="one", network="lan", detach=True)
    docker.run("alpine", "sleep", "900", name="two", network="lan", detach=True)
    assert docker.exec("two", "ping", "-c", "1", "one").code == 0
    docker.stop("one")
    docker.start("one")
    assert docker.exec("two", "ping", "-c", "1", "one").code == 0
