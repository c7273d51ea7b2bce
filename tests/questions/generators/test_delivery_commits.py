"""Keys of chapter 13's generators, recomputed: which commits reach users, and why others do not."""

import re
from collections import Counter
from itertools import combinations

import pytest

from tests.questions.posing import option, pose, said, table

SEEDS = range(10)


class Line:
    """A main line, its images and production, by the rules that the prompt states."""

    def __init__(self, by_itself):
        self.by_itself, self.mainline, self.facts = by_itself, [], {}
        self.waiting, self.live, self.ends = None, [], []

    def push(self, name, fact):
        self.facts[name] = fact
        other = re.search(r"together with `?(\w+)`?", fact)
        self.ends.append(self._end(name, fact, other and other[1]))

    def _end(self, name, fact, other):
        if "not compile" in fact:
            return "build"
        if "A unit test finds" in fact or other in self.mainline or "a unit test that is flaky" in fact:
            return "test"
        self.mainline.append(name)
        image = frozenset(self.mainline)
        if "an acceptance test that is flaky" in fact or any("An acceptance test" in self.facts[n] for n in image):
            return "acceptance"
        if self.by_itself:
            self.live.append(image)
            return "live"
        self.waiting = image
        return "waits"


@pytest.mark.parametrize("seed", range(14))
def test_commits_end_where_the_rules_say(seed):
    posed = pose("where-each-ends", seed)
    line = Line("goes live by itself" in said(posed))
    for name, fact, _ in posed.answer.rows:
        line.push(name.strip("`"), fact)
    assert line.ends == [row[2] for row in posed.answer.rows]


@pytest.mark.parametrize("seed", range(14))
def test_users_see_the_image_that_is_live(seed):
    posed = pose("what-users-see", seed)
    line = Line("goes live by itself" in said(posed))
    for told in re.findall(r"^\d+\. (.+)$", posed.prompt[1].markdown, re.MULTILINE):
        if found := re.match(r"`(\w+)` is pushed\. (.+)", told):
            line.push(*found.groups())
        elif "Kim releases" in told:
            line.live.append(line.waiting)
        else:
            line.live.pop()
    assert set(re.findall("`(.+?)`", option(posed))) == line.live[-1]


@pytest.mark.parametrize("seed", range(40))
def test_one_hypothesis_alone_explains_the_runs(seed):
    """Of four faults and six clashes, or a flaky test where a line varies."""
    posed = pose("culprit-of-runs", seed)
    lines = [(set(names.split(", ")), result) for names, result in table(posed)]
    every = max((names for names, _ in lines), key=len)
    guilty = [{one} for one in every] + [set(pair) for pair in combinations(every, 2)]
    left = [one for one in guilty if all((one <= names) == (result == "red 5 times") for names, result in lines)]
    varies = any(" of " in result for _, result in lines)
    named = set(re.findall("`(.+?)`", option(posed)))
    assert (named == set()) == varies
    assert varies or left == [named]


def test_a_flaky_test_is_the_answer_now_and_then():
    found = Counter("flaky" in option(pose("culprit-of-runs", seed)) for seed in range(80))
    assert 6 <= found[True] <= 32


@pytest.mark.parametrize("seed", SEEDS)
def test_three_runs_tell_four_causes_apart(seed):
    posed = pose("why-each-stopped", seed)
    colours = {"same state again": 0, "without it": 1, "it alone": 2}
    for item, key in zip(posed.answer.items, posed.answer.key, strict=True):
        again, without, alone = (re.search(f"{name}: (red|green)", item, re.IGNORECASE)[1] for name in colours)
        cause = 0 if again == "green" else 3 if without == "red" else 1 if alone == "red" else 2
        assert cause == key
    assert set(posed.answer.key) == {0, 1, 2, 3}


@pytest.mark.parametrize("seed", range(14))
def test_a_continuity_ends_at_the_first_gate_that_waits(seed):
    posed = pose("which-continuity", seed)
    stages = ["build", "test", "publish", "staging", "acceptance", "production"]
    for item, key in zip(posed.answer.items, posed.answer.key, strict=True):
        waits = [stages.index(name) for name in re.findall("`(.+?)`", item) if "gets a mail" not in item]
        first = min(waits, default=6)
        assert posed.answer.categories[key] == (
            "no continuity"
            if first < 2
            else (
                "continuous deployment" if first == 6 else "continuous " + ("delivery" if first == 5 else "integration")
            )
        )
