"""Push and pull: what moves, what is there already, what a registry refuses."""

from dataclasses import replace

import pytest
from immutables import Map

from vlearn.errors import ModelError
from vlearn.sim.images.errors import ImageError
from vlearn.sim.images.oci.documents import (
    INDEX,
    LAYER_GZIP,
    Configuration,
    Descriptor,
    Index,
    Platform,
    RootFS,
    write_document,
)
from vlearn.sim.images.oci.entry import Entry
from vlearn.sim.images.oci.image import Images
from vlearn.sim.images.oci.write_tar import compressed, digest, tar_of
from vlearn.sim.images.registry.state import Exchange, Registry
from vlearn.sim.images.registry.transfer import Pull, Push, transfer
from vlearn.trace import Trace
from vlearn.trace import run as play

BASE, APP, LIBRARY = ((Entry(name, "file", name.encode() * 1000),) for name in ("base", "app", "library"))


def with_image(images: Images, name: str, *layers: tuple[Entry, ...], architecture: str = "amd64") -> Images:
    blobs = [compressed(tar_of(entries)) for entries in layers]
    ids = tuple(digest(tar_of(entries)) for entries in layers)
    configuration = Configuration(architecture, "linux", rootfs=RootFS("layers", ids))
    described = ((Descriptor(LAYER_GZIP, digest(blob), len(blob)), blob) for blob in blobs)
    return images.with_image(f"docker.io/{name}", configuration, described)[0]


MINE = with_image(with_image(Images(), "me/app:1", BASE, APP), "me/app:2", BASE, LIBRARY, APP)


def moved(trace: Trace[Exchange]) -> list[tuple[str, str]]:
    return [(piece.what, piece.outcome) for piece in trace.final.pieces]


def test_a_first_push_moves_everything_and_the_manifest_last() -> None:
    trace = play(transfer, Exchange(MINE), [Push("me/app:1")])
    assert trace.kinds == ("missing", "uploaded", "missing", "uploaded", "missing", "uploaded", "manifest-put")
    assert sorted(moved(trace)) == [
        ("config", "Pushed"),
        ("layer", "Pushed"),
        ("layer", "Pushed"),
        ("manifest", "Pushed"),
    ]
    image = MINE.image("docker.io/me/app:1")
    assert trace.final.moved == image.size + image.manifest.config.size + image.descriptor.size


def test_a_second_push_moves_only_the_layer_that_is_new() -> None:
    trace = play(transfer, Exchange(MINE), [Push("me/app:1"), Push("me/app:2")])
    assert moved(trace).count(("layer", "Layer already exists")) == 2
    assert moved(trace).count(("layer", "Pushed")) == 1


def test_a_layer_that_another_repository_has_is_mounted() -> None:
    images = with_image(MINE, "me/other:1", BASE)
    trace = play(transfer, Exchange(images), [Push("me/app:1"), Push("me/other:1")])
    assert ("layer", "Mounted from me/app") in moved(trace)
    assert all(piece.what != "layer" or piece.moved == 0 for piece in trace.final.pieces)
    stranger = replace(trace.final, sources=Map(), registries=trace.final.registries)
    again = play(transfer, replace(stranger, images=with_image(images, "me/third:1", BASE)), [Push("me/third:1")])
    assert ("layer", "Pushed") in moved(again), "who does not know where a blob is cannot mount it"


def test_pull_gets_what_is_missing_and_nothing_the_second_time() -> None:
    pushed = play(transfer, Exchange(MINE), [Push("me/app:1"), Push("me/app:2")]).final
    fresh = Exchange(registries=pushed.registries)
    trace = play(transfer, fresh, [Pull("me/app:1")])
    assert trace.final.images.image("docker.io/me/app:1") == MINE.image("docker.io/me/app:1")
    second = play(transfer, trace.final, [Pull("me/app:2")])
    assert moved(second).count(("layer", "Pull complete")) == 1
    third = play(transfer, second.final, [Pull("me/app:2")])
    assert third.final.moved == 0
    assert third.steps[-1].event.text.endswith("Status: Image is up to date for me/app:2")


def test_pull_by_digest_gets_that_manifest_wherever_the_tag_points() -> None:
    first = MINE.image("docker.io/me/app:1").descriptor.digest
    moved_tag = MINE.tag("docker.io/me/app:1", MINE.descriptor("docker.io/me/app:2"))
    registries = play(transfer, Exchange(MINE), [Push("me/app:1")]).final.registries
    registries = play(transfer, Exchange(moved_tag, registries), [Push("me/app:1")]).final.registries
    trace = play(transfer, Exchange(registries=registries), [Pull(f"me/app@{first}")])
    assert trace.final.images.image(f"docker.io/me/app@{first}").descriptor.digest == first


def several_platforms() -> Images:
    images = with_image(with_image(Images(), "me/x:amd", BASE), "me/x:arm", APP, architecture="arm64")
    parts = tuple(
        Descriptor(one.media_type, one.digest, one.size, platform=Platform(architecture, "linux"))
        for architecture, one in (
            ("amd64", images.descriptor("docker.io/me/x:amd")),
            ("arm64", images.descriptor("docker.io/me/x:arm")),
        )
    )
    index = write_document(Index(2, parts))
    return images.add((index,)).tag("docker.io/me/x:latest", Descriptor(INDEX, digest(index), len(index)))


def test_of_an_index_the_manifest_for_the_platform_is_pulled() -> None:
    registries = play(transfer, Exchange(several_platforms()), [Push("me/x")]).final.registries
    for architecture in ("amd64", "arm64"):
        trace = play(transfer, Exchange(registries=registries), [Pull("me/x", Platform(architecture, "linux"))])
        assert trace.final.images.image("docker.io/me/x:latest").configuration.architecture == architecture
        assert trace.kinds == ("resolved", "index", "chosen", "manifest", "downloaded", "downloaded", "done")
    none = play(transfer, Exchange(registries=registries), [Pull("me/x", Platform("riscv64", "linux"))])
    assert none.final.error.startswith("no match for platform in manifest: linux/riscv64 is none of linux/amd64")


REFUSALS = [
    (Pull("me/app:9"), "manifest for me/app:9 not found: manifest unknown: manifest unknown"),
    (
        Pull("nosuch"),
        "pull access denied for nosuch, repository does not exist or may require 'docker login': "
        "denied: requested access to the resource is denied",
    ),
    (Push("me/none"), "An image does not exist locally with the tag: me/none"),
]


@pytest.mark.parametrize(("action", "message"), REFUSALS, ids=["tag", "repository", "image"])
def test_what_is_not_there_is_told_in_dockers_words(action: Push | Pull, message: str) -> None:
    before = play(transfer, Exchange(MINE), [Push("me/app:1")]).final
    trace = play(transfer, before, [action])
    assert (trace.kinds, trace.final.error) == (("failed",), message)
    assert trace.final.images == before.images


def test_a_blob_that_is_not_what_its_digest_says_is_not_kept() -> None:
    pushed = play(transfer, Exchange(MINE), [Push("me/app:1")]).final
    hub, layer = pushed.registry("docker.io"), MINE.image("docker.io/me/app:1").manifest.layers[0]
    spoilt = replace(hub, blobs=hub.blobs.set(layer.digest, b"x" * layer.size))
    trace = play(transfer, Exchange(registries=Map({"docker.io": spoilt})), [Pull("me/app:1")])
    assert trace.final.error.startswith("unexpected digest sha256:")
    assert layer.digest not in trace.final.images.blobs
    assert "docker.io/me/app:1" not in trace.final.images.names


def test_a_registry_refuses_wrong_digests_and_manifests_of_blobs_it_does_not_have() -> None:
    descriptor = MINE.descriptor("docker.io/me/app:1")
    with pytest.raises(ImageError, match="digest invalid"):
        Registry("r").upload("a", b"x", descriptor.digest)
    with pytest.raises(ImageError, match="manifest blob unknown"):
        Registry("r").put("a", "1", MINE.blob(descriptor), descriptor)


def test_a_repository_does_not_show_the_blobs_of_another() -> None:
    pushed = play(transfer, Exchange(MINE), [Push("me/app:1")]).final
    layer = MINE.image("docker.io/me/app:1").manifest.layers[0].digest
    assert pushed.registry("docker.io").has("me/app", layer)
    assert not pushed.registry("docker.io").has("you/app", layer)


def test_a_digest_cannot_be_pushed() -> None:
    with pytest.raises(ModelError, match="cannot push a digest reference"):
        play(transfer, Exchange(MINE), [Push("me/app@sha256:" + "0" * 64)])
