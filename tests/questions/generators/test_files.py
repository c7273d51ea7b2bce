"""Keys of chapter 12's generators, recomputed by rules of this file from what the prompt prints."""

import re
from fractions import Fraction
from random import Random

import pytest

from vlearn.blocks import Code, Table
from vlearn.questions.generators import GENERATORS
from vlearn.questions.generators.files_listing import DIRECTORY, FILE, HOLDS, NOTHING, OPAQUE, WHITEOUT
from vlearn.questions.generators.files_lookup import ABSENT, CATEGORIES, LAYERS
from vlearn.questions.model import SingleChoice

SEEDS = range(40)


def pose(name, seed, **parameters):
    return GENERATORS[name].pose(Random(seed), **parameters)


def table(posed):
    return next(block for block in posed.prompt if isinstance(block, Table))


def script(posed):
    return next(block for block in posed.prompt if isinstance(block, Code)).source.splitlines()


def played(posed):
    """A union of sets of paths: what the merged view shows, and what the container's layer holds, after the script."""
    image = {path for row in table(posed).rows for path in row[1].split(", ")}
    seen, held = set(image), {}
    folder = next(path.partition("/")[0] for path in image if "/" in path)

    def gone(path):
        seen.discard(path)
        held.pop(path, None)
        if path in image:
            put(path, WHITEOUT)

    def put(path, what):
        held[path] = what
        if "/" in path:
            held.setdefault(folder, DIRECTORY)

    for line in script(posed):
        match line.split():
            case ["rm", "-r", *_]:
                for path in [path for path in seen if path.startswith(f"{folder}/")]:
                    seen.discard(path)
                held = {path: what for path, what in held.items() if not path.startswith(folder)} | {folder: OPAQUE}
                image = {path for path in image if not path.startswith(f"{folder}/")}
            case ["rm", path]:
                gone(path)
            case ["mv", old, new]:
                gone(old)
                seen.add(new)
                put(new, FILE)
            case ["echo", _, _, path]:
                seen.add(path)
                put(path, FILE)
    return seen, held, folder


def right(answer):
    return answer.options[answer.correct].text


@pytest.mark.parametrize("seed", SEEDS)
def test_a_listing_is_what_sets_of_names_give(seed):
    posed = pose("merged-listing", seed)
    seen, _, folder = played(posed)
    asked = re.search(r"`ls /(\w*)`", posed.prompt[-1].markdown)[1]
    inside = {path.removeprefix(f"{folder}/") for path in seen if path.startswith(f"{folder}/")}
    names = inside if asked else {path for path in seen if "/" not in path} | {folder}
    assert right(posed.answer) == (f"`{'  '.join(sorted(names))}`" if names else "nothing")


@pytest.mark.parametrize("seed", SEEDS)
def test_upper_holds_what_was_changed_and_whiteouts_of_what_the_image_has(seed):
    posed = pose("upper-after", seed)
    _, held, _ = played(posed)
    answer = posed.answer
    assert {item: answer.categories[key] for item, key in zip(answer.items, answer.key, strict=True)} == {
        item: held.get(item.strip("`/"), NOTHING) for item in answer.items
    }
    assert answer.categories == HOLDS


def seen_from(layers, path):
    """The rule of the lecture: from the top down, until something decides."""
    folder = path.rpartition("/")[0]
    for label, entries in layers:
        if f"{path} (whiteout)" in entries:
            return ABSENT
        if path in entries:
            return label
        if folder and f"{folder} (an opaque directory)" in entries:
            return ABSENT
    return ABSENT


@pytest.mark.parametrize("seed", SEEDS)
def test_a_path_is_seen_from_the_first_layer_that_decides(seed):
    posed = pose("which-layer", seed)
    layers = [(label, set(entries.split(", "))) for label, entries in table(posed).rows]
    assert tuple(label for label, _ in layers) == LAYERS
    answer = posed.answer
    for item, key in zip(answer.items, answer.key, strict=True):
        assert CATEGORIES[key] == seen_from(layers, item.strip("`/"))


def answered(words, rows):
    """The calls of a question on dictionaries: a name's kind, and whether a directory has a lower layer."""
    folder, inner, file = re.search(
        r"directory `(\w+)` with one file, `([\w/]+)`, and the file `(\w+)`", words
    ).groups()
    kinds, lower = {folder: "dir", inner: "file", file: "file"}, {folder}

    def above(path):
        parent = path.rpartition("/")[0]
        if not parent or kinds.get(parent) == "dir":
            return ""
        return "ENOTDIR" if parent in kinds else "ENOENT"

    def full(path):
        return any(other.startswith(f"{path}/") for other in kinds)

    def move(old, new):
        for path in [path for path in kinds if path == old or path.startswith(f"{old}/")]:
            kinds[new + path.removeprefix(old)] = kinds.pop(path)

    def result(call, path, new=""):
        fault = above(path) or (above(new) if new else "")
        if fault:
            return fault
        kind, other = kinds.get(path), kinds.get(new)
        if call == "mkdir":
            if kind:
                return "EEXIST"
            kinds[path] = "dir"
            return "ok"
        if not kind:
            return "ENOENT"
        if call == "link":
            if other:
                return "EEXIST"
            if kind == "dir":
                return "EPERM"
            kinds[new] = "file"
            return "ok"
        if call == "unlink" and kind == "dir":
            return "EISDIR"
        if call == "rmdir" and kind != "dir":
            return "ENOTDIR"
        if call == "rmdir" and full(path):
            return "ENOTEMPTY"
        if call in ("unlink", "rmdir"):
            kinds.pop(path)
            lower.discard(path)
            return "ok"
        if other and other != kind:
            return "EISDIR" if other == "dir" else "ENOTDIR"
        if kind == "dir" and path in lower:
            return "EXDEV"
        if other == "dir" and full(new):
            return "ENOTEMPTY"
        lower.discard(new)
        move(path, new)
        return "ok"

    return [result(re.match(r"`(\w+)", row[0])[1], *re.findall(r'"([\w/]+)"', row[0])) for row in rows]


@pytest.mark.parametrize("seed", range(120))
def test_results_are_those_of_a_directory_kept_in_a_dictionary(seed):
    posed = pose("results-of-calls", seed)
    assert [row[1] for row in posed.answer.rows] == answered(posed.prompt[0].markdown, posed.answer.rows)


COPIES = {
    "appends": "data",
    "overwrites": "data",
    "opens it for": "data",
    "opens it with": "",
    "reads": "",
    "deletes": "",
}


@pytest.mark.parametrize("metacopy", [False, True])
@pytest.mark.parametrize("seed", SEEDS)
def test_bytes_copied_are_whole_files_once(seed, metacopy):
    posed = pose("bytes-copied", seed, metacopy=metacopy)
    total, inside = 0, set()
    for name, size, use in table(posed).rows:
        name = name.removesuffix(".old")
        what = next((what for words, what in COPIES.items() if use.startswith(words)), "metadata")
        if name not in inside and (what == "data" or (what == "metadata" and not metacopy)):
            total += int(size)
            inside.add(name)
    assert posed.answer.value == total


def numbers(pattern, words):
    return [
        tuple(map(Fraction, found)) if isinstance(found, tuple) else Fraction(found)
        for found in re.findall(pattern, words)
    ]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_disk_holds_each_part_once_and_every_container_s_own(seed):
    posed = pose("disk-use", seed)
    sizes = {name: int(size.split()[0]) for name, size, _ in table(posed).rows}
    own = {name: sizes[name] - sizes.get(on, 0) for name, _, on in table(posed).rows}
    words = posed.prompt[-1].markdown
    written = {name: int(n) * int(mb) for n, name, mb in re.findall(r"(\d+) from `(\w+)` with (\d+) MB", words)}
    before = sum(own.values()) + sum(written.values())
    gone = re.search(r"the image `(\w+)`", words)
    freed = own[gone[1]] + written[gone[1]] if gone else 0
    expected = freed if "become free" in words else before - freed
    assert posed.answer.value == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_an_image_has_all_that_its_lines_ever_stored(seed):
    posed = pose("image-after-deletion", seed)
    words, lines = posed.prompt[0].markdown, script(posed)
    base, fetched, built = map(int, re.search(r"of (\d+) MB\. .* of (\d+) MB, .* of (\d+) MB", words).groups())
    again = built * any("chmod" in line or "chown" in line for line in lines)
    asked = posed.prompt[-1].markdown
    layers, seen = base + fetched + built + again, base + built
    expected = layers if "all layers" in asked else seen if "see" in asked else layers - seen
    assert posed.answer.value == expected


def test_a_listing_has_four_options_each_with_its_mistake():
    for seed in SEEDS:
        answer = pose("merged-listing", seed).answer
        assert isinstance(answer, SingleChoice)
        assert len({option.text for option in answer.options}) == 4
        assert all(option.feedback for option in answer.options)
