"""The keys of the questions on union filesystems are what the overlay does."""

from functools import cache

import pytest
from immutables import Map

from vlearn.questions.bank import load_bank
from vlearn.sim.files import Failure, Options, Overlay, Plain, filesystem_of, mount
from vlearn.sim.files.overlay import lookup
from vlearn.sim.files.overlay.dentry import Dentry
from vlearn.sim.files.overlay.marks import METACOPY, is_opaque, is_whiteout


@cache
def bank():
    return load_bank()


def answer(name):
    return bank()[name].make(None).answer


def layer(*files, whiteouts=(), opaque=(), dirs=(), size=1):
    """A layer with these files, of so many bytes; the parents come by themselves."""
    entries = [{"path": path, "type": "dir"} for path in dirs]
    entries += [{"path": path, "type": "dir", "opaque": True} for path in opaque]
    entries += [{"path": path, "type": "whiteout"} for path in whiteouts]
    entries += [{"path": path, "type": "file", "content": "x" * size} for path in files]
    return filesystem_of(entries)


def parts(path):
    return tuple(path.split("/"))


def outcome(overlay, operation, *arguments):
    """What a call gives: the overlay after it, and "ok" or the errno."""
    try:
        return getattr(overlay, operation)(*arguments), "ok"
    except Failure as failure:
        return failure.filesystem, failure.errno


def copied(overlay):
    """The bytes that the files in the upper layer hold themselves."""
    files = (inode for inode in overlay.upper.inodes.values() if inode.kind == "file")
    return sum(len(inode.content) for inode in files if METACOPY not in inode.xattrs)


def found_in(path, layers):
    """The number of the topmost of these layers that a path is seen from, by marking each layer's files with it."""
    marked = tuple(_owned(one, number) for number, one in enumerate(layers))
    merged = mount(marked, options=Options()) if len(marked) > 1 else marked[0]
    return None if merged.kind(path) is None else merged.stat(path).uid


def _owned(one, number):
    draft = one.draft()
    for ino in one.inodes:
        draft.tree.edit(ino, uid=number)
    return one.settle(draft)


def test_whose_file_is_it():
    layers = (
        layer("etc/motd", whiteouts=("bin/old",)),
        layer("etc/hosts", "bin/tool", "bin/old", "lib"),
        layer("etc/hosts", "etc/motd", "bin/sh", "lib/a.so"),
    )
    key = answer("ch12-whose-file-is-it")
    names = ("The container's layer", "The middle layer", "The bottom layer")
    for item, category in zip(key.items, key.key, strict=True):
        found = found_in(parts(item.strip("`")), layers)
        assert ("It does not exist" if found is None else names[found]) == key.categories[category], item


def test_layers_looked_at(monkeypatch):
    layers = (layer("b", "e"), layer("e", whiteouts=("c",)), layer("a", "b", "c"))
    searched = []
    in_layer = lookup.Search.in_layer
    monkeypatch.setattr(lookup.Search, "in_layer", lambda *args: searched.append(1) or in_layer(*args))
    merged = mount(layers)
    for name, looks, where in answer("ch12-layers-looked-at").rows:
        searched.clear()
        found = lookup.look_up(
            Dentry((), "dir", None, merged.roots), name, Map(), merged.lower_inodes, merged.roots, merged.options
        )
        assert len(searched) == int(looks), name
        assert ("none" if found is None else str(3 - found.lower[0][0])) == where


def test_opaque_in_between():
    layers = (
        layer("etc/d", whiteouts=("etc/c",)),
        layer("etc/c", opaque=("etc",)),
        layer("etc/a", whiteouts=("etc/b",)),
        layer("etc/b", "etc/d", "var"),
    )
    key = answer("ch12-opaque-in-between")
    for number, option in enumerate(key.options):
        exists = mount(layers).kind(parts(option.text.strip("`"))) is not None
        assert exists == (number in key.correct), option.text


def test_code_deciding_layer():
    kinds = {"file": "file", "dir": "dir", "opaque": "dir", "whiteout": "whiteout"}
    for case in answer("ch12-code-deciding-layer").cases:
        path, given = eval(case.call.removeprefix("deciding"))
        layers = tuple(
            filesystem_of(
                {"path": name, "type": kinds[kind], **({"opaque": True} if kind == "opaque" else {})}
                for name, kind in one.items()
            )
            for one in given
        )
        assert found_in(parts(path), layers) == eval(case.expected), case.call


def test_write_the_merge():
    for case in answer("ch12-write-the-merge").cases:
        given = eval(case.call.removeprefix("merged"))
        layers = tuple(
            filesystem_of(
                {"path": name, "type": "whiteout" if text is None else "file", "content": text or ""}
                for name, text in one.items()
            )
            for one in given
        )
        merged = mount(layers or (Plain(),), Plain())
        assert {name: merged.read((name,)).decode() for name in merged.entries(())} == eval(case.expected), case.call


def test_bytes_copied_up():
    sizes = {"log": 600, "tool": 50, "index": 30, "data": 200, "old": 80}
    lower = filesystem_of({"path": name, "type": "file", "content": "x" * size} for name, size in sizes.items())
    merged = mount((lower,), Plain()).truncate(("log",), 600).chmod(("tool",), 0o700)
    merged, handle = merged.open(("index",), write=True)
    merged = merged.close(handle).unlink(("old",))
    assert len(merged.read(("data",))) == 200
    assert copied(merged) == answer("ch12-bytes-copied-up").value


@pytest.mark.parametrize(("column", "options"), [(1, ""), (2, "metacopy=on")])
def test_copied_with_metacopy(column, options):
    merged = mount((layer(*"abcdef", size=100),), Plain(), options)

    def truncated(overlay):
        overlay, handle = overlay.open(("d",), write=True, truncate=True)
        return overlay.close(handle)

    def appended(overlay):
        overlay = overlay.append(("c",), b"y")
        return overlay.truncate(("c",), 100)

    def read(overlay):
        assert len(overlay.read(("f",))) == 100
        return overlay

    actions = (
        lambda overlay: overlay.chmod(("a",), 0o600),
        lambda overlay: overlay.rename(("b",), ("b2",)),
        appended,
        truncated,
        lambda overlay: overlay.link(("e",), ("e2",)),
        read,
    )
    for row, action in zip(answer("ch12-copied-with-metacopy").rows, actions, strict=True):
        assert copied(action(merged)) == int(row[column]), row[0]


def seen_in_upper(overlay, name):
    ino = overlay.upper.inodes[1].entries.get(name)
    if ino is None:
        return "Nothing"
    inode = overlay.upper.inodes[ino]
    if is_whiteout(inode):
        return "A whiteout"
    return "An opaque directory" if is_opaque(inode) else "An ordinary file"


def test_traces_of_deletion():
    file, folder = mount((layer("x"),), Plain()), mount((layer("x/a"),), Plain())
    gone = folder.unlink(("x", "a")).rmdir(("x",))
    ends = (
        file.unlink(("x",)),
        mount((layer("y"),), Plain()).create(("x",)).unlink(("x",)),
        gone,
        file.unlink(("x",)).create(("x",)),
        gone.mkdir(("x",)),
    )
    key = answer("ch12-traces-of-deletion")
    assert [seen_in_upper(end, "x") for end in ends] == [key.right[right] for right in key.key]


def test_emptied_directory():
    merged = mount((layer("data/a", "data/b", "data/c"),), Plain())
    for name in "abc":
        merged = merged.unlink(("data", name))
    upper = merged.upper
    assert len(upper.entries(("data",))) == 3
    key = answer("ch12-emptied-directory")
    assert key.truth is (outcome(merged, "rmdir", ("data",))[1] == "ENOTEMPTY")
    assert seen_in_upper(merged.rmdir(("data",)), "data") == "A whiteout"


def test_results_of_renames():
    overlay = mount((layer("lib/a", "f"),), Plain())
    for call, result in answer("ch12-results-of-renames").rows:
        name, _, rest = call.strip("`").partition("(")
        overlay, got = outcome(overlay, name, *(parts(word.strip('") ')) for word in rest.split(",")))
        assert got == result, call


def test_mv_succeeds_anyway():
    overlay = mount((layer("lib/a"),), Plain())
    assert outcome(overlay, "rename", ("lib",), ("lib2",))[1] == "EXDEV"
    moved = overlay.mkdir(("lib2",)).create(("lib2", "a"), overlay.read(("lib", "a")))
    moved = moved.unlink(("lib", "a")).rmdir(("lib",))
    assert moved.entries(()) == ("lib2",)
    assert answer("ch12-mv-succeeds-anyway").truth is True


def test_two_names_after_a_write():
    lower = filesystem_of(
        ({"path": "a", "type": "file", "content": "old"}, {"path": "b", "type": "hardlink", "target": "a"})
    )
    overlay = mount((lower,), Plain()).write(("a",), b"new")
    stats = overlay.stat(("a",)), overlay.stat(("b",))
    assert isinstance(overlay, Overlay)
    assert overlay.upper.entries(()) == ("a",)
    found = [overlay.read(("b",)).decode(), *(str(one.links) for one in stats)]
    found += ["equal" if stats[0].ino == stats[1].ino else "different", "only a file `a`"]
    assert found == [gap.accepted[0] for gap in answer("ch12-two-names-after-a-write").gaps]


def test_surprises_and_causes():
    key = answer("ch12-surprises-and-causes")
    causes = {left.split(",")[0]: key.right[right] for left, right in zip(key.left, key.key, strict=True)}
    overlay = mount((layer("lib/a", "f", size=4),), Plain())
    overlay, handle = overlay.open(("f",))
    overlay, mapped = overlay.mmap(handle)
    written = overlay.write(("f",), b"new!")
    assert (written.pread(handle), written.pread(mapped)) == (b"new!", b"xxxx")
    assert outcome(overlay, "rename", ("lib",), ("lib2",))[1] == "EXDEV"
    assert causes["A shared"] == "The map still belongs to the file in the lower layer"
    assert answer("ch12-descriptor-after-copy-up").truth is True
