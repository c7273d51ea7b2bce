"""What `ls` of the merged view shows after some commands, and what is in the container's layer then."""

from random import Random

from vlearn.blocks import Code, Text
from vlearn.questions.generators.distractors import distractors
from vlearn.questions.generators.files_scenes import Scene, drawn, layers_table, listed, upper_table
from vlearn.questions.generators.posed import Posed
from vlearn.questions.model import Classification, SingleChoice
from vlearn.sim.files import Failure, Overlay, Path, Plain
from vlearn.sim.files.overlay.marks import is_opaque, is_whiteout
from vlearn.views.files_tree import text_of

WHITEOUT, OPAQUE, DIRECTORY, FILE, NOTHING = HOLDS = (
    "A whiteout", "An opaque directory", "A directory without that mark", "A regular file", "Nothing",
)  # fmt: skip
_SETTING = (
    "A container on overlayfs with default options starts from an image with two layers. In its root directory it then"
    " runs these commands, and all succeed:"
)


def merged_listing(rng: Random) -> Posed:
    """What does `ls` print of one directory of the merged view?"""
    while True:
        scene = drawn(rng)
        final = scene.trace().final
        asked: Path = rng.choice(((), (scene.folder,)))
        right = listed(final.entries(asked))
        wrong = [(listed(names), why) for names, why in _mistakes(scene, final, asked)]
        if len({value for value, _ in wrong if value != right}) >= 3:
            break
    options, correct = distractors(rng, right, wrong, 3, feedback="That is what the model's merged view shows.")
    where = text_of(asked)
    prompt = (
        Text(_SETTING),
        Code(scene.script, "shell"),
        layers_table(scene),
        Text(f"What does `ls {where}` print in the container now?"),
    )
    told = Text(
        f"`ls {where}` prints {right}. Directories of one name are merged, the topmost layer decides about every other"
        " name, and what is deleted stays hidden by a whiteout. A directory that is made anew where there was one is"
        " opaque: nothing below it shows."
    )
    return Posed(
        prompt, SingleChoice(options, correct), (told, upper_table(final, paths_of(scene, final))), scene.replay
    )


def _mistakes(scene: Scene, final: Overlay, at: Path) -> list[tuple[list[str], str]]:
    """Listings that a wrong rule leads to, the likeliest mistakes first."""
    right = final.entries(at)
    below = [_names(layer, at) for layer in final.lowers]
    own = _names(final.upper, at)
    hidden = [name for name in own if _is_marked(final, (*at, name))]
    back = sorted({*right, *(name for name in hidden if all(name in names for names in below))})
    remade = sorted({*right, *(name for names in below for name in names)} - {*hidden})
    untouched = sorted({name for names in below for name in names})
    return [
        (remade, "A directory that is made anew is opaque: what lower layers had in it does not come back."),
        (back, "A deletion leaves a whiteout, which hides the name in all layers below, not in the next one only."),
        (sorted({*right, *hidden}), "A whiteout is an entry of the container's layer, but the merged view hides it."),
        ([name for name in own if name not in hidden], "Those are the entries of the container's own layer alone."),
        (untouched, "That is what the image holds; the container's own changes lie above it and show."),
        (sorted({*below[0], *own} - {*hidden}), "Directories are merged: the lower layer of the image shows as well."),
        (sorted([*right, *(n for n in below[1] if n in below[0] and n in right)]),
         "A name that several layers have is shown once, from the topmost."),
        (sorted({*below[1], *own} - {*hidden}), "The upper layer of the image is not left out."),
    ]  # fmt: skip


def _names(layer: Plain | None, at: Path) -> tuple[str, ...]:
    try:
        return layer.entries(at) if layer else ()
    except Failure:
        return ()


def _is_marked(overlay: Overlay, path: Path) -> bool:
    return held(overlay, path) == WHITEOUT


def held(overlay: Overlay, path: Path) -> str:
    """What the upper layer holds under a path, as one of HOLDS."""
    assert overlay.upper is not None
    draft = overlay.upper.draft()
    try:
        inode = draft.inode(draft.existing(path))
    except Failure:
        return NOTHING
    if is_whiteout(inode):
        return WHITEOUT
    return OPAQUE if is_opaque(inode) else DIRECTORY if inode.kind == "dir" else FILE


def paths_of(scene: Scene, final: Overlay) -> tuple[Path, ...]:
    """Every path that a layer of the image or the container has, the folder's last."""
    found: set[Path] = set()
    for layer in (*final.lowers, final.upper):
        for at in ((), (scene.folder,)):
            found |= {(*at, name) for name in _names(layer, at)}
    return tuple(sorted(found, key=lambda path: (len(path), path)))


def upper_after(rng: Random) -> Posed:
    """What does the container's layer hold under each of six paths?"""
    while True:
        scene = drawn(rng)
        final = scene.trace().final
        paths = paths_of(scene, final)
        by = {what: [path for path in paths if held(final, path) == what] for what in HOLDS}
        asked = [rng.choice(found) for found in by.values() if found]
        rest = [path for path in paths if path not in asked]
        if len(asked) >= 3 and by[WHITEOUT] and len(asked) + len(rest) >= 6:
            break
    asked += rng.sample(rest, 6 - len(asked))
    rng.shuffle(asked)
    key = tuple(HOLDS.index(held(final, path)) for path in asked)
    prompt = (
        Text(_SETTING),
        Code(scene.script, "shell"),
        layers_table(scene),
        Text(
            "What does the container's own layer hold under each of these paths afterwards? (Not every kind need"
            " occur.)"
        ),
    )
    told = Text(
        "What changes is copied up as a file; a new file is made there; whatever a lower layer has and the container"
        " deletes or moves away leaves a whiteout. One whiteout hides a whole directory, and a directory made in its"
        " place is opaque. Files that nobody changed leave nothing."
    )
    answer = Classification(HOLDS, tuple(f"`{text_of(path)}`" for path in asked), key)
    return Posed(prompt, answer, (told, upper_table(final, paths)), scene.replay)
