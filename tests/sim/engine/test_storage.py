"""What containers write: the upper layer, diff, commit, and volumes that outlive them."""

import pytest

from vlearn.sim.engine import Docker
from vlearn.sim.engine.actions import Remove, RemoveVolume, Run
from vlearn.sim.engine.answers import DaemonError
from vlearn.sim.engine.docker import settings_of
from vlearn.sim.engine.settings import Mount

DIFFS = (
    ("true", ()),
    ("touch /new", (("A", "/new"),)),
    ("echo x >> /etc/os-release", (("C", "/etc"), ("C", "/etc/os-release"))),
    ("rm /etc/os-release", (("C", "/etc"), ("D", "/etc/os-release"))),
    ("chmod 600 /etc/group", (("C", "/etc"), ("C", "/etc/group"))),
    ("mkdir -p /a/b; touch /a/b/c", (("A", "/a"), ("A", "/a/b"), ("A", "/a/b/c"))),
    ("touch /new; rm /new", ()),
    ("echo x > /etc/hosts; echo y > /dev/shm/z; touch /tmp/t", (("C", "/tmp"), ("A", "/tmp/t"))),
)


@pytest.mark.parametrize(("script", "changes"), DIFFS, ids=[script for script, _ in DIFFS])
def test_diff_is_what_the_upper_layer_has(script: str, changes: tuple[tuple[str, str], ...]) -> None:
    docker = Docker.boot()
    docker.run("alpine", "sh", "-c", script, name="one")
    assert docker.diff("one") == changes


def test_diff_is_the_same_while_it_runs_and_after() -> None:
    docker = Docker.boot()
    docker.run("ubuntu", "sh", "-c", "echo 1 > /one; sleep 100", name="one", detach=True)
    docker.advance(1)
    during = docker.diff("one")
    docker.stop("one", 0)
    assert during == docker.diff("one") == (("A", "/one"),)


def test_two_containers_of_an_image_share_its_layers_and_not_their_own() -> None:
    docker = Docker.boot()
    for name in ("one", "two"):
        docker.run("nginx", name=name, detach=True)
    docker.exec("one", "touch", "/only-here")
    assert docker.diff("two") == ()
    one, two = (docker.engine.container(name).files for name in ("one", "two"))
    assert all(a is b for a, b in zip(one.lowers, two.lowers, strict=True))


def test_what_was_written_outlives_a_stop_and_not_a_removal() -> None:
    docker = Docker.boot()
    docker.run("alpine", "sh", "-c", "cat /log; echo line >> /log", name="one")
    docker.start("one")
    assert docker.logs("one").endswith("line\n")
    docker.remove("one")
    assert "line\n" not in docker.run("alpine", "cat", "/log", name="one").output


def test_a_committed_image_has_one_more_layer_with_the_changes() -> None:
    docker = Docker.boot()
    docker.run("alpine", "sh", "-c", "echo hi > /greeting; rm /etc/os-release", name="one")
    docker.commit("one", "greeter:1")
    assert docker.run("greeter:1", "cat", "/greeting").output == "hi\n"
    assert docker.run("greeter:1", "cat", "/etc/os-release").code == 1
    layers = [docker.engine.image(name).manifest.layers for name in ("alpine", "greeter:1")]
    assert layers[1][:-1] == layers[0]


def test_a_volume_outlives_containers_and_is_refused_to_go_while_one_has_it() -> None:
    docker = Docker.boot()
    docker.run("alpine", "sh", "-c", "echo hi > /data/f", mounts="data:/data", name="writer")
    assert docker.run("alpine", "cat", "/data/f", mounts="data:/data:ro", name="reader").output == "hi\n"
    ids = sorted(docker.engine.containers)
    assert docker.call(RemoveVolume("data")).error == f"remove data: volume is in use - [{', '.join(ids)}]"
    docker.prune("container")
    assert docker.run("alpine", "cat", "/data/f", mounts="data:/data", remove=True).output == "hi\n"
    docker.remove_volume("data")
    assert docker.call(RemoveVolume("data")).error == "get data: no such volume"


def test_a_new_named_volume_gets_what_the_image_has_there_and_a_bind_hides_it() -> None:
    docker = Docker.boot()
    where = "/usr/share/nginx/html"
    assert docker.run("nginx", "ls", where, mounts=f"html:{where}").output == "index.html\n"
    assert docker.run("nginx", "ls", where, mounts=f"/srv:{where}").output == ""
    docker.run("alpine", "sh", "-c", "rm /v/index.html; echo x > /v/other", mounts="html:/v")
    assert docker.run("nginx", "ls", where, mounts=f"html:{where}").output == "other\n"


def test_a_read_only_mount_and_a_read_only_root_refuse_writes() -> None:
    docker = Docker.boot()
    said = docker.run("alpine", "sh", "-c", "echo x > /v/f", mounts="vol:/v:ro")
    assert said.errors == "sh: can't create /v/f: Read-only file system\n"
    said = docker.run(
        "alpine", "sh", "-c", "echo x > /f || echo x > /tmp/f", read_only=True, mounts=(Mount("tmpfs", "", "/tmp"),)
    )
    assert (said.code, said.errors) == (0, "sh: can't create /f: Read-only file system\n")


def test_anonymous_volumes_go_with_rm_v_alone() -> None:
    docker = Docker.boot()
    docker.run("redis", name="kept", detach=True)
    docker.run("redis", name="gone", detach=True)
    docker.ask(Remove("gone", force=True, volumes=True))
    docker.ask(Remove("kept", force=True))
    assert [volume.anonymous for volume in docker.engine.volumes.values()] == [True]
    assert len(docker.prune("volume")) == 1


def test_mount_refuses_a_missing_directory_of_the_host_that_v_would_make() -> None:
    docker = Docker.boot()
    wanted = Mount("bind", "/nowhere", "/in", create=False)
    with pytest.raises(DaemonError, match="bind source path does not exist: /nowhere"):
        docker.create("alpine", mounts=(wanted,))
    docker.run("alpine", "touch", "/in/made", mounts="/nowhere:/in")
    assert docker.host.list(1, "/nowhere") == ("made",)


BAD_MOUNTS = (
    ("data:in", "invalid mount config for type \"volume\": invalid mount path: 'in' mount path must be absolute"),
    (
        "data:/",
        "invalid volume specification: 'data:/': invalid mount config: invalid specification: destination can't be '/'",
    ),
)


@pytest.mark.parametrize(("text", "message"), BAD_MOUNTS)
def test_a_bad_mount_is_refused_before_anything_is_made(text: str, message: str) -> None:
    docker = Docker.boot()
    reply = docker.call(Run(settings_of("alpine", "true", mounts=text)))
    assert reply.error == message
    assert not docker.engine.volumes
