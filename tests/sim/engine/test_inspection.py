"""docker inspect, docker events, and what `docker ps` says in a few words."""

import json

import pytest

from vlearn.sim.engine import Docker
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.summaries import command, ports, span, status

SPANS = (
    (0.5, "Less than a second"), (1, "1 second"), (59, "59 seconds"), (60, "About a minute"), (150, "2 minutes"),
    (3600, "About an hour"), (7200, "2 hours"), (3600 * 50, "2 days"), (86400 * 15, "2 weeks"),
    (86400 * 70, "2 months"),
)  # fmt: skip


@pytest.mark.parametrize(("seconds", "words"), SPANS)
def test_a_time_is_said_as_docker_says_it(seconds: float, words: str) -> None:
    assert span(seconds) == words


def test_inspect_has_the_shape_of_the_daemons_json() -> None:
    docker = Docker.boot()
    docker.run("nginx", name="web", ports="8080:80", mounts="html:/usr/share/nginx/html", memory="64m", detach=True)
    shown = json.loads(json.dumps(docker.inspect("web")))
    assert shown["Name"] == "/web"
    assert shown["State"]["Status"] == "running"
    assert shown["HostConfig"]["Memory"] == 64 << 20
    assert shown["HostConfig"]["Binds"] == ["html:/usr/share/nginx/html"]
    assert shown["Mounts"][0]["Source"] == "/var/lib/docker/volumes/html/_data"
    assert shown["NetworkSettings"]["Ports"] == {"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}]}
    assert shown["GraphDriver"]["Data"]["MergedDir"].endswith(f"{shown['Id']}/merged")
    assert docker.inspect("html")["Mountpoint"] == "/var/lib/docker/volumes/html/_data"
    assert docker.inspect("nginx")["Os"] == "linux"
    assert docker.inspect("bridge")["IPAM"]["Config"] == [{"Subnet": "172.17.0.0/16", "Gateway": "172.17.0.1"}]
    with pytest.raises(DaemonError, match="No such object: nothing"):
        docker.inspect("nothing")


def test_events_tell_a_life_in_order() -> None:
    docker = Docker.boot()
    docker.pull("alpine")
    docker.run("alpine", "true", name="one", remove=True)
    told = [(line.kind, line.action) for line in docker.engine.happened]
    assert told == [
        ("image", "pull"), ("container", "create"), ("network", "connect"), ("container", "start"),
        ("network", "disconnect"), ("container", "die"), ("container", "destroy"),
    ]  # fmt: skip


def test_ps_has_status_command_and_ports_in_few_words() -> None:
    docker = Docker.boot()
    docker.run("nginx", name="web", ports="8080:80", detach=True)
    docker.advance(3)
    web = docker.engine.container("web")
    assert status(web, docker.engine.now) == "Up 3 seconds"
    assert command(web) == '"nginx -g \'daemon of…"'
    assert ports(web) == "0.0.0.0:8080->80/tcp"
    docker.stop("web")
    assert status(docker.engine.container("web"), docker.engine.now) == "Exited (0) Less than a second ago"


def test_a_beginning_of_an_id_is_enough_unless_two_have_it() -> None:
    docker = Docker.boot()
    id = docker.create("alpine", name="one")
    assert docker.engine.container(id[:6]).name == "one"
    for n in range(20):
        docker.create("alpine", name=f"other{n}")
    first = next(digit for digit in "0123456789abcdef" if sum(id[0] == digit for id in docker.engine.containers) > 1)
    with pytest.raises(DaemonError, match=f"Multiple IDs found with provided prefix: {first}"):
        docker.engine.container(first)
    with pytest.raises(DaemonError, match="No such container: zz"):
        docker.engine.container("zz")
