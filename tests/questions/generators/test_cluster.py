"""Keys of chapter 14's generators, recomputed by rules of this file from what the prompt prints."""

import re
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import ceil, floor
from random import Random

import pytest
import yaml

from vlearn.blocks import Code, Table
from vlearn.questions.generators import GENERATORS

SEEDS = range(25)
MANY = range(60)


def pose(name, seed):
    return GENERATORS[name].pose(Random(seed))


def words_of(posed):
    return posed.prompt[0].markdown


def right(posed):
    return posed.answer.options[posed.answer.correct].text


def ticked(posed):
    return {posed.answer.options[n].text.strip("`") for n in posed.answer.correct}


def classified(posed):
    answer = posed.answer
    return {item.strip("`"): answer.categories[n] for item, n in zip(answer.items, answer.key, strict=True)}


def manifest_of(posed):
    return yaml.safe_load(next(block.source for block in posed.prompt if isinstance(block, Code)))


def rows_of(posed):
    """The rows of the prompt's table as dictionaries."""
    table = next(block for block in posed.prompt if isinstance(block, Table))
    return [{name: cell.strip("`") for name, cell in zip(table.header, row, strict=True)} for row in table.rows]


def labels_in(text):
    return dict(pair.split("=") for pair in text.split(", ")) if text != "-" else {}


def limits(words, replicas):
    """Most and least pods by the strategy that the prompt states, in fractions."""
    surge, unavailable = re.search(r"maxSurge: (\S+)` and `maxUnavailable: (\S+)`", words).groups()
    exact = [
        Fraction(int(each.rstrip("%")), 100) * replicas if "%" in each else Fraction(each)
        for each in (surge, unavailable)
    ]
    more, fewer = ceil(exact[0]), floor(exact[1])
    return replicas + more, replicas - (fewer if more or fewer else 1)


@pytest.mark.parametrize("seed", MANY)
def test_the_surge_rounds_up_and_what_may_be_missing_down(seed):
    posed = pose("rollout-limits", seed)
    replicas = int(re.search(r"of (\d+) replicas", words_of(posed))[1])
    most, least = limits(words_of(posed), replicas)
    assert right(posed) == f"At most {most} pods, at least {least} of them available"


@pytest.mark.parametrize("seed", SEEDS)
def test_at_every_halt_the_update_has_used_up_its_limits(seed):
    posed = pose("rollout-steps", seed)
    replicas = int(re.search(r"of (\d+) replicas", words_of(posed))[1])
    most, least = limits(words_of(posed), replicas)
    new, old, available = 0, replicas, 0
    for event, shown_new, shown_old in posed.answer.rows:
        available += int(event.split()[0]) if event[0].isdigit() else 0
        while True:
            grown = new + max(0, min(replicas - new, most - new - old))
            kept = max(0, old - max(0, old + available - least))
            if (grown, kept) == (new, old):
                break
            new, old = (grown, old) if grown > new else (new, kept)
        assert (int(shown_new), int(shown_old)) == (new, old)
    assert (old, new) == (0, replicas)


@pytest.mark.parametrize("seed", MANY)
def test_a_rollout_that_stalls_goes_neither_on_nor_back(seed):
    posed = pose("rollout-stalls", seed)
    words = words_of(posed)
    replicas = int(re.search(r"of (\d+) replicas", words)[1])
    old, new = 0, replicas
    if "Recreate" not in words:
        most, old = limits(words, replicas)
        new = most - old
    told = right(posed)
    assert told.startswith(f"{old or 'No'} old")
    assert f" {new} new one" in told
    assert "makes no progress" in told
    assert len(posed.answer.options) == 4


@pytest.mark.parametrize("seed", SEEDS)
def test_scaling_keeps_the_proportions_and_fills_the_new_sum(seed):
    posed = pose("scaled-amid-rollout", seed)
    words = words_of(posed)
    before, after = int(re.search(r"from (\d+) old", words)[1]), int(re.search(r"--replicas=(\d+)", words)[1])
    surge = re.search(r"maxSurge: (\S+)`", words)[1]
    add = ceil(Fraction(int(surge.rstrip("%")), 100) * after) if "%" in surge else int(surge)
    sizes = [(int(old), int(new)) for _, old, new in posed.answer.rows]
    total = sum(old for old, _ in sizes)
    assert str(total) in words
    assert total >= before
    expected, left = {}, after + add - total
    for old, _ in sorted(sizes, reverse=True):
        change = floor(Fraction(old * (after + add), total) + Fraction(1, 2)) - old
        change = min(change, left) if left > 0 else max(change, left) if left < 0 else 0
        expected[old], left = old + change, left - change
    expected[max(expected)] += left
    assert dict(sizes) == expected
    assert sum(expected.values()) == after + add


SPAN = {"s": 1, "min": 60, "h": 3600, "d": 86400}


def seconds(text):
    amount, unit = text.split()
    return float(amount) * SPAN[unit]


@pytest.mark.parametrize("seed", MANY)
def test_the_pod_that_goes_first_is_the_least_one_by_the_list_of_criteria(seed):
    posed = pose("deleted-first", seed)
    rows = rows_of(posed)

    def order(row):
        return (
            row["Node"] != "-",
            row["Phase"] == "Running",
            row["Ready for"] != "not ready",
            int(row.get("Deletion cost", 0)),
            -sum(other["Node"] == row["Node"] for other in rows),
            0 if row["Ready for"] == "not ready" else seconds(row["Ready for"]),
            -int(row["Restarts"]),
            seconds(row["Age"]),
        )

    assert min(rows, key=order)["Pod"] == right(posed).strip("`")


@pytest.mark.parametrize("seed", MANY)
def test_a_stateful_set_goes_up_from_its_last_pod_and_down_from_it_as_far_as_the_partition(seed):
    posed = pose("stateful-set-order", seed)
    told = words_of(posed)
    before = int(re.search(r"has (\d+) ready pods", told)[1])
    if found := re.search(r"partition (\d+)", told):
        expected = range(before - 1, int(found[1]) - 1, -1)
    else:
        after = int(re.search(r"scales it to (\d+)", told)[1])
        expected = range(before, after) if after > before else range(before - 1, after - 1, -1)
    assert [int(name) for name in re.findall(r"-(\d+)`", right(posed))] == list(expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_controller_makes_good_exactly_what_the_event_has_changed(seed):
    posed = pose("replica-set-reactions", seed)
    wanted = 0
    for event, reaction, replicas in posed.answer.rows:
        if found := re.search(r"`replicas: (\d+)`", event):
            difference, wanted = int(found[1]) - wanted, int(found[1])
        elif re.search(r"deletes one|label of one pod to|evicts|marked for deletion", event):
            difference = 1
        else:
            difference = -1 if re.search("creates a pod with `app=", event) else 0
        assert (int(reaction), int(replicas)) == (difference, wanted), event


def fits(posed):
    """For each row of the table of nodes, why the pod does not fit; empty where it does."""
    spec = manifest_of(posed)["spec"]
    asked = spec["containers"][0]["resources"]["requests"]
    own = int(asked["cpu"]), int(asked["memory"].removesuffix("Gi"))
    covered = {each["key"] for each in spec.get("tolerations", ())}
    found = {}
    for row in rows_of(posed):
        taints = re.findall(r"(\w+)=\w+:(NoSchedule|NoExecute)", row["Taints"])
        has, used = (tuple(map(int, re.findall(r"\d+", row[name]))) for name in ("Allocatable", "Requested"))
        if "cordoned" in row["Taints"]:
            why = "the node is cordoned"
        elif any(key not in covered for key, _ in taints):
            why = "a taint is not tolerated"
        elif not spec.get("nodeSelector", {}).items() <= labels_in(row["Labels"]).items():
            why = "the node selector does not match"
        elif any(u + o > h for h, u, o in zip(has, used, own, strict=True)):
            why = "too little is left unrequested"
        else:
            why = ""
        found[row["Node"]] = (why, has, tuple(u + o for u, o in zip(used, own, strict=True)))
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_each_node_has_the_reason_that_its_row_shows(seed):
    posed = pose("why-each-node", seed)
    assert classified(posed) == {node: why or "the pod fits" for node, (why, *_) in fits(posed).items()}


@pytest.mark.parametrize("seed", SEEDS)
def test_the_message_counts_every_node_once_for_each_reason(seed):
    posed = pose("pending-message", seed)
    found = fits(posed)
    message = right(posed)
    assert message.startswith(f"0/{len(found)} nodes are available: ")
    counts = {
        "the node is cordoned": r"(\d) node\(s\) were unschedulable",
        "a taint is not tolerated": r"(\d) node\(s\) had untolerated taint",
        "the node selector does not match": r"(\d) node\(s\) didn't match Pod's node affinity/selector",
    }
    whys = [why for why, *_ in found.values()]
    assert "" not in whys
    for why, pattern in counts.items():
        assert sum(map(int, re.findall(pattern, message))) == whys.count(why)
    assert ("Insufficient" in message) == ("too little is left unrequested" in whys)


@pytest.mark.parametrize("name", ["scores-of-nodes", "where-it-goes"])
@pytest.mark.parametrize("seed", SEEDS)
def test_scores_are_those_of_the_two_formulas(name, seed):
    posed = pose(name, seed)
    sums = {}
    for node, (why, has, used) in fits(posed).items():
        left = [(h - u) * 100 // h for h, u in zip(has, used, strict=True)]
        fractions = [Fraction(u, h) for h, u in zip(has, used, strict=True)]
        least, balanced = sum(left) // 2, floor(100 * (1 - abs(fractions[0] - fractions[1]) / 2))
        sums[node] = ("no", "-", "-", "-") if why else ("yes", str(least), str(balanced), str(least + balanced))
    best = max((node for node, row in sums.items() if row[0] == "yes"), key=lambda node: int(sums[node][3]))
    if name == "where-it-goes":
        assert right(posed) == f"`{best}`"
    else:
        assert {row[0]: row[1:] for row in posed.answer.rows} == sums


def covers(toleration, key, value, effect):
    same = toleration.get("operator", "Equal") == "Exists" or toleration.get("value", "") == value
    return toleration.get("key", key) == key and same and toleration.get("effect", effect) == effect


def refused(taints, tolerations):
    found = re.findall(r"`?([\w./-]+?)(?:=(\w+))?:(NoSchedule|NoExecute)", taints)
    return any(not any(covers(each, *taint) for each in tolerations) for taint in found)


@pytest.mark.parametrize("seed", MANY)
def test_a_node_is_open_if_each_refusing_taint_is_covered(seed):
    posed = pose("tolerated-nodes", seed)
    given = manifest_of(posed)["tolerations"]
    assert ticked(posed) == {row["Node"] for row in rows_of(posed) if not refused(row["Taints"], given)}


@pytest.mark.parametrize("seed", MANY)
def test_daemons_run_where_the_selector_matches_even_on_nodes_in_trouble(seed):
    posed = pose("daemon-nodes", seed)
    spec = manifest_of(posed)["template"]["spec"]
    trouble = [{"key": f"node.kubernetes.io/{key}"} | {"operator": "Exists"}
               for key in ("memory-pressure", "not-ready", "unschedulable")]  # fmt: skip
    given = [*spec.get("tolerations", ()), *trouble]
    expected = {
        row["Node"]
        for row in rows_of(posed)
        if not refused(row["Taints"], given)
        and spec.get("nodeSelector", {}).items() <= labels_in(row["Labels"]).items()
    }
    assert ticked(posed) == expected


@pytest.mark.parametrize("seed", MANY)
def test_endpoints_are_pods_that_match_are_ready_and_have_the_port(seed):
    posed = pose("service-endpoints", seed)
    spec = manifest_of(posed)["spec"]
    target = spec["ports"][0]["targetPort"]
    expected = {
        row["Pod"]
        for row in rows_of(posed)
        if spec["selector"].items() <= labels_in(row["Labels"]).items()
        and row["Address"] != "-"
        and row["Phase"] != "Succeeded"
        and ((row["Ready"] == "yes" and row["State"] == "-") or spec.get("publishNotReadyAddresses"))
        and target in (8080, row["Port"].split(":")[0])
    }
    assert ticked(posed) == expected


def meets(labels, part):
    if found := re.fullmatch(r"(\w+) (in|notin) \((.*)\)", part):
        key, operator, values = found.groups()
        return (labels.get(key) in values.split(",")) == (operator == "in")
    if "!=" in part:
        key, value = part.split("!=")
        return labels.get(key) != value
    if "=" in part:
        key, value = part.split("=")
        return labels.get(key) == value
    return part[1:] not in labels if part.startswith("!") else part in labels


@pytest.mark.parametrize("seed", MANY)
def test_a_selector_takes_what_meets_all_its_parts(seed):
    posed = pose("selected-pods", seed)
    selector = re.search(r"-l '(.*?)'", words_of(posed))[1]
    parts = re.split(r",(?![^(]*\))", selector)
    assert len(parts) == 2
    expected = {row["Pod"] for row in rows_of(posed) if all(meets(labels_in(row["Labels"]), part) for part in parts)}
    assert ticked(posed) == expected


@pytest.mark.parametrize("seed", MANY)
def test_codes_follow_from_what_is_there_and_which_version_is_named(seed):
    versions = {}
    for n, (words, code) in enumerate(pose("http-answers", seed).answer.rows):
        method, kind, name = re.match(r"`(\w+) …/(\w+)/?([\w-]*)`", words).groups()
        named = name or (re.search(r"a (?:ConfigMap|pod) `([\w-]+)`", words) or ["", ""])[1]
        key = (kind, named)
        there = key in versions
        if method == "POST":
            bad = named != named.lower() or "empty list" in words
            expected = 422 if bad else 409 if there else 201
        elif not name:
            expected = 405
        elif not there:
            expected = 404
        elif "first seen" in words and len(versions[key]) > 1:
            expected = 409
        else:
            expected = 422 if "restart policy" in words else 200
        assert int(code) == expected, (words, versions)
        if expected == 201:
            versions[key] = [*versions.pop(("gone", *key), []), n]
        elif expected == 200 and method == "DELETE":
            versions["gone", *key] = [*versions.pop(key), n]
        elif expected == 200 and method in ("PUT", "PATCH"):
            versions[key].append(n)


def milli(text):
    return int(text[:-1]) if text.endswith("m") else 1000 * int(text)


def mebi(text):
    return int(text[:-2]) * (1024 if text.endswith("Gi") else 1)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_quota_charges_whole_pods_or_nothing(seed):
    posed = pose("quota-answers", seed)
    hard = manifest_of(posed)["spec"]["hard"]
    pods = cpu = memory = 0
    for words, code, counted, charged in posed.answer.rows:
        asked = re.search(r"(?:request|limit) of CPU (\d+)m", words)
        limit = re.search(r"limit of memory (\w+)", words)
        fine = asked is not None and pods + 1 <= int(hard["pods"])
        fine = fine and cpu + int(asked[1]) <= milli(hard["requests.cpu"])
        if "limits.memory" in hard:
            fine = fine and limit is not None and memory + mebi(limit[1]) <= mebi(hard["limits.memory"])
        if fine:
            pods, cpu, memory = pods + 1, cpu + int(asked[1]), memory + (mebi(limit[1]) if limit else 0)
        assert (code, counted, charged) == ("201" if fine else "403", str(pods), f"{cpu}m" if cpu else "0")


@pytest.mark.parametrize("seed", MANY)
def test_a_limit_range_fills_in_after_the_api_and_checks_last(seed):
    posed = pose("limits-filled-in", seed)
    (item,) = manifest_of(posed)["spec"]["limits"]
    default, wanted, most = (milli(item[name]["cpu"]) for name in ("default", "defaultRequest", "max"))
    for words, request, limit in posed.answer.rows:
        asked, bound = (re.search(rf"{part} of CPU (\d+)m", words) for part in ("request", "limit"))
        upper = int(bound[1]) if bound else default
        lower = int(asked[1]) if asked else upper if bound else wanted
        expected = ("-", "-") if lower > upper or upper > most else (f"{lower}m", f"{upper}m")
        assert (request, limit) == expected, words


FULL = r"(requests and )?limits .* CPU, \w+$|a request of (\S+) CPU, limits \2 "


@pytest.mark.parametrize("seed", SEEDS)
def test_a_class_of_service_follows_from_what_every_container_states(seed):
    for words, found in classified(pose("qos-classes", seed)).items():
        parts = [part.split(": ", 1)[1] for part in words.split(", and ")]
        full = [bool(re.match(FULL, part)) for part in parts]
        if all(part == "nothing" for part in parts):
            assert found == "BestEffort"
        else:
            assert found == ("Guaranteed" if all(full) else "Burstable"), words


@pytest.mark.parametrize("seed", MANY)
def test_a_job_waits_longer_after_each_failure_in_a_row(seed):
    posed = pose("job-pods", seed)
    words = words_of(posed)
    wanted, limit, runs = (
        int(re.search(pattern, words)[1])
        for pattern in (r"completions: (\d+)", r"backoffLimit: (\d+)", r"runs for (\d+) seconds")
    )
    at, row, failures, successes = 0, 0, 0, 0
    for _, ends, created in posed.answer.rows:
        if failures > limit or successes == wanted:
            assert created == "-"
            continue
        assert created == str(at)
        failed = ends == "exit code 1"
        failures, successes, row = failures + failed, successes + (not failed), row + 1 if failed else 0
        at += runs + (10 * 2 ** (row - 1) if row else 0)
    assert failures > limit or successes == wanted


def values(field, low, high, names=()):
    if field == "*":
        return set(range(low, high + 1))
    if field.startswith("*/"):
        return set(range(low, high + 1, int(field[2:])))
    if "-" in field:
        first, last = field.split("-")
        return set(range(int(first), int(last) + 1))
    return {names.index(field) + 1 if field in names else int(field)}


WHEN = "%a %d %b %Y, %H:%M"


@pytest.mark.parametrize("seed", SEEDS)
def test_a_schedule_is_due_in_the_first_minute_that_fits(seed):
    posed = pose("cron-next", seed)
    text, now = re.search(r"schedule `(.*?)`.*It is (.*?) \(UTC\)", words_of(posed)).groups()
    minute, hour, day, _, weekday = text.split()
    minutes, hours, days = values(minute, 0, 59), values(hour, 0, 23), values(day, 1, 31)
    weekdays = values(weekday, 1, 7, ("mon", "tue", "wed", "thu", "fri"))
    at = datetime.strptime(now, WHEN).replace(tzinfo=UTC)
    while True:
        at += timedelta(minutes=1)
        fitting = at.day in days, at.isoweekday() in weekdays
        is_day = any(fitting) if day != "*" and weekday != "*" else all(fitting)
        if is_day and at.hour in hours and at.minute in minutes:
            break
    assert right(posed) == at.strftime(WHEN)


def minutes_of(clock):
    return int(clock[:2]) * 60 + int(clock[3:])


@pytest.mark.parametrize("seed", MANY)
def test_of_missed_starts_at_most_the_latest_is_made_up_for(seed):
    posed = pose("cron-after-outage", seed)
    words = words_of(posed)
    every = int(re.search(r"\*/(\d+)", words)[1])
    now = minutes_of(re.search(r"is back at (\d\d:\d\d)", words)[1])
    late = now % every
    running, deadline = "still running" in words, re.search(r"startingDeadlineSeconds: (\d+)", words)
    told = f"One job, for {(now - late) // 60 % 24:02}:{(now - late) % 60:02}"
    if (deadline and late * 60 > int(deadline[1])) or (running and "Forbid" in words):
        told = "No job"
    elif running and "Replace" in words:
        told += ", and the one that runs is deleted"
    assert right(posed) == told


def described(words):
    """Policy, and the description of each container."""
    policy, *containers = words.split("; ")
    return policy, [each.split(": ", 1)[1] for each in containers if each[1:2] == ":"]


def phase_by_rule(policy, containers):
    if any("ContainerCreating" in each or "ImagePullBackOff" in each for each in containers):
        return "Pending"
    if any(each.startswith("runs") for each in containers) or policy == "Always":
        return "Running"
    if all(each == "ended with 0" for each in containers):
        return "Succeeded"
    return "Failed" if policy == "Never" else "Running"


@pytest.mark.parametrize("seed", MANY)
def test_phases_follow_the_rule_of_the_solution(seed):
    for words, phase in classified(pose("pod-phases", seed)).items():
        assert phase == phase_by_rule(*described(words)), words


STATUS = (
    ("(", None), ("runs", ""), ("ended with 0", "Completed"), ("ended with 1", "Error"), ("was killed", "OOMKilled")
)  # fmt: skip


def status_of(container):
    """What a container has to say; empty for one that runs. Words in brackets are its reason to wait."""
    start, said = next((start, said) for start, said in STATUS if start in container[: None if start == "(" else 12])
    return re.search(r"\((\w+)\)", container)[1] if start == "(" else said


@pytest.mark.parametrize("seed", MANY)
def test_columns_show_the_first_container_that_has_something_to_say(seed):
    for words, ready, status, restarts in pose("pod-columns", seed).answer.rows:
        policy, containers = described(words)
        running = sum(each == "runs" for each in containers)
        assert ready == f"{running}/{len(containers)}"
        assert int(restarts) == sum(map(int, re.findall(r"after (\d+) restart", words)))
        phase = phase_by_rule(policy, [each.split(" after ")[0] for each in containers])
        said = next(filter(None, map(status_of, containers)), phase)
        if said == "Completed" and running:
            said = "NotReady"
        if "being deleted" in words and phase not in ("Succeeded", "Failed"):
            said = "Terminating"
        assert status == said, words
