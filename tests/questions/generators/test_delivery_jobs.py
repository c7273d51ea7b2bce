"""Keys of chapter 13's generators, recomputed: in which order jobs and stages run, and when they end."""

import re

import pytest
import yaml

from tests.questions.posing import pose, said, source, table

SEEDS = range(10)


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
