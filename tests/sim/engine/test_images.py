"""Images: build in real containers, tags, removal, push and pull."""

from vlearn.sim.engine import Docker
from vlearn.sim.engine.actions import BuildImage, Push, RemoveImage, Run
from vlearn.sim.engine.docker import settings_of
from vlearn.sim.engine.find import image_ids
from vlearn.sim.engine.inspection import inspect_image
from vlearn.sim.files.entries import filesystem_of

DOCKERFILE = (
    'FROM alpine\nWORKDIR /app\nCOPY a.txt .\nRUN cat a.txt > b.txt && hostname && echo done\nCMD ["cat", "b.txt"]\n'
)
CONTEXT = filesystem_of([{"path": "a.txt", "type": "file", "content": "content\n"}])


def test_a_run_is_executed_in_a_container_that_is_gone_afterwards() -> None:
    docker = Docker.boot()
    before = len(docker.host.kernel.processes)
    id = docker.build(DOCKERFILE, CONTEXT, tag="app")
    assert docker.engine.image("app").id == id
    assert docker.run("app").output == "content\n"
    assert len(docker.host.kernel.processes) == before
    assert not [one for one in docker.engine.containers.values() if one.image == ""]


def test_a_second_build_takes_all_from_the_cache() -> None:
    docker = Docker.boot()
    docker.build(DOCKERFILE, CONTEXT, tag="app")
    kinds = docker.trace(BuildImage(DOCKERFILE, CONTEXT, tag="app")).kinds
    assert kinds == ("build-from", *["build-cached"] * 4, "build-built", "built")


def test_a_layer_of_a_run_holds_what_it_wrote_and_no_mount_point() -> None:
    docker = Docker.boot()
    docker.build("FROM alpine\nRUN touch /new\n", tag="app")
    image = docker.engine.image("app")
    assert [entry.path for entry in docker.engine.images.layers(image)[-1]] == ["new"]


def test_a_failing_run_ends_the_build_with_what_docker_prints() -> None:
    docker = Docker.boot()
    reply = docker.call(BuildImage("FROM alpine\nRUN nope\n"))
    assert reply.error.endswith('process "/bin/sh -c nope" did not complete successfully: exit code: 127')
    assert "sh: nope: not found" in reply.error


def test_a_comment_behind_an_instruction_is_no_comment() -> None:
    docker = Docker.boot()
    reply = docker.call(BuildImage("FROM nginx:alpine  # Base image\n"))
    assert "FROM requires either one or three arguments" in reply.error


def test_an_old_build_is_dangling_and_pruned() -> None:
    docker = Docker.boot()
    first = docker.build("FROM alpine\nRUN echo 1 > /v\n", tag="app")
    docker.build("FROM alpine\nRUN echo 2 > /v\n", tag="app")
    assert image_ids(docker.engine)[first] == ()
    assert inspect_image(docker.engine, docker.engine.image(first))["RepoTags"] == []
    docker.prune("image")
    assert first not in image_ids(docker.engine)
    assert docker.run("app", "cat", "/v").output == "2\n"


def test_an_image_in_use_is_refused_and_forced_away_from_its_name() -> None:
    docker = Docker.boot()
    docker.run("nginx", name="web", detach=True)
    short, id = docker.engine.container("web").short, docker.engine.image("nginx").id
    assert docker.call(RemoveImage("nginx")).error == (
        f'conflict: unable to remove repository reference "nginx" (must force) - '
        f"container {short} is using its referenced image {id[7:19]}"
    )
    assert docker.call(RemoveImage(id, force=True)).error == (
        f"conflict: unable to delete {id[7:19]} (cannot be forced) - image is being used by running container {short}"
    )
    assert docker.remove_image("nginx", force=True) == (("Untagged", "docker.io/library/nginx:latest"),)
    docker.remove("web", force=True)
    assert docker.remove_image(id[7:19])[-1] == ("Deleted", id)
    assert docker.call(RemoveImage("nginx")).error == "No such image: nginx:latest"


def test_a_tag_is_a_name_and_the_image_goes_with_the_last() -> None:
    docker = Docker.boot()
    docker.pull("alpine")
    docker.tag("alpine", "mine:1")
    blobs = len(docker.engine.images.blobs)
    assert [what for what, _ in docker.remove_image("alpine")] == ["Untagged"]
    assert len(docker.engine.images.blobs) == blobs
    assert [what for what, _ in docker.remove_image("mine:1")] == ["Untagged", "Deleted"]
    assert not docker.engine.images.blobs


def test_push_moves_what_the_registry_lacks_and_pull_brings_it_back() -> None:
    docker = Docker.boot()
    docker.build("FROM alpine\nRUN echo 1 > /v\n", tag="me/app")
    kinds = docker.trace(Push("me/app")).kinds
    assert kinds.count("push-mounted") == 1
    assert kinds.count("push-uploaded") == 2
    docker.prune("builder")
    docker.remove_image("me/app")
    assert docker.run("me/app", "cat", "/v").output == "1\n"


def test_an_image_that_no_registry_has_is_refused() -> None:
    reply = Docker.boot().call(Run(settings_of("no-such-image")))
    assert (reply.code, reply.error) == (
        125,
        "pull access denied for no-such-image, repository does not exist or may require 'docker login': "
        "denied: requested access to the resource is denied",
    )
