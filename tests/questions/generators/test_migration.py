"""Keys of chapter 9's generators, recomputed by rules of this file from what the prompt prints."""

import re
from collections import Counter
from fractions import Fraction
from random import Random

import pytest

from vlearn.blocks import Table
from vlearn.questions.generators import GENERATORS
from vlearn.questions.generators.migration_failures import LOST, OUTCOMES, SOURCE
from vlearn.questions.generators.migration_scenes import converging
from vlearn.questions.model import SingleChoice
from vlearn.render.text import to_text

SEEDS = range(20)
NAMES = (
    "pre-copy-rounds", "pre-copy-downtime", "pre-copy-sent", "stop-threshold", "does-it-converge", "pause-of-hot-set",
    "order-stages", "what-becomes-of-it", "post-copy-run", "post-copy-faults", "chunks-fetched",
)  # fmt: skip


def pose(name, seed, **parameters):
    return GENERATORS[name].pose(Random(seed), **parameters)


def words_of(posed):
    return posed.prompt[0].markdown


def figures(pattern, words):
    return [Fraction(text.replace(",", "")) for text in re.search(pattern, words, re.DOTALL).groups()]


def rounds(posed):
    """Sizes of the rounds by the prompt's figures, the pause last; and the link."""
    memory, writes, link, threshold = figures(
        r"machine of ([\d,.]+) MiB writes to ([\d,.]+) MiB.* carries ([\d,.]+) MiB/s.* more than ([\d,.]+) MiB",
        words_of(posed),
    )
    sizes = [memory]
    while True:
        sizes.append(sizes[-1] / link * writes)
        if sizes[-1] <= threshold:
            return sizes, link


@pytest.mark.parametrize("seed", SEEDS)
def test_the_rounds_are_those_of_the_arithmetic(seed):
    posed = pose("pre-copy-rounds", seed)
    sizes, link = rounds(posed)
    rows = posed.answer.rows
    assert [Fraction(row[1]) for row in rows] == sizes
    assert all(abs(Fraction(row[2]) - size / link) < Fraction(1, 10**5) for row, size in zip(rows, sizes, strict=True))
    assert [Fraction(row[3]) for row in rows] == [*sizes[1:], 0]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_downtime_is_the_rest_the_state_and_the_start(seed):
    posed = pose("pre-copy-downtime", seed)
    sizes, link = rounds(posed)
    state, resume = figures(r"another ([\d,.]+) MiB .* needs (\d+) ms", words_of(posed))
    assert abs(posed.answer.value - ((sizes[-1] + state) / link * 1000 + resume)) < Fraction(1, 100)


@pytest.mark.parametrize("seed", SEEDS)
def test_all_that_is_sent_is_the_sum_of_the_rounds(seed):
    posed = pose("pre-copy-sent", seed)
    assert posed.answer.value == sum(rounds(posed)[0])


@pytest.mark.parametrize("seed", range(40))
def test_a_threshold_is_bandwidth_times_limit(seed):
    posed = pose("stop-threshold", seed)
    bandwidth, limit, left = figures(r"([\d,]+) MiB/s × ([\d.]+) s = ([\d,.]+) MiB", to_text(posed.solution))
    assert bandwidth * limit == left
    assert posed.answer.value == {"MiB": left, "ms": limit * 1000, "MiB/s": bandwidth}[posed.answer.unit]


def convergence(words):
    memory, buffer, writes, link, threshold = figures(
        r"guest of ([\d,.]+) MiB.* buffer of ([\d,.]+) MiB.* writing ([\d,.]+) MiB.* carries ([\d,.]+) MiB/s"
        r".* no more than ([\d,.]+) MiB",
        words,
    )
    sent, count = memory, 0
    while True:
        count += 1
        left = min(buffer, writes * sent / link)
        if left <= threshold or (count > 1 and left >= sent):
            return count, left, left <= threshold, link
        sent = left


@pytest.mark.parametrize("seed", range(40))
def test_whether_it_converges_is_told_by_the_rates_and_the_buffer(seed):
    posed = pose("does-it-converge", seed)
    count, left, converges, _ = convergence(words_of(posed))
    right = posed.answer.options[posed.answer.correct].text.replace(",", "")
    assert right.startswith("Yes" if converges else "No")
    assert f"{float(left):g} MiB" in right
    assert not converges or f"after {count} round" in right
    assert len(posed.answer.options) == 4


def test_both_answers_about_convergence_come_up():
    said = Counter(
        option.text[:2]
        for seed in range(60)
        for a in [pose("does-it-converge", seed).answer]
        for option in [a.options[a.correct]]
    )
    assert said.keys() == {"Ye", "No"}
    assert min(said.values()) >= 10


@pytest.mark.parametrize("seed", SEEDS)
def test_the_pause_of_a_hot_set_is_what_is_left_over_the_link(seed):
    posed = pose("pause-of-hot-set", seed)
    _, left, converges, link = convergence(words_of(posed))
    assert not converges
    assert abs(posed.answer.value - left / link) <= posed.answer.tolerance / 100


@pytest.mark.parametrize("seed", range(40))
def test_stages_come_in_their_order(seed):
    posed = pose("order-stages", seed)
    items = [posed.answer.items[n] for n in posed.answer.key]
    pause, commit, resume = (
        next(n for n, text in enumerate(items) if word in text) for word in ("paused", "gives up", "resumes")
    )
    assert pause < commit < resume
    first = [n for n, text in enumerate(items) if text.startswith("Round")]
    assert first == sorted(first)
    assert all(n < pause for n in first)
    follows = [n for n, text in enumerate(items) if text.startswith("Missing pages")]
    assert bool(follows) == ("post-copy" in words_of(posed))
    assert all(n > resume for n in follows)


def test_all_ends_of_a_failure_come_up_about_equally_often():
    ends = Counter(a.options[a.correct].text for seed in range(120) for a in [pose("what-becomes-of-it", seed).answer])
    assert ends.keys() == set(OUTCOMES.values())
    assert max(ends.values()) < 4 * min(ends.values())


@pytest.mark.parametrize("seed", range(60))
def test_who_is_lost_follows_from_where_the_machine_is(seed):
    posed = pose("what-becomes-of-it", seed)
    words, answer = words_of(posed), posed.answer
    said = answer.options[answer.correct].text
    copying = "In round" in words or "Paused for the last copy" in words
    if copying:
        assert said == OUTCOMES[LOST if "the source host loses" in words else SOURCE]
    elif "the destination host loses" in words:
        assert said == OUTCOMES[LOST]


def slots(words, rows, bubble):
    """The slots of a post-copy, by the rules that the prompt states; and how often a page is asked for."""
    pages = int(re.search(r"machine of (\d+) pages", words)[1])
    missing, arrives, sent, clock, asked = set(range(pages)), {}, [], 0, 0
    pivot, below = 0, False
    reads = [(int(span), int(page)) for span, page in rows]
    due = reads[0][0] if reads else None
    wanted = None
    while missing:
        start = len(sent) * 10
        while reads and wanted is None and due < start:
            page = reads[0][1]
            if page in missing:
                wanted, asked, pivot, below = page, asked + 1, page, False
                break
            clock = max(due, arrives[page])
            reads.pop(0)
            due = clock + reads[0][0] if reads else None
        if wanted is not None:
            page, how = wanted, "asked for"
        else:
            ups, downs = (
                sorted(p for p in missing if p >= pivot),
                sorted((p for p in missing if p < pivot), reverse=True),
            )
            one, other = (downs, ups) if bubble and below else (ups, downs)
            page, how = ((one or other)[0] if bubble else min(missing)), "pushed"
            below = not below
        missing.discard(page)
        arrives[page] = start + 10
        sent.append((str(len(sent) + 1), str(page), how))
        if wanted is not None:
            clock, wanted = start + 10, None
            reads.pop(0)
            due = clock + reads[0][0] if reads else None
    return tuple(sent), asked


@pytest.mark.parametrize("push", ["ascending", "bubble"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_slot_carries_what_was_asked_for_or_else_the_next_to_push(seed, push):
    posed = pose("post-copy-run", seed, push=push)
    assert posed.answer.rows == slots(words_of(posed), posed.prompt[1].rows, push == "bubble")[0]


@pytest.mark.parametrize("seed", SEEDS)
def test_faults_are_counted_as_the_rules_say(seed):
    posed = pose("post-copy-faults", seed)
    words, rows = words_of(posed), posed.prompt[1].rows
    if "pushes no pages" in words:
        assert posed.answer.value == len({page for _, page in rows})
    else:
        assert posed.answer.value == slots(words, rows, "nearest missing page above" in words)[1]


@pytest.mark.parametrize("seed", SEEDS)
def test_a_host_fetches_what_was_changed_elsewhere_since_it_had_the_machine(seed):
    posed = pose("chunks-fetched", seed)
    at = re.search(r"it is resumed at (.+?)\. How", words_of(posed))[1]
    changed = set()
    for _, host, span in posed.prompt[1].rows:
        first, last = map(int, span.split(" to "))
        changed = set() if host == at else changed | set(range(first, last + 1))
    assert posed.answer.value == len(changed)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_scene_in_the_small_is_the_scene_of_the_arithmetic(seed):
    scene = converging(Random(seed))
    report = scene.replay.trace().final.report
    assert [one.sent for one in report.rounds] == [*scene.estimate.rounds, scene.estimate.left]
    assert report.downtime == pytest.approx(scene.estimate.downtime)
    assert report.identical


@pytest.mark.parametrize("name", NAMES)
def test_every_wrong_option_names_a_mistake_and_every_solution_says_something(name):
    for seed in range(10):
        posed = pose(name, seed)
        if isinstance(posed.answer, SingleChoice):
            assert all(o.feedback for n, o in enumerate(posed.answer.options) if n != posed.answer.correct)
        assert any(isinstance(block, Table) or to_text((block,)) for block in posed.solution)
