"""Layer tars: what is written is read back, and what others write can do no harm."""

import gzip
import io
import tarfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.images.errors import ImageError
from vlearn.sim.images.oci.entry import Entry
from vlearn.sim.images.oci.read_tar import entries_of_tar, uncompressed
from vlearn.sim.images.oci.write_tar import compressed, digest, tar_of

EMPTY = "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
ENTRIES = (
    Entry("", "dir", mode=0o755),
    Entry("a", "dir", mode=0o1777, opaque=True),
    Entry("a/b", "file", b"hi", mode=0o600, uid=5, gid=6, mtime=7, xattrs=(("user.x", b"\xff\0z"),)),
    Entry("a/" + "long" * 40, "symlink", target="/etc/é"),
    Entry("gone", "whiteout", mode=0),
    Entry("h", "hardlink", target="a/b"),
)


def archive(*members: tuple[str, bytes, str], content: bytes = b"") -> bytes:
    """A tar of members with these names, types and link targets, unchecked."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as tar:
        for name, kind, target in members:
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, target
            info.size = len(content) if kind == tarfile.REGTYPE else 0
            tar.addfile(info, io.BytesIO(content))
    return out.getvalue()


F, D, S, H = tarfile.REGTYPE, tarfile.DIRTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE
DANGEROUS = [
    ((("../x", F, ""),), "is outside of"),
    ((("a/../../x", F, ""),), "is outside of"),
    ((("/etc/passwd", F, ""),), "is an absolute name"),
    ((("null", tarfile.CHRTYPE, ""),), "is a character device"),
    ((("sda", tarfile.BLKTYPE, ""),), "is a block device"),
    ((("pipe", tarfile.FIFOTYPE, ""),), "is a named pipe"),
    ((("x", b"Z", ""),), "is of type"),
    ((("x", H, "../../etc/shadow"),), "invalid hardlink"),
    ((("x", H, "/etc/shadow"),), "invalid hardlink"),
    ((("x", S, "../../etc"),), "invalid symlink"),
    ((("d/x", S, "../../etc"),), "invalid symlink"),
    ((("x", S, ""),), "invalid symlink"),
    ((("x", S, "/etc"), ("x/passwd", F, "")), "lies behind 'x', which is a symbolic link"),
    ((("x", F, ""), ("x/y", F, "")), "lies behind 'x', which is a file"),
    (((".wh.", F, ""),), "invalid whiteout"),
    (((".wh...", F, ""),), "invalid whiteout"),
    ((("d", D, ""), ("h", H, "d")), "invalid hardlink"),
]


def test_entries_are_written_and_read_back() -> None:
    assert entries_of_tar(uncompressed(compressed(tar_of(ENTRIES)))) == ENTRIES


def test_the_same_entries_give_the_same_bytes_in_any_order() -> None:
    assert compressed(tar_of(ENTRIES)) == compressed(tar_of(reversed(ENTRIES)))
    assert digest(tar_of(ENTRIES)) == "sha256:ea26d90123fa9bee03437399ffeb71d0c6d005d9afbc71d5c592ab9e0602e171"


def test_a_layer_without_entries_has_the_digest_that_every_builder_knows() -> None:
    assert digest(tar_of(())) == EMPTY


def test_deletions_are_files_with_the_names_of_the_specification() -> None:
    with tarfile.open(fileobj=io.BytesIO(tar_of(ENTRIES))) as tar:
        assert {".wh.gone", "a/.wh..wh..opq"} <= set(tar.getnames())


@pytest.mark.parametrize(("members", "message"), DANGEROUS, ids=[row[1] + row[0][-1][0] for row in DANGEROUS])
def test_a_dangerous_archive_is_refused(members: tuple[tuple[str, bytes, str], ...], message: str) -> None:
    with pytest.raises(ImageError, match=message):
        entries_of_tar(archive(*members))


def test_harmless_symlinks_are_kept() -> None:
    found = entries_of_tar(archive(("etc/x", S, "/usr/../lib"), ("usr/y", S, "../lib/z"), ("./", D, "")))
    assert [entry.target for entry in found] == ["", "/usr/../lib", "../lib/z"]


def test_a_later_entry_replaces_an_earlier_one_with_all_below_it() -> None:
    found = entries_of_tar(archive(("d", D, ""), ("d/x", F, ""), ("d", S, "/e")))
    assert [(entry.path, entry.kind) for entry in found] == [("d", "symlink")]


def test_aufs_leftovers_are_passed_over() -> None:
    assert entries_of_tar(archive((".wh..wh.plnk", D, ""), (".wh..wh.orph/1.2", F, ""))) == ()


def test_a_tar_that_is_cut_off_is_refused_wherever_it_ends() -> None:
    whole = archive(("a", F, ""), ("b", F, ""), content=b"x" * 700)
    for end in (0, 100, 512, 600, 1100, 1536, 1700, 2600):
        with pytest.raises(ImageError, match=r"unexpected EOF|invalid tar header"):
            entries_of_tar(whole[:end] if end != 1536 else whole[:1500])
    assert len(entries_of_tar(whole)) == 2


def test_a_damaged_header_in_the_middle_does_not_hide_the_rest() -> None:
    whole = bytearray(archive(("a", F, ""), ("b", F, "")))
    whole[512 + 150] ^= 1
    with pytest.raises(ImageError, match="invalid tar header"):
        entries_of_tar(bytes(whole))


def test_a_damaged_or_endless_gzip_is_refused() -> None:
    packed = gzip.compress(b"x" * 10_000)
    for bad, message in ((packed[:-9], "cut off"), (packed[:20] + b"??" + packed[22:], "gzip"), (b"PK", "gzip")):
        with pytest.raises(ImageError, match=message):
            uncompressed(bad)
    with pytest.raises(ImageError, match="more than 5000 bytes"):
        uncompressed(packed, 5000)
    assert uncompressed(packed + packed) == b"x" * 20_000


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_whatever_the_bytes_they_are_entries_or_an_image_error(data: st.DataObject) -> None:
    tar = bytearray(tar_of(ENTRIES))
    for _ in range(data.draw(st.integers(0, 4))):
        tar[data.draw(st.integers(0, len(tar) - 1))] = data.draw(st.integers(0, 255))
    cut = bytes(tar[: data.draw(st.integers(0, len(tar)))]) + data.draw(st.binary(max_size=20))
    try:
        found: tuple[Entry, ...] | str = entries_of_tar(cut)
    except ImageError as error:
        found = str(error)
    assert found or cut.strip(b"\0") == b""
    for entry in found if isinstance(found, tuple) else ():
        assert not entry.path.startswith("/")
        assert ".." not in entry.path.split("/")
