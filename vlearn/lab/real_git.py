"""The model's search and its clashes beside the real `git` of this machine.

`git bisect run` looks for the bad commit among those of a small repository, and must try the same ones as the model.
Two pairs of branches are merged: one that Git merges without a word and whose tests then fail, which the model has, and
one whose lines are in each other's way, which it leaves to Git. Where there is no `git`, what it said earlier is in
`recorded_git.json`, and the page says so.
"""

import json
from functools import cache
from pathlib import Path
from subprocess import SubprocessError
from tempfile import TemporaryDirectory
from typing import Any

from vlearn.blocks import Table, Text
from vlearn.lab.assets import FOLDER
from vlearn.lab.git_repository import bisected, git, green, made, merged
from vlearn.lab.shown import Shown, show
from vlearn.sim.delivery import changes
from vlearn.sim.delivery.changes import Change
from vlearn.sim.delivery.merge_queue import first_bad, tried

RECORDED = FOLDER / "recorded_git.json"
SEARCHES = ((40, 13), (40, 40), (13, 9), (7, 2), (3, 3))
"""How many commits there are, and which is the first bad one."""
PAIRS = (("rename", "report"), ("dearer", "cheaper"))
CLASHES = {"rename": frozenset({"report"})}
Answers = dict[str, Any]


def commits(count: int, bad: int) -> tuple[Change, ...]:
    """As many changes, of which that one (from 1) has a fault that tests find."""
    return tuple(Change(str(n), "test" if n == bad else None) for n in range(1, count + 1))


def model_searches() -> list[list[Any]]:
    """Which commits the model tries, in order, and which one it finds."""
    found = (commits(*search) for search in SEARCHES)
    return [[list(tried(each)), int(first_bad(each)[0].name)] for each in found]


def model_pair(one: str, other: str) -> list[bool]:
    """Whether the tests pass on each alone, and on both."""
    pair = [Change(name, clashes=CLASHES.get(name, frozenset())) for name in (one, other)]
    return [changes.green(pair[:1]), changes.green(pair[1:]), changes.green(pair)]


@cache
def live_answers() -> Answers | None:
    """What Git says, which takes a second; None where there is none that can do this."""
    with TemporaryDirectory(prefix="vlearn-git-", ignore_cleanup_errors=True) as name:
        folder = Path(name) / "shop"
        folder.mkdir()
        try:
            made(folder)
            searches = [[list(looked), found] for looked, found in (bisected(folder, *each) for each in SEARCHES)]
            pairs = [[*(green(folder, each) for each in pair), *map(_plain, merged(folder, *pair))] for pair in PAIRS]
            version = git(folder, "--version").stdout.split()[2]
        except (OSError, SubprocessError, ValueError):  # none, one that fails, one with other words
            return None
    return {"git": version, "searches": searches, "pairs": pairs}


def _plain(answer: object) -> object:
    return list(answer) if isinstance(answer, tuple) else answer


def recorded_answers() -> Answers:
    """What Git said when it was asked."""
    answers: Answers = json.loads(RECORDED.read_text(encoding="utf-8"))
    return answers


def beside_git() -> Shown:
    """The searches, commit by commit, and the merges, by Git and by the model, with where they differ."""
    live = live_answers()
    theirs = live or recorded_answers()
    how = (
        "asked just now, with nobody's settings"
        if live
        else "recorded earlier, as no `git` is here that answers these questions"
    )
    searches = zip(SEARCHES, theirs["searches"], model_searches(), strict=True)
    rows = tuple((str(count), str(bad), _looked(real), _looked(ours), _same(real, ours))
                 for (count, bad), real, ours in searches)  # fmt: skip
    return show((
        Text(f"Git is version {theirs['git']}, {how}."),
        Table(("Commits", "First bad one", "Git tries, and finds", "The model", "Same?"), rows, "git bisect run"),
        Table(
            ("Branches", "Tests of each alone", "git merge says", "Tests of the sum", "The model", "Same?"),
            tuple(_merge(pair, said) for pair, said in zip(PAIRS, theirs["pairs"], strict=True)),
            "Two merges",
        ),
    ))  # fmt: skip


def _looked(search: list[Any]) -> str:
    looked, found = search
    return f"{', '.join(map(str, looked))} → {found}"


def _merge(pair: tuple[str, str], said: list[Any]) -> tuple[str, ...]:
    *alone, files, both = said
    ours = model_pair(*pair)
    names, before = " and ".join(pair), _greens(alone)
    if files:
        return names, before, f"conflict in {' and '.join(files)}", "there is no sum", "leaves this to Git", "–"
    return (
        names,
        before,
        "no conflict",
        _greens([both]),
        f"{_greens(ours[:2])}; then {_greens(ours[2:])}",
        _same([*alone, both], ours),
    )


def _greens(found: list[bool]) -> str:
    return ", ".join("green" if one else "red" for one in found)


def _same(real: object, model: object) -> str:
    return "yes" if real == model else "NO"
