"""Keys of chapter 13's generators, recomputed by rules of this file from what the prompt prints."""

import re
from collections import Counter
from fractions import Fraction
from itertools import combinations
from random import Random
from statistics import median

import pytest
import yaml

from vlearn.blocks import Code, Table
from vlearn.questions.generators import GENERATORS
from vlearn.questions.model import MultipleChoice, SingleChoice
from vlearn.render.text import to_text

SEEDS = range(10)
NAMES = (
    "where-each-ends", "what-users-see", "culprit-of-runs", "why-each-stopped", "which-continuity", "four-measures",
    "one-measure", "order-of-jobs", "results-of-jobs", "finish-on-runners", "which-shortens", "jenkins-run",
    "overlapping-runs", "runs-of-queue", "steps-of-bisection", "modules-compiled", "minutes-of-build", "false-alarms",
    "minutes-of-suite", "lanes-needed", "figures-of-releases", "errors-in-release", "when-noticed", "drifted-servers",
    "kinds-of-servers",
)  # fmt: skip


def pose(name, seed):
    return GENERATORS[name].pose(Random(seed))


def said(posed):
    return to_text(posed.prompt)


def option(posed):
    return posed.answer.options[posed.answer.correct].text


def table(posed):
    return next(block for block in posed.prompt if isinstance(block, Table)).rows


def source(posed):
    return next(block.source for block in posed.prompt if isinstance(block, Code))


def figures(pattern, words):
    return [Fraction(text.replace(",", "")) for text in re.search(pattern, words, re.DOTALL).groups()]


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


def minutes(text):
    day, time = text.split()
    hour, minute = map(int, time.split(":"))
    return ["Mon", "Tue", "Wed", "Thu", "Fri"].index(day) * 1440 + hour * 60 + minute


def four(rows):
    """The measures of a printed log: per day, hours, percent, minutes."""
    leads = [minutes(live) - minutes(commit) for _, commits, live, _ in rows for commit in commits.split(", ")]
    spans = [minutes(told.removeprefix("restored ")) - minutes(live) for *_, live, told in rows if told != "none"]
    return len(rows) / 5, median(leads) / 60, len(spans) / len(rows) * 100, median(spans)


@pytest.mark.parametrize("seed", range(14))
def test_the_measures_are_those_of_the_printed_log(seed):
    posed = pose("four-measures", seed)
    assert [float(row[2]) for row in posed.answer.rows] == pytest.approx(four(table(posed)), abs=0.06)


@pytest.mark.parametrize("seed", range(14))
def test_one_measure_is_among_three_wrong_readings(seed):
    posed = pose("one-measure", seed)
    asked = re.search(r"What is the (.+)\?", said(posed))[1]
    place = ["deployment frequency", "change lead time", "change fail rate", "failed deployment recovery time"]
    assert float(re.match(r"[\d.]+", option(posed))[0]) == pytest.approx(
        four(table(posed))[place.index(asked)], abs=0.06
    )
    assert len(posed.answer.options) == 4


def test_each_measure_is_asked_for():
    asked = Counter(re.search(r"What is the (.+)\?", said(pose("one-measure", seed)))[1] for seed in range(60))
    assert len(asked) == 4
    assert min(asked.values()) >= 5


def as_list(needs):
    return needs if isinstance(needs, list) else [needs] if needs else []


def ends_of(needs, lasts):
    """When each job ends, with a runner for each."""
    ends = {}
    while len(ends) < len(lasts):
        for name in lasts.keys() - ends.keys():
            if set(needs[name]) <= ends.keys():
                ends[name] = max((ends[one] for one in needs[name]), default=0) + lasts[name]
    return ends


def named_jobs(rows):
    lasts = {name.strip("`"): int(time) for name, time, _ in rows}
    return lasts, {name.strip("`"): [] if needs == "-" else needs.split(", ") for name, _, needs in rows}


@pytest.mark.parametrize("seed", SEEDS)
def test_jobs_end_in_the_order_of_their_longest_chains(seed):
    posed = pose("order-of-jobs", seed)
    jobs = yaml.safe_load(source(posed))["jobs"]
    lasts = {name.strip("`"): int(time) for name, time in table(posed)}
    ends = ends_of({name: as_list(job.get("needs")) for name, job in jobs.items()}, lasts)
    items = [posed.answer.items[n].strip("`") for n in posed.answer.key]
    assert items == sorted(ends, key=ends.get)
    assert len(set(ends.values())) == len(ends)


def result_of(name, jobs, branch, failing, known):
    """By the rules of `if` and `needs`: what came before is everything further back, too."""
    before, todo = set(), as_list(jobs[name].get("needs"))
    while todo:
        before.add(todo[0])
        todo = [*todo[1:], *as_list(jobs[todo[0]].get("needs"))]
    found = {result_of(one, jobs, branch, failing, known) for one in before}
    runs = {
        None: found <= {"success"},
        "always()": True,
        "failure()": "failure" in found,
        "github.ref == 'refs/heads/main'": found <= {"success"} and branch == "main",
        "github.ref_name != 'main'": found <= {"success"} and branch != "main",
    }[jobs[name].get("if")]
    return "skipped" if not runs else "failure" if name == failing else "success"


@pytest.mark.parametrize("seed", range(14))
def test_results_follow_from_needs_and_conditions(seed):
    posed = pose("results-of-jobs", seed)
    branch, failing = re.search(r"branch `(.+?)`.*a step of `(.+?)`", posed.prompt[0].markdown).groups()
    jobs = yaml.safe_load(source(posed))["jobs"]
    assert [result for _, result in posed.answer.rows] == [
        result_of(name.strip("`"), jobs, branch, failing, {}) for name, _ in posed.answer.rows
    ]


def finish(lasts, needs, runners):
    """Minute by minute: a free runner takes the uppermost job whose needs have ended."""
    left, busy, done, now = list(lasts), {}, set(), 0
    while left or busy:
        done |= {name for name, end in busy.items() if end <= now}
        busy = {name: end for name, end in busy.items() if end > now}
        for name in [name for name in left if set(needs[name]) <= done]:
            if len(busy) < runners:
                busy[name] = now + lasts[name]
                left.remove(name)
        now += 1
    return now - 1


@pytest.mark.parametrize("seed", SEEDS)
def test_few_runners_finish_as_the_rule_says(seed):
    posed = pose("finish-on-runners", seed)
    lasts, needs = named_jobs(table(posed))
    runners = int(re.search(r"There are (\d) runners", said(posed))[1])
    assert posed.answer.value == finish(lasts, needs, runners)
    assert posed.answer.value > max(ends_of(needs, lasts).values())


@pytest.mark.parametrize("seed", SEEDS)
def test_one_option_alone_shortens_the_run(seed):
    posed = pose("which-shortens", seed)
    lasts, needs = named_jobs(table(posed))
    saved, whole = int(re.search(r"made (\d) minute", said(posed))[1]), max(ends_of(needs, lasts).values())
    for n, one in enumerate(posed.answer.options):
        name = one.text.strip("`")
        after = max(ends_of(needs, lasts | {name: lasts[name] - saved}).values())
        assert after == (whole - saved if n == posed.answer.correct else whole)


@pytest.mark.parametrize("seed", range(14))
def test_stages_of_a_jenkinsfile_begin_as_the_rules_say(seed):
    posed = pose("jenkins-run", seed)
    prompt, text = posed.prompt[0].markdown, source(posed)
    branch, failing = re.search(r"branch `(.+?)`", prompt)[1], re.search(r"step of `(.+?)` fails", prompt)
    lasts = {row[0].strip("`"): int(row[1]) for row in posed.answer.rows}
    side = re.findall(r"^        stage\('(\w+)'\)", text, re.MULTILINE)
    whens = dict(re.findall(r"stage\('(\w+)'\) \{\n +when \{ (.+) \}\n", text))
    off = {name for name, when in whens.items() if (branch == "main") == when.startswith("not")}
    now, bad, begun, groups = (
        0,
        False,
        {},
        [[name] for name in re.findall(r"^    stage\('(\w+)'\)", text, re.MULTILINE)],
    )
    for group in groups:
        names = side if group == ["Checks"] else group
        runs = [name for name in names if name not in off and not bad]
        begun |= dict.fromkeys(runs, now)
        fails = failing is not None and failing[1] in runs
        ends = [lasts[failing[1]]] if fails and "failFast" in text else [lasts[name] for name in runs]
        now += max(ends, default=0)
        bad = bad or fails
    for block, runs in (("always", True), ("failure", bad), ("success", not bad)):
        begun |= {f"post`: `{block}": now} if runs else {}
    assert [row[2] for row in posed.answer.rows] == [
        str(begun.get(row[0].strip("`"), "-")) for row in posed.answer.rows
    ]


def fates(moments, lasts, cancels):
    """Begin and end of each run, one minute after the other."""
    begun, over, running, waiting = {}, {}, None, None
    for now in range(max(moments) + 3 * lasts):
        if running is not None and begun[running] + lasts == now:
            over[running], running = str(now), None
            if waiting is not None:
                begun[waiting] = now
                running, waiting = waiting, None
        if now in moments:
            push = moments.index(now)
            if running is not None and cancels:
                over[running], running = "cancelled", None
            if running is None:
                running, begun[push] = push, now
            else:
                if waiting is not None:
                    over[waiting] = "cancelled"
                waiting = push
    return [(str(begun.get(n, "-")), over[n]) for n in range(len(moments))]


@pytest.mark.parametrize("seed", range(14))
def test_runs_of_one_group_do_not_overlap(seed):
    posed = pose("overlapping-runs", seed)
    lasts = int(re.search(r"takes (\d+) minutes", said(posed))[1])
    moments = [int(row[1]) for row in posed.answer.rows]
    assert [row[2:] for row in posed.answer.rows] == fates(moments, lasts, "progress: true" in source(posed))


def runs_of(batch, merged, bad):
    """How many runs a batch takes, and what is merged after it; `bad` says whether a set of changes is red."""
    if not bad(merged | set(batch)):
        return 1, merged | set(batch)
    if len(batch) == 1:
        return 1, merged
    half = len(batch) // 2
    first, merged = runs_of(batch[:half], merged, bad)
    second, merged = runs_of(batch[half:], merged, bad)
    return 1 + first + second, merged


@pytest.mark.parametrize("seed", range(14))
def test_a_queue_halves_its_red_batches(seed):
    posed = pose("runs-of-queue", seed)
    words = posed.prompt[0].markdown
    count, one, other, most = map(int, figures(r"1 to (\d+) wait.*changes (\d+) and (\d+).*up to (\d+) changes", words))
    need = 2 if "clash" in words else 1
    total, merged = 0, set()
    for begin in range(1, count + 1, most):
        batch = list(range(begin, min(begin + most, count + 1)))
        more, merged = runs_of(batch, merged, lambda found: len(found & {one, other}) >= need)
        total += more
    assert posed.answer.value == total


@pytest.mark.parametrize("seed", SEEDS)
def test_a_search_by_halving_goes_by_the_printed_results(seed):
    posed = pose("steps-of-bisection", seed)
    good, bad = map(int, figures(r"green at commit (\d+) and is red at commit (\d+)", posed.prompt[0].markdown))
    for _, tested, result in posed.answer.rows[:-1]:
        assert int(tested) * 2 == good + bad
        good, bad = (int(tested), bad) if result == "green" else (good, int(tested))
    assert bad - good == 1
    assert posed.answer.rows[-1][1] == str(bad)


def compiled(posed):
    """By names of sources instead of digests: what the last build of the printed history compiles."""
    rows, words = table(posed), posed.prompt[2].markdown
    uses = {name.strip("`"): [] if listed == "-" else listed.split(", ") for name, listed, _ in rows}
    edited, cache, new = set(), set(), set()

    def below(name):
        return {name}.union(*(below(used) for used in uses[name]))

    def build():
        found = {(name, frozenset(below(name) & edited)) for name in uses}
        made = found - cache
        cache.update(found)
        return {name for name, _ in made}

    build()
    for line in words.splitlines():
        if back := re.search(r"edit of `(\w+)` is taken back|That edit is taken back", line):
            edited -= {back[1]} if back[1] else set(edited)
        edited |= set(re.findall(r"source of `(\w+)` is edited", line))
        if "built" in line:
            new = build()
    return new, {name.strip("`"): int(lasts) for name, _, lasts in rows}


@pytest.mark.parametrize("seed", range(14))
def test_a_build_compiles_what_the_cache_has_not(seed):
    posed = pose("modules-compiled", seed)
    answer = posed.answer
    key = {item.strip("`") for item, n in zip(answer.items, answer.key, strict=True) if n == 0}
    assert key == compiled(posed)[0]
    posed = pose("minutes-of-build", seed)
    new, lasts = compiled(posed)
    assert posed.answer.value == sum(lasts[name] for name in new)


@pytest.mark.parametrize("seed", range(14))
def test_a_suite_is_green_if_all_of_its_tests_are(seed):
    posed = pose("false-alarms", seed)
    count, percent = figures(r"has ([\d,]+) tests, .* in ([\d.]+)% of its runs", said(posed))
    chance = float(percent) / 100
    if "run once more" in said(posed):
        chance **= 2
    assert float(option(posed).strip("%")) == pytest.approx((1 - (1 - chance) ** int(count)) * 100, abs=0.051)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_suite_takes_as_long_as_its_fullest_machine(seed):
    posed = pose("minutes-of-suite", seed)
    pattern = r"has ([\d,]+) tests of (\d+) seconds.* over\s+(\d+) machine"
    tests, seconds, machines = figures(pattern, said(posed))
    reds = {"once": 1, "twice": 2, "three times": 3}[re.search(r"red (once|twice|three times)", said(posed))[1]]
    assert posed.answer.value == -(-tests // machines) * seconds / 60 * (reds + 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_lanes_must_carry_the_work_of_a_day(seed):
    posed = pose("lanes-needed", seed)
    people, changes, batch, build, test, day = (Fraction(row[1].split()[0]) for row in table(posed))
    work = people * changes / batch * (build + test) / day
    assert work < posed.answer.value < work + 1


def rolled(servers, start, surge, below):
    """Most, least and minutes, round by round, with fenceposts as Kubernetes rounds them."""

    def share(text, up):
        if not text.endswith("%"):
            return int(text)
        return -(-servers * int(text[:-1]) // 100) if up else servers * int(text[:-1]) // 100

    more, fewer = share(surge, True), share(below, False)
    if more == fewer == 0:
        fewer = 1
    old, new, most, least, clock = servers, 0, servers, servers, 0
    while old or new < servers:
        old = max(0, min(old, servers - fewer - new))
        begun = min(servers - new, servers + more - old - new)
        most, least = max(most, old + new + begun), min(least, old + new)
        clock += start if begun else 0
        new += begun
    return most, least, clock


@pytest.mark.parametrize("seed", range(14))
def test_releases_take_the_servers_and_minutes_that_their_rules_allow(seed):
    posed = pose("figures-of-releases", seed)
    servers, start = map(int, figures(r"of (\d+) servers.* takes (\d+) minutes?", said(posed)))
    for name, *found in posed.answer.rows:
        if limits := re.search(r"maxSurge: (\S+)`, `maxUnavailable: (\S+)`", name):
            right = rolled(servers, start, *limits.groups())
        elif shares := re.search(r"canary, (.+) for (\d+) minutes each", name):
            right = (2 * servers, servers, start + len(shares[1].split(", ")) * int(shares[2]))
        else:
            right = (2 * servers, servers, start) if name == "blue-green" else (servers, 0, start)
        assert tuple(map(int, found)) == right


@pytest.mark.parametrize("seed", range(14))
def test_errors_are_the_share_of_the_new_version_times_what_fails_on_it(seed):
    posed = pose("errors-in-release", seed)
    words = posed.prompt[0].markdown
    (failing,) = figures(r"([\d.]+)% of requests fail;", words)
    if "rolling" in words:
        new, old = figures(r"(\d+) new and (\d+) old servers", words)
        share = new / (new + old)
    else:
        canary = re.search(r"set of new servers gets ([\d.]+)%", words)
        share = Fraction(canary[1]) / 100 if canary else 1
    assert posed.answer.value == share * failing


@pytest.mark.parametrize("seed", range(14))
def test_an_alarm_goes_off_when_enough_requests_have_failed(seed):
    posed = pose("when-noticed", seed)
    words = posed.prompt[0].markdown
    shares = [Fraction(text) for text in re.findall(r"([\d.]+)%", words.split(" of them")[0])]
    lasts, failing, enough = figures(r"for (\d+) minutes, .*version ([\d.]+)% of.* as (\d+) requests", words)
    left, clock = enough, Fraction(0)
    for share in shares:
        rate = 1000 * share / 100 * failing / 100
        if rate * lasts >= left:
            clock += left / rate
            break
        left, clock = left - rate * lasts, clock + lasts
    assert option(posed) == f"{float(share):g}%, after {float(clock):g} minutes"
    assert share != shares[0]


def settings_after(posed):
    """The servers' settings and the declared ones, after the printed list."""
    servers = [{} for _ in range(6)]
    declared = {}

    def numbers(text):
        return [int(n) - 1 for n in re.findall(r"\d+", text)]

    for line in posed.prompt[1].markdown.splitlines():
        pairs = dict(re.findall(r"`(\w+)=(\S+?)`", line))
        if "Declared is" in line:
            declared, servers = pairs, [dict(pairs) for _ in range(6)]
        elif by_hand := re.search(r"logs in to (.+) and sets", line):
            for n in numbers(by_hand[1]):
                servers[n] |= pairs
        elif "declared instead" in line:
            declared = declared | pairs
        elif "management runs" in line:
            down = numbers(line.partition("runs.")[2])
            servers = [one if n in down else one | declared for n, one in enumerate(servers)]
        else:
            servers = [dict(declared) for _ in range(6)]
    return servers, declared


@pytest.mark.parametrize("seed", range(14))
def test_servers_have_drifted_where_they_differ(seed):
    posed = pose("drifted-servers", seed)
    servers, declared = settings_after(posed)
    assert posed.answer.correct == {n for n, one in enumerate(servers) if one != declared}
    posed = pose("kinds-of-servers", seed)
    servers, _ = settings_after(posed)
    assert posed.answer.value == len({tuple(sorted(one.items())) for one in servers})


@pytest.mark.parametrize("name", NAMES)
def test_the_same_seed_poses_the_same_question_and_seeds_differ(name):
    assert pose(name, 7).prompt == pose(name, 7).prompt
    assert pose(name, 7).answer == pose(name, 7).answer
    posed = [pose(name, seed) for seed in range(30)]
    assert len({(to_text(one.prompt), repr(one.answer)) for one in posed}) >= 22


@pytest.mark.parametrize("name", NAMES)
def test_every_wrong_option_names_a_mistake_and_every_solution_says_something(name):
    for seed in range(5):
        posed = pose(name, seed)
        if isinstance(posed.answer, SingleChoice):
            wrong = [one for n, one in enumerate(posed.answer.options) if n != posed.answer.correct]
            assert len(wrong) == 3
            assert all(one.feedback for one in wrong)
        if isinstance(posed.answer, MultipleChoice):
            assert all(one.feedback for one in posed.answer.options)
        assert len(to_text(posed.solution)) > 60
