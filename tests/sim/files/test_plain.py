"""The plain filesystem: names, links, handles and the size limit, with the errno of every refusal."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.files import ERRNO, Failure, Filesystem, Plain, entries_of, filesystem_of, mount, resolve

TREE = filesystem_of(
    [
        {"path": "d/f", "type": "file", "content": "text"},
        {"path": "e", "type": "dir"},
        {"path": "s", "type": "symlink", "target": "d/f"},
        {"path": "loop", "type": "symlink", "target": "loop"},
        {"path": "h", "type": "hardlink", "target": "d/f"},
    ]
)
REFUSALS = [
    ("mkdir", (("d",),), "EEXIST"),
    ("mkdir", ((),), "EEXIST"),
    ("mkdir", (("no", "x"),), "ENOENT"),
    ("mkdir", (("h", "x"),), "ENOTDIR"),
    ("create", (("h",),), "EEXIST"),
    ("symlink", (("new",), ""), "ENOENT"),
    ("unlink", (("d",),), "EISDIR"),
    ("unlink", ((),), "EISDIR"),
    ("unlink", (("no",),), "ENOENT"),
    ("rmdir", (("d",),), "ENOTEMPTY"),
    ("rmdir", (("h",),), "ENOTDIR"),
    ("rmdir", ((),), "EBUSY"),
    ("link", (("d",), ("new",)), "EPERM"),
    ("link", (("h",), ("s",)), "EEXIST"),
    ("rename", (("d",), ("d", "x")), "EINVAL"),
    ("rename", (("d", "f"), ("d",)), "ENOTEMPTY"),
    ("rename", (("d",), ("h",)), "ENOTDIR"),
    ("rename", (("s",), ("e",)), "EISDIR"),
    ("rename", (("e",), ("d",)), "ENOTEMPTY"),
    ("rename", (("no",), ("x",)), "ENOENT"),
    ("rename", (("s",), ("h",), "noreplace"), "EEXIST"),
    ("rename", (("s",), ("no",), "exchange"), "ENOENT"),
    ("write", (("d",), b""), "EISDIR"),
    ("write", (("s",), b""), "ELOOP"),
    ("truncate", (("h",), -1), "EINVAL"),
    ("chmod", (("s",), 0o600), "EOPNOTSUPP"),
    ("setxattr", (("h",), "weird", b""), "EOPNOTSUPP"),
    ("setxattr", (("s",), "user.x", b""), "EPERM"),
    ("removexattr", (("h",), "user.x"), "ENODATA"),
    ("readlink", (("h",),), "EINVAL"),
    ("read", (("d",),), "EISDIR"),
    ("entries", (("h",),), "ENOTDIR"),
    ("pread", (9,), "EBADF"),
    ("close", (9,), "EBADF"),
]


@pytest.mark.parametrize(("call", "arguments", "errno"), REFUSALS)
def test_a_refused_operation_says_why_and_changes_nothing(call, arguments, errno):
    with pytest.raises(Failure) as failure:
        getattr(TREE, call)(*arguments)
    assert failure.value.errno == errno
    assert failure.value.text == ERRNO[errno].text
    assert failure.value.filesystem == TREE


def test_both_filesystems_satisfy_the_protocol():
    assert isinstance(TREE, Filesystem)
    assert isinstance(mount((TREE,), Plain()), Filesystem)


def test_an_operation_returns_a_new_value_and_leaves_the_old_one():
    after = TREE.unlink(("s",))
    assert TREE.kind(("s",)) == "symlink"
    assert after.kind(("s",)) is None


def test_two_names_of_a_file_share_content_and_count():
    after = TREE.append(("h",), b"!")
    assert after.read(("d", "f")) == b"text!"
    assert after.stat(("d", "f")).links == 2
    assert after.unlink(("d", "f")).stat(("h",)).links == 1


def test_renaming_one_name_of_a_file_onto_another_does_nothing():
    assert TREE.rename(("h",), ("d", "f")) == TREE


def test_an_open_file_survives_unlink_and_rename_and_is_freed_with_its_last_handle():
    fs = Plain().create(("f",), b"kept")
    fs, handle = fs.open(("f",), write=True)
    fs = fs.rename(("f",), ("g",)).unlink(("g",)).pwrite(handle, b"!", 4)
    assert fs.pread(handle) == b"kept!"
    assert fs.fstat(handle).links == 0
    assert len(fs.close(handle).inodes) == 1


def test_a_full_filesystem_writes_what_fits_and_says_enospc():
    fs = Plain.sized(8192).create(("f",), b"x" * 4096)
    with pytest.raises(Failure) as failure:
        fs.append(("f",), b"y" * 8192)
    assert failure.value.errno == "ENOSPC"
    assert len(failure.value.filesystem.read(("f",))) == 8192
    assert fs.truncate(("f",), 0).create(("g",), b"z" * 8192).read(("g",)) == b"z" * 8192


def test_a_read_only_filesystem_takes_no_change():
    fs = Plain(read_only=True)
    with pytest.raises(Failure, match="EROFS"):
        fs.mkdir(("d",))


WALKS = [
    ("/d/f", True, ("d", "f")),
    ("s", True, ("d", "f")),
    ("s", False, ("s",)),
    ("e/../s", True, ("d", "f")),
    ("../../e/.", True, ("e",)),
    ("new", True, ("new",)),
    ("e/", True, ("e",)),
    ("no/x", True, "ENOENT"),
    ("h/x", True, "ENOTDIR"),
    ("h/", True, "ENOTDIR"),
    ("loop", True, "ELOOP"),
    ("loop", False, ("loop",)),
    ("", True, "ENOENT"),
    ("x" * 256, True, "ENAMETOOLONG"),
]


@pytest.mark.parametrize(("text", "follow", "expected"), WALKS)
def test_a_walk_follows_symlinks_and_dots(text, follow, expected):
    try:
        found = resolve(TREE, text, follow=follow)
    except Failure as failure:
        found = failure.errno
    assert found == expected


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(("a", "b", "c/x", "c/y")),
        st.one_of(
            st.builds(lambda c: {"type": "file", "content": c}, st.binary(max_size=9)),
            st.builds(lambda t: {"type": "symlink", "target": t}, st.sampled_from("ab")),
            st.just({"type": "whiteout"}),
            st.builds(lambda o, m: {"type": "dir", "opaque": o, "mode": m}, st.booleans(), st.integers(0, 0o7777)),
        ),
    )
)
def test_entries_and_filesystems_are_two_forms_of_one_thing(found):
    filesystem = filesystem_of({"path": path} | entry for path, entry in found.items())
    again = filesystem_of(entries_of(filesystem))
    assert entries_of(again) == entries_of(filesystem)
    assert set(found) <= {entry["path"] for entry in entries_of(filesystem)}


@pytest.mark.parametrize(
    ("entry", "says"),
    [({"path": "x", "type": "sock"}, "has type 'sock'"), ({"path": "../x", "type": "dir"}, "leads out")],
)
def test_an_entry_that_is_none_is_refused(entry, says):
    with pytest.raises(ModelError, match=says):
        filesystem_of([entry])
