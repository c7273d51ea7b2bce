"""OCI layouts on disk: written, read back, damaged in every way, and read by umoci and skopeo."""

import json
import shutil
import stat
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vlearn.sim.files.errno import Failure
from vlearn.sim.files.filesystem import Filesystem
from vlearn.sim.images.builder.union import changes, image_files, union
from vlearn.sim.images.errors import ImageError
from vlearn.sim.images.oci.archive import load_archive
from vlearn.sim.images.oci.documents import LAYER_GZIP, Configuration, Descriptor, History, RootFS
from vlearn.sim.images.oci.entry import Entry
from vlearn.sim.images.oci.image import Images
from vlearn.sim.images.oci.layout import check, load, save
from vlearn.sim.images.oci.write_tar import compressed, digest, tar_of

NAME = "docker.io/library/app:1"
BELOW = (Entry("d", "dir", mode=0o755), Entry("d/a", "file", b"1"), Entry("d/b", "file", b"2", mode=0o600))
ABOVE = (Entry("d/a", "whiteout", mode=0), Entry("e", "symlink", target="d/b"), Entry("h", "hardlink", target="d/b"))


def images_of(*layers: tuple[Entry, ...], name: str = NAME) -> Images:
    made = [(compressed(tar_of(entries)), digest(tar_of(entries))) for entries in layers]
    configuration = Configuration(
        "amd64",
        "linux",
        rootfs=RootFS("layers", tuple(diff_id for _, diff_id in made)),
        history=tuple(History(created_by=f"layer {n}") for n in range(len(made))),
    )
    descriptors = ((Descriptor(LAYER_GZIP, digest(blob), len(blob)), blob) for blob, _ in made)
    return Images().with_image(name, configuration, descriptors)[0]


def saved(folder: Path) -> Path:
    save(images_of(BELOW, ABOVE), folder)
    return folder


def merged(files: Filesystem) -> dict[str, tuple[str, int, object]]:
    """Every path with kind, mode and content or target."""
    found: dict[str, tuple[str, int, object]] = {}
    todo = [(name,) for name in files.entries(())]
    while todo:
        path = todo.pop()
        status = files.stat(path)
        if status.kind == "dir":
            todo += [(*path, name) for name in files.entries(path)]
            found["/".join(path)] = ("dir", status.mode, None)
        elif status.kind == "file":
            found["/".join(path)] = ("file", status.mode, files.read(path))
        else:
            found["/".join(path)] = ("symlink", 0, files.readlink(path))
    return found


def test_a_layout_is_read_back_as_it_was_saved(tmp_path: Path) -> None:
    images = images_of(BELOW, ABOVE)
    again = load(saved(tmp_path / "new" / "layout"))
    assert again.names == images.names
    assert again.blobs == images.blobs
    assert again.image(NAME).made_by == ("layer 0", "layer 1")
    assert not list((tmp_path / "new" / "layout").rglob(".*"))


def test_saving_twice_writes_the_same_bytes(tmp_path: Path) -> None:
    one, two = saved(tmp_path / "1"), saved(tmp_path / "2")
    saved(one)
    files = [path.relative_to(one) for path in one.rglob("*") if path.is_file()]
    assert len(files) == 6
    assert all((one / path).read_bytes() == (two / path).read_bytes() for path in files)


def test_two_images_with_one_tag_are_told_apart(tmp_path: Path) -> None:
    first, second = images_of(BELOW), images_of(ABOVE, name="docker.io/library/other:1")
    both = first.add(second.blobs.values()).tag(*next(iter(second.names.items())))
    save(both, tmp_path)
    listed = json.loads((tmp_path / "index.json").read_bytes())["manifests"]
    assert [one["annotations"]["org.opencontainers.image.ref.name"] for one in listed] == ["app:1", "other:1"]
    assert load(tmp_path).names == both.names


def test_layers_merge_with_whiteouts_and_links_to_files_below() -> None:
    images = images_of(BELOW, ABOVE)
    assert merged(image_files(images, images.image(NAME))) == {
        "d": ("dir", 0o755, None),
        "d/b": ("file", 0o600, b"2"),
        "e": ("symlink", 0, "d/b"),
        "h": ("file", 0o600, b"2"),
    }


def blob_path(layout: Path, kind: str) -> Path:
    """The file of the manifest, the configuration or the top layer."""
    manifest = json.loads((layout / "index.json").read_bytes())["manifests"][0]["digest"]
    inside = json.loads((layout / "blobs" / manifest.replace(":", "/")).read_bytes())
    found = {"manifest": manifest, "config": inside["config"]["digest"], "layer": inside["layers"][-1]["digest"]}
    return layout / "blobs" / found[kind].replace(":", "/")


def edit(path: Path, old: bytes, new: bytes) -> None:
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


DAMAGE = {
    "no oci-layout": (lambda at: (at / "oci-layout").unlink(), "has no file oci-layout"),
    "another version": (lambda at: edit(at / "oci-layout", b"1.0.0", b"9.0.0"), "has version '9.0.0'"),
    "no index": (lambda at: (at / "index.json").unlink(), "has no file index.json"),
    "no JSON": (lambda at: (at / "index.json").write_text("{", encoding="utf-8"), "index.json is malformed"),
    "deep JSON": (lambda at: (at / "index.json").write_text("[" * 99_999, encoding="utf-8"), "index.json is malformed"),
    "wrong type": (lambda at: edit(at / "index.json", b'"size":', b'"size":"x","s":'), "index.json is malformed"),
    "no blob": (lambda at: blob_path(at, "layer").unlink(), "has no file blobs/sha256/"),
    "cut off blob": (lambda at: blob_path(at, "layer").write_bytes(b"x"), "unexpected size 1 of"),
    "another blob": (
        lambda at: blob_path(at, "config").write_bytes(b"x" * blob_path(at, "config").stat().st_size),
        "unexpected digest sha256:",
    ),
    "climbing digest": (lambda at: edit(at / "index.json", b"sha256:", b"sha256:../../"), "is no digest of the form"),
    "unknown kind": (
        lambda at: edit(at / "index.json", b"manifest.v1+json", b"manifest.v9+json"),
        "unsupported media type",
    ),
    "bad name": (lambda at: edit(at / "index.json", b"library/app", b"Library/App"), "which is no name of an image"),
}


@pytest.mark.parametrize("fault", DAMAGE)
def test_a_damaged_layout_is_refused_with_what_is_wrong(fault: str, tmp_path: Path) -> None:
    layout = saved(tmp_path / "layout")
    damage, message = DAMAGE[fault]
    damage(layout)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ImageError, match=message):
        load(layout)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (b"layer.v1.tar+gzip", b"layer.v1.tar+zstd", "of a layer; known are"),
        (b"image.config.v1", b"image.config.v9", "of a configuration"),
        (b'"schemaVersion":2', b'"schemaVersion":[]', "image manifest is malformed"),
    ],
)
def test_a_manifest_with_a_kind_that_nobody_knows_is_refused(old: bytes, new: bytes, message: str) -> None:
    images = images_of(BELOW)
    manifest = images.blob(images.descriptor(NAME)).replace(old, new)
    descriptor = Descriptor(images.descriptor(NAME).media_type, digest(manifest), len(manifest))
    with pytest.raises(ImageError, match=message):
        check(images.add((manifest,)), descriptor)


def test_a_layer_that_is_not_the_one_of_the_configuration_is_refused() -> None:
    blob = compressed(tar_of(BELOW))
    wrong = Configuration("amd64", "linux", rootfs=RootFS("layers", (digest(b""),)))
    images, found = Images().with_image("", wrong, [(Descriptor(LAYER_GZIP, digest(blob), len(blob)), blob)])
    with pytest.raises(ImageError, match="the configuration has diff_id"):
        images.layers(images.of(found))


def docker_save(path: Path, **changed: bytes) -> Path:
    """An archive as `docker save` wrote it before version 25, with one layer and a link to it."""
    tar = tar_of(BELOW)
    configuration = json.dumps(
        {"architecture": "amd64", "os": "linux", "config": None,
         "rootfs": {"type": "layers", "diff_ids": [digest(tar)] * 2}}
    )  # fmt: skip
    files = {
        "manifest.json": b'[{"Config":"c.json","RepoTags":["app:1"],"Layers":["1/layer.tar","2/layer.tar"]}]',
        "c.json": configuration.encode(),
        "1/layer.tar": tar,
    } | {name.replace("_json", ".json"): content for name, content in changed.items()}
    with tarfile.open(path, "w") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, BytesIO(content))
        link = tarfile.TarInfo("2/layer.tar")
        link.type, link.linkname = tarfile.SYMTYPE, "../1/layer.tar"
        archive.addfile(link)
    return path


def test_an_archive_of_docker_save_is_read(tmp_path: Path) -> None:
    images = load_archive(docker_save(tmp_path / "a.tar"))
    assert [len(entries) for entries in images.layers(images.image(NAME))] == [3, 3]


def test_an_archive_with_something_missing_or_wrong_is_refused(tmp_path: Path) -> None:
    for changed in ({"manifest_json": b"[{}]"}, {"c_json": b"{}"}, {"manifest_json": b'[{"Config":"n","Layers":[]}]'}):
        with pytest.raises(ImageError, match=r"malformed|has no file"):
            load_archive(docker_save(tmp_path / "a.tar", **changed))
    with pytest.raises(ImageError, match="cannot be read"):
        load_archive(tmp_path / "none.tar")


def tool(name: str) -> str:
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed: the OCI layout is not read by another program here")
    return found


def on_disk(folder: Path) -> dict[str, tuple[str, int, object]]:
    found: dict[str, tuple[str, int, object]] = {}
    for path in folder.rglob("*"):
        mode = path.lstat().st_mode
        name = path.relative_to(folder).as_posix()
        if stat.S_ISLNK(mode):
            found[name] = ("symlink", 0, str(path.readlink()))
        elif stat.S_ISDIR(mode):
            found[name] = ("dir", stat.S_IMODE(mode), None)
        else:
            found[name] = ("file", stat.S_IMODE(mode), path.read_bytes())
    return found


NAMES = st.sampled_from(["a", "b", "c"])
PATHS = st.lists(NAMES, min_size=1, max_size=3).map(tuple)
OPERATIONS = st.one_of(
    st.tuples(st.just("mkdir"), PATHS),
    st.tuples(st.just("create"), PATHS, st.binary(max_size=3)),
    st.tuples(st.just("write"), PATHS, st.binary(max_size=3)),
    st.tuples(st.just("symlink"), PATHS, st.sampled_from(["a", "/b/c", "../a"])),
    st.tuples(st.just("unlink"), PATHS),
    st.tuples(st.just("rmdir"), PATHS),
    st.tuples(st.just("rename"), PATHS, PATHS),
    st.tuples(st.just("link"), PATHS, PATHS),
    st.tuples(st.just("chmod"), PATHS, st.sampled_from([0o700, 0o755])),
)


@settings(deadline=None, max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(OPERATIONS, min_size=3, max_size=12), min_size=2, max_size=4))
def test_umoci_unpacks_what_the_model_merges(tmp_path: Path, steps: list[list[tuple]]) -> None:
    umoci = tool("umoci")
    layers: list[tuple[Entry, ...]] = [BELOW]
    for operations in steps:
        files = union(layers)
        for name, *arguments in operations:
            try:
                files = getattr(files, name)(*arguments)
            except Failure as failure:
                files = failure.filesystem or files
        layers.append(changes(files))
    shutil.rmtree(tmp_path, ignore_errors=True)
    save(images_of(*layers), tmp_path / "layout")
    command = [umoci, "unpack", "--rootless", "--image", f"{tmp_path / 'layout'}:1", str(tmp_path / "bundle")]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert on_disk(tmp_path / "bundle" / "rootfs") == merged(union(layers))


def test_skopeo_copies_the_layout_and_what_it_writes_is_read(tmp_path: Path) -> None:
    skopeo = tool("skopeo")
    layout = saved(tmp_path / "layout")
    for kind, target in (("oci", tmp_path / "copy"), ("docker-archive", tmp_path / "a.tar")):
        suffix = ":1" if kind == "oci" else ":app:1"
        command = [skopeo, "copy", "--insecure-policy", f"oci:{layout}:1", f"{kind}:{target}{suffix}"]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        images = load(target, "app") if kind == "oci" else load_archive(target)
        assert images.layers(images.image(NAME)) == images_of(BELOW, ABOVE).layers(images_of(BELOW, ABOVE).image(NAME))
