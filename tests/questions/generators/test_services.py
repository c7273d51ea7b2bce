"""Keys of chapter 15's generators, recomputed by rules of this file from what the prompt prints."""

import re
from collections import Counter
from fractions import Fraction
from math import factorial, prod
from random import Random

import pytest

from vlearn.questions.generators import GENERATORS
from vlearn.questions.generators.services_cascade import FREE, JAMMED
from vlearn.questions.model import MultipleChoice, SingleChoice
from vlearn.render.text import to_text
from vlearn.sim.services.application import Application, Call, Service
from vlearn.sim.services.latency import Fixed
from vlearn.sim.services.load import Down, Load
from vlearn.sim.services.queueing import mean_wait
from vlearn.sim.services.simulate import simulate

SEEDS = range(15)
NAMES = (
    "waiting-figures", "threads-held", "instances-needed", "backlog-after-outage", "find-bottleneck", "what-is-jammed",
    "calls-through-layers", "until-given-up", "breaker-calls", "queue-run", "dead-letters", "order-kept",
    "resumes-after-crash", "booked-in-the-end", "harmful-repeats", "saga-undoes", "owned-databases",
)  # fmt: skip


def pose(name, seed, **parameters):
    return GENERATORS[name].pose(Random(seed), **parameters)


def words_of(posed):
    return posed.prompt[0].markdown


def rows_of(posed):
    return posed.prompt[1].rows


def figures(pattern, posed):
    return [Fraction(text) for text in re.search(pattern, words_of(posed), re.DOTALL).groups()]


def right(posed):
    return posed.answer.options[posed.answer.correct].text


def chosen(posed):
    options = posed.answer.options
    return {options[n].text.strip("`") for n in posed.answer.correct}


def erlang_c(load, servers):
    """By the sums of the textbooks; the model uses the recursion."""
    last = load**servers / factorial(servers) * servers / (servers - load)
    return last / (sum(load**k / factorial(k) for k in range(servers)) + last)


@pytest.mark.parametrize("asked", ["utilization", "wait", "queue"])
@pytest.mark.parametrize("seed", SEEDS)
def test_waiting_follows_from_rate_work_and_threads(seed, asked):
    posed = pose("waiting-figures", seed, asked=asked)
    rate, work = figures(r"gets (\d+) requests a second.* takes it (\d+) ms", posed)
    servers = int((re.search(r"has (\d+) threads", words_of(posed)) or [0, 1])[1])
    load = rate * work / 1000
    wait = erlang_c(load, servers) * work / (servers - load)
    keys = {"utilization": 100 * load / servers, "wait": wait, "queue": rate * wait / 1000}
    assert abs(posed.answer.value - keys[asked]) < Fraction(1, 1000)
    assert posed.answer.tolerance
    told = re.search(r"C = ([\d.]+)", words_of(posed))
    assert bool(told) == (asked != "utilization" and servers > 1)
    assert not told or abs(Fraction(told[1]) - erlang_c(load, servers)) < Fraction(1, 10_000)


@pytest.mark.parametrize("seed", SEEDS)
def test_threads_rate_and_time_fit_together(seed):
    posed = pose("threads-held", seed)
    words, key = words_of(posed), posed.answer.value
    rate = key if posed.answer.unit == "requests a second" else figures(r"gets (\d+) requests", posed)[0]
    held = key if posed.answer.unit == "threads" else figures(r"average (\d+) threads are held", posed)[0]
    slow, quick = figures(r"requests, (\d+)% wait.* others for (\d+) ms", posed)
    long = key * 1000 if "T seconds" in words else figures(r"threads for (\d+) ms on average", posed)[0]
    assert rate * (slow * long + (100 - slow) * quick) / 100_000 == held


@pytest.mark.parametrize("seed", SEEDS)
def test_one_instance_fewer_would_be_too_busy(seed):
    posed = pose("instances-needed", seed)
    rate, work, most = figures(r"gets (\d+) requests.* for (\d+) ms.* at most (\d+)%", posed)
    left = posed.answer.value - ("any one of them is down" in words_of(posed))
    assert rate * work / 1000 / left <= most / 100 < rate * work / 1000 / (left - 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_backlog_is_worked_off_by_what_is_left_of_the_capacity(seed):
    posed = pose("backlog-after-outage", seed)
    rate, threads, work, down = figures(
        r"of (\d+) a second.* has (\d+) thr.* takes (\d+) ms.* for (\d+) minutes", posed
    )
    spare = threads * 1000 / work - rate
    assert posed.answer.value == (rate * down * 60 if posed.answer.unit == "messages" else rate * down / spare)


def test_a_run_shows_a_backlog_of_that_size_and_length():
    """Two minutes at 5 a second pile up 600; at 10 a second they are gone after two minutes more."""
    shop = Application((Service("mail", Fixed(0.2), 2),))
    load = Load((Call("mail", waits=False),), 5, 5 * 400, steady=True)
    report = simulate(shop, load, faults=[Down("mail", 0.0, 120.0)], every=1.0)
    waiting = {sample.seconds: sample.queued[0] for sample in report.samples}
    assert max(waiting.values()) == pytest.approx(600, abs=3)
    assert next(at for at, count in waiting.items() if at > 120 and count == 0) == pytest.approx(240, abs=2)


def limits(posed):
    """Requests a second by service, as it is and with one more instance."""
    rows = [(name, Fraction(often), int(copies), Fraction(work)) for name, often, copies, work in rows_of(posed)]
    return {
        name: [Fraction(1000 * (copies + more)) / (often * work) for more in (0, 1)]
        for name, often, copies, work in rows
    }


@pytest.mark.parametrize("seed", SEEDS)
def test_the_bottleneck_moves_to_the_next_service(seed):
    posed = pose("find-bottleneck", seed)
    found = limits(posed)
    name = min(found, key=lambda one: found[one][0])
    after = min(found[name][1], *(found[one][0] for one in found if one != name))
    assert right(posed) == f"`{name}`: the limit goes from {float(found[name][0]):g} to {float(after):g} a second"
    assert [found[one][0] for one in found].count(found[name][0]) == 1
    assert len(posed.answer.options) == 4


def test_the_bottleneck_is_not_always_the_option_with_the_least_figures():
    def least(posed):
        starts = [int(re.search(r"from (\d+)", option.text)[1]) for option in posed.answer.options]
        return starts[posed.answer.correct] == min(starts)

    assert 0.2 < sum(least(pose("find-bottleneck", seed)) for seed in range(60)) / 60 < 0.8


def jammed(posed):
    """From the service that hangs back to the customer: who holds threads for longer than they last?"""
    rate = figures(r"chain: (\d+) request", posed)[0]
    holds, answers = True, {}
    for name, threads, _, how in reversed(rows_of(posed)):
        seconds = [int(text) for text in re.findall(r"(\d+) s at most", how)]
        if "message" in how or "calls out at most" in how or "in a row" in how:
            holds = False
        elif seconds:
            holds = holds and rate * seconds[0] > int(threads)
        answers[f"`{name}`"] = JAMMED if holds else FREE
    return answers


@pytest.mark.parametrize("seed", range(25))
def test_who_is_jammed_follows_from_the_threads_that_are_held(seed):
    posed = pose("what-is-jammed", seed)
    answer = posed.answer
    assert dict(zip(answer.items, (answer.categories[n] for n in answer.key), strict=True)) == jammed(posed)


def test_failures_spread_over_no_some_and_all_services():
    keys = Counter(pose("what-is-jammed", seed).answer.key.count(0) for seed in range(25))
    assert keys.keys() == {0, 1, 2, 3}


@pytest.mark.parametrize("seed", SEEDS)
def test_attempts_multiply_through_the_layers(seed):
    posed = pose("calls-through-layers", seed)
    assert posed.answer.value == prod(int(attempts) for _, _, attempts in rows_of(posed))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_caller_waits_for_its_time_outs_and_between_them(seed):
    posed = pose("until-given-up", seed)
    timeout, attempts, wait, most = figures(
        r"time-out is ([\d.]+) s\..* makes (\d+) attempts.* waits ([\d.]+) s, .* more than ([\d.]+) s", posed
    )
    waits = [min(most, wait * 2**n) for n in range(int(attempts) - 1)]
    assert abs(posed.answer.value - (timeout * attempts + sum(waits))) < Fraction(1, 1000)


def breaker(posed):
    """What the rules of the prompt say of each call."""
    failures, lasts = map(int, re.search(r"number (\d+) in a row.* From (\d+) s", words_of(posed), re.DOTALL).groups())
    trials = int((re.search(r"After (\d+) trials", words_of(posed)) or [0, 1])[1])
    count, opened, good = 0, None, 0
    for second, works, _, _ in posed.answer.rows:
        now, well = int(second), works == "yes"
        made = opened is None or now >= opened + lasts
        if made and opened is not None:
            good = good + 1 if well else 0
            opened = None if good == trials else opened if well else now
            count = 0
        elif made:
            good, count = 0, 0 if well else count + 1
            opened = now if count == failures else None
        state = "closed" if opened is None else "half-open" if made and good else "open"
        yield second, works, "yes" if made else "no", state


@pytest.mark.parametrize("seed", SEEDS)
def test_a_breaker_does_what_the_prompt_says(seed):
    posed = pose("breaker-calls", seed)
    assert posed.answer.rows == tuple(breaker(posed))


def queue(rows):
    """Who holds what after each event, by the rules of the prompt."""
    ready, holds, free = [], {}, []
    for words, *_ in rows:
        name = words.partition(" ")[0]
        if "published" in words:
            first, last = (int(text) for text in (re.findall(r"m(\d+)", words) * 2)[:2])
            ready += range(first, last + 1)
        elif "connects" in words or "acknowledges" in words:
            holds[name] = None
            free.append(name)
        else:
            back = holds.pop(name)
            free = [one for one in free if one != name]
            ready = sorted([*ready, *([] if back is None else [back])])
        while ready and free:
            holds[free.pop(0)] = ready.pop(0)
        shown = (f"m{holds[one]}" if holds.get(one) else "-" for one in ("anna", "ben"))
        yield words, *shown, str(len(ready))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_queue_gives_out_what_is_ready_to_whoever_is_free(seed):
    posed = pose("queue-run", seed)
    assert posed.answer.rows == tuple(queue(posed.answer.rows))


OFTEN = {"once": 1, "twice": 2, "three times": 3, "four times": 4}


def dead(posed):
    """Those that find no room, and those that are rejected or come back too often."""
    words, rows = words_of(posed), rows_of(posed)
    room = int(re.search(r"room for (\d+)", words)[1])
    limit = OFTEN[re.search(r"back to the queue (.+?);", words)[1]]
    names = [name for name, _ in rows]
    dropped = set(names[: len(rows) - room]) if "at the head" in words.partition(". ")[0] else set()
    refused = set() if dropped else set(names[room:])
    for name, does in rows:
        back = re.search(r"sends it back (.+?),", does)
        tired = "crashes" in does or (back and OFTEN[back[1]] > limit)
        if name in dropped or (name not in refused and ("rejects" in does or tired)):
            yield name


@pytest.mark.parametrize("seed", SEEDS)
def test_dead_letters_are_dropped_rejected_or_came_back_too_often(seed):
    posed = pose("dead-letters", seed)
    assert chosen(posed) == set(dead(posed))


@pytest.mark.parametrize("seed", SEEDS)
def test_order_is_kept_in_a_partition_and_nowhere_else(seed):
    posed = pose("order-kept", seed)
    places = {}
    for keys, number in re.findall(r"((?:`\w+`(?:, | and )?)+) to partition (\d)", words_of(posed)):
        places |= dict.fromkeys(re.findall(r"`(\w+)`", keys), number)
    keys = dict(rows_of(posed))
    for n, option in enumerate(posed.answer.options):
        first, second = re.findall(r"`(r\d)`", option.text)
        assert first < second
        assert (n in posed.answer.correct) == (places[keys[first]] == places[keys[second]])


@pytest.mark.parametrize("seed", range(25))
def test_a_group_reads_on_from_what_was_committed(seed):
    posed = pose("resumes-after-crash", seed)
    count, batch, last = (
        int(f) for f in figures(r"holds (\d+) records.* next (\d+) records.* with offset (\d+)", posed)
    )
    words, done = words_of(posed), last + 1
    whole = done // batch * batch
    start = whole + batch if words.index("commits") < words.index("processes them") else whole
    twice, never = max(0, done - start), max(0, start - done)
    keys = {"processed twice": twice, "never processed": never, "consumer read": count - start}
    assert posed.answer.value == next(key for ending, key in keys.items() if f"{ending}?" in words)


def booked(posed):
    """Euros, by where in the steps of the prompt each crash comes."""
    words = words_of(posed)
    for _, euros, crash in rows_of(posed):
        twice = ("has booked" in crash and "list of what" in words) or "between booking" in crash
        times = 0 if "between noting" in crash else 2 if twice else 1
        yield int(euros) * times


@pytest.mark.parametrize("seed", range(25))
def test_what_is_booked_follows_from_where_the_crash_comes(seed):
    posed = pose("booked-in-the-end", seed)
    assert right(posed) == f"{sum(booked(posed))} euros"
    assert len(posed.answer.options) == 4


def carried_out(stock, words):
    """The stock after a message, by the words of the prompt."""
    number = int(re.search(r"\d+", words)[0])
    article = re.search(r"(?:stock of|enter) (\w+)", words)[1]
    now = stock.get(article, 0)
    results = {
        "set": number, "take": now - number, "add": now + number, "raise": max(now, number),
        "enter": stock.get(article, number),
    }  # fmt: skip
    return {**stock, article: results[words.split()[0]]}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_late_repetition_does_harm_where_it_changes_the_stock(seed):
    posed = pose("harmful-repeats", seed)
    stock = {name: int(pieces) for pieces, name in re.findall(r"(\d+) of (\w+)", words_of(posed))}
    for _, words in rows_of(posed):
        stock = carried_out(stock, words)
    assert chosen(posed) == {id for id, words in rows_of(posed) if carried_out(stock, words) != stock}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_saga_undoes_what_was_done_backwards(seed):
    posed = pose("saga-undoes", seed)
    failing = re.search(r"transaction of `(\w+)` fails", words_of(posed))[1]
    services = [service for service, _, _ in rows_of(posed)]
    undone = [undoing for _, _, undoing in rows_of(posed)][: services.index(failing)]
    assert right(posed) == ", then ".join(reversed(undone))
    assert len(posed.answer.options) == 4


@pytest.mark.parametrize("seed", SEEDS)
def test_a_database_is_a_teams_own_if_one_service_opens_it(seed):
    posed = pose("owned-databases", seed)
    opened = Counter(db for _, databases, _ in rows_of(posed) for db in databases.split(", "))
    assert {option.text.strip("`") for option in posed.answer.options} == opened.keys()
    assert chosen(posed) == {db for db, count in opened.items() if count == 1}


@pytest.mark.parametrize("name", NAMES)
def test_every_option_says_why_and_every_solution_says_something(name):
    for seed in range(10):
        posed = pose(name, seed)
        if isinstance(posed.answer, (SingleChoice, MultipleChoice)):
            assert all(option.feedback for option in posed.answer.options)
        assert len(to_text(posed.solution)) > 100


def test_the_written_question_about_pools_quotes_the_models_figures():
    """`ch15-one-pool-or-four`: 400 ms for four services of one thread, 75 ms for one pool of four."""
    assert 1000 * mean_wait(8, 0.1, 1) == pytest.approx(400)
    assert 1000 * mean_wait(32, 0.1, 4) == pytest.approx(75, abs=0.5)
