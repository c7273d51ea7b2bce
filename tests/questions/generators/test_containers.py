"""Keys of chapter 10's generators, recomputed by rules of this file from what the prompt prints."""

import re
from collections import Counter
from fractions import Fraction
from random import Random

import pytest

from vlearn.questions.generators import GENERATORS
from vlearn.questions.generators.containers_shares import Share, poured
from vlearn.questions.generators.containers_talk import ENDS, MADE
from vlearn.questions.model import SingleChoice
from vlearn.render.text import to_text

SEEDS = range(12)
NAMES = (
    "pids-in-namespaces", "exit-status", "what-two-share", "mounts-seen", "uid-outside", "which-call-fails",
    "how-connect-ends", "processor-time", "done-under-quota", "who-is-killed",
)  # fmt: skip


def pose(name, seed, **parameters):
    return GENERATORS[name].pose(Random(seed), **parameters)


def words_of(posed):
    return posed.prompt[0].markdown


def right_of(posed):
    return posed.answer.options[posed.answer.correct].text


@pytest.mark.parametrize("seed", SEEDS)
def test_pids_are_counted_by_each_namespace_for_itself(seed):
    posed = pose("pids-in-namespaces", seed)
    newest = int(re.search(r"has pid (\d+)\.", words_of(posed))[1])
    spaces, next_in, children_in = {"init": ["host"]}, {"host": newest + 1}, {}
    numbers = {}
    for _, words in posed.prompt[1].rows:
        if found := re.fullmatch(r"(\w+) (forks|clones) (\w)(?: with CLONE_NEWPID)?", words):
            parent, how, child = found.groups()
            spaces[child] = list(children_in.get(parent, spaces[parent]))
            if how == "clones":
                spaces[child].append(child)
            if parent in children_in and children_in[parent][-1] is None:
                children_in[parent][-1] = child
                spaces[child] = list(children_in[parent])
            for space in spaces[child]:
                numbers[child, space] = next_in.setdefault(space, 1)
                next_in[space] += 1
        elif found := re.fullmatch(r"(\w+) calls unshare.*", words):
            children_in[found[1]] = [*spaces[found[1]], None]
    _, _, *inner = posed.answer.header
    for name, host, *within in posed.answer.rows:
        assert host == str(numbers[name, "host"])
        for column, number in zip(inner, within, strict=True):
            assert number == str(numbers.get((name, column.removeprefix("For ")), "-"))


@pytest.mark.parametrize("seed", range(30))
def test_who_ends_follows_from_pid_1_handler_and_sender(seed):
    posed = pose("exit-status", seed)
    words, said = words_of(posed), right_of(posed)
    to_first = "to the first process." in words
    handler = re.search(r"calls `exit\((\d+)\)`", words)
    kills = "sends SIGKILL" in words
    if handler and not kills:
        assert said.endswith(f" with {handler[1]}.")
        assert said.startswith("The whole container" if to_first else "The worker")
    elif to_first:
        assert (said == "Nothing ends.") == (not kills or "The other process" in words)
    else:
        assert said.startswith("The worker alone")


@pytest.mark.parametrize("seed", SEEDS)
def test_what_two_share_is_what_neither_has_of_its_own(seed):
    posed = pose("what-two-share", seed)
    a, b = (row[1:] for row in posed.prompt[1].rows)
    pid, mnt, uts, ipc, net = (x == y == "the host's" for x, y in zip(a, b, strict=True))
    expected = [uts, ipc, mnt, not net, b[0] == "the host's"]
    assert posed.answer.correct == frozenset(n for n, holds in enumerate(expected) if holds)
    assert not pid or expected[-1]


@pytest.mark.parametrize("seed", SEEDS)
def test_mounts_spread_by_the_kind_of_the_copy(seed):
    posed = pose("mounts-seen", seed)
    kind, seen, alive = {"the host": "shared"}, {}, ["the host"]
    for _, words in posed.prompt[1].rows:
        actor = "the host" if words.startswith("The host") else words[0]
        if found := re.fullmatch(r"The host starts (\w) .*", words):
            alive.append(found[1])
            kind[found[1]] = "shared"
            for who in seen.values():
                who |= {found[1]} if "the host" in who else set()
        elif found := re.fullmatch(r"\w makes its /mnt (\w+)", words):
            kind[actor] = found[1]
        elif found := re.search(r"unmounts (\S+)$", words):
            seen[found[1]] -= {other for other in alive if other == actor or heard(kind, actor, other)}
        elif found := re.search(r"mounts a tmpfs on (\S+)$", words):
            seen[found[1]] = {other for other in alive if other == actor or heard(kind, actor, other)}
    for place, *cells in posed.answer.rows:
        assert cells == ["yes" if who in seen[place] else "no" for who in ("the host", "A", "B")]


def heard(kind, actor, other):
    """A shared copy tells its peers and all slaves; the host's is always shared."""
    return kind[actor] == "shared" and kind[other] in ("shared", "slave")


@pytest.mark.parametrize("seed", range(20))
def test_a_uid_is_moved_by_the_line_that_has_it(seed):
    posed = pose("uid-outside", seed)
    lines = [tuple(map(int, line.split())) for line in posed.prompt[1].source.splitlines()]
    words = words_of(posed)
    if "in the namespace has uid" in words:
        uid = int(re.search(r"has uid (\d+)", words)[1])
        expected = [outside + uid - inside for inside, outside, count in lines if inside <= uid < inside + count]
    else:
        uid = int(re.search(r"belongs to uid (\d+)", words)[1])
        expected = [inside + uid - outside for inside, outside, count in lines if outside <= uid < outside + count]
    assert [posed.answer.value] == (expected or [65_534])


@pytest.mark.parametrize("seed", SEEDS)
def test_exactly_one_call_fails_and_its_errno_is_in_the_option(seed):
    posed = pose("which-call-fails", seed)
    trace = posed.replay.trace()
    errnos = [step.event.errno for step in trace.steps if getattr(step.event, "errno", "")]
    assert len(errnos) == 1
    assert right_of(posed).endswith(f": {errnos[0]}")


@pytest.mark.parametrize("seed", range(30))
def test_how_a_connection_ends_follows_from_what_is_missing(seed):
    posed = pose("how-connect-ends", seed)
    words, commands = words_of(posed), posed.prompt[1].source
    routed = "br1" in commands
    listens, asked = re.search(r"listens on (\S+ port \d+).* port (\d+)\. What", words, re.DOTALL).groups()
    if "set server0 master" not in commands or "-n server link set eth0 up" not in commands:
        errno = "EHOSTUNREACH" if not routed or "ip_forward` is 1" in words else "ETIMEDOUT"
    elif routed and "-n client route" not in commands:
        errno = "ENETUNREACH"
    elif routed and ("-n server route" not in commands or "ip_forward` is 0" in words):
        errno = "ETIMEDOUT"
    else:
        errno = "" if listens == f"0.0.0.0 port {asked}" else "ECONNREFUSED"
    assert right_of(posed) == ENDS[errno][0]


def test_every_end_of_a_connection_comes_up():
    ends = Counter(right_of(pose("how-connect-ends", seed)) for seed in range(150))
    assert ends.keys() == {words for words, _ in ENDS.values()}
    assert ends[MADE] < 75


@pytest.mark.parametrize("seed", range(6))
def test_processor_time_is_poured_by_weight_up_to_quota_and_processes(seed):
    posed = pose("processor-time", seed)
    words = words_of(posed)
    cpus = 1 if "one processor" in words else int(re.search(r"with (\d+) processors", words)[1])
    asked = re.search(r"does `(\w+)` get", words)[1]
    rows = [(name, int(weight), limit.split()[0], 0 if busy == "none" else int(busy))
            for name, weight, limit, busy in posed.prompt[1].rows]  # fmt: skip
    left, open_ = Fraction(cpus), {row[0]: row for row in rows if row[3]}
    given = {}
    while open_:
        total = sum(row[1] for row in open_.values())
        most = {
            name: min(row[3], Fraction(cpus) if row[2] == "max" else Fraction(int(row[2]), 100_000))
            for name, row in open_.items()
        }
        full = [name for name, row in open_.items() if most[name] < left * row[1] / total]
        if not full:
            given |= {name: left * row[1] / total for name, row in open_.items()}
            break
        given[full[0]] = most[full[0]]
        left -= most[full[0]]
        del open_[full[0]]
    assert abs(posed.answer.value - given[asked] * 1000) <= posed.answer.tolerance / 2


def test_what_one_group_cannot_use_the_others_share():
    shares = (Share("web", 300, None, 1), Share("db", 100, 20_000, 2), Share("idle", 400, None, 0))
    assert poured(shares, 2) == {"web": 1, "db": Fraction(1, 5), "idle": 0}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_request_is_done_after_whole_periods_and_a_rest(seed):
    posed = pose("done-under-quota", seed)
    words = words_of(posed)
    quota, period = (int(n) // 1000 for n in re.search(r"says `(\d+) (\d+)`", words).groups())
    threads = int((re.search(r"(\d+) processes, each", words) or [0, 1])[1])
    left, now = threads * int(re.search(r"needs (\d+) ms", words)[1]), 0
    while left > quota:
        left, now = left - quota, now + period
    assert posed.answer.value == now + Fraction(left, threads)


@pytest.mark.parametrize("seed", range(20))
def test_who_is_killed_has_most_points_of_the_group(seed):
    posed = pose("who-is-killed", seed)
    words = words_of(posed)
    limit = int(re.search(r"`memory.max` (\d+) MiB", words)[1])
    held, cache = dict.fromkeys(("web", "worker", "queue"), 0), 0
    score = re.search(r"`oom_score_adj` of (\w+) is (-?\d+)", words)
    for _, line in posed.prompt[1].rows:
        name, size = line.split()[0], int(re.search(r"(\d+) MiB", line)[1])
        if name in held and "page cache" in line:
            cache = size
        elif name in held:
            held[name] += size
            asker = name
    said = right_of(posed)
    if sum(held.values()) <= limit:
        assert cache
        assert said.startswith("Nobody")
        return
    points = {name: min(size, limit - sum(held.values()) + size) if name == asker else size
              for name, size in held.items()}  # fmt: skip
    if score:
        if score[2] == "-1000":
            del points[score[1]]
        else:
            points[score[1]] += int(score[2]) * limit / 1000
    if "`memory.oom.group` 1" in words:
        assert said.startswith("All three")
    else:
        assert said.startswith(max(points, key=lambda name: points[name]))


def test_all_kinds_of_victims_come_up():
    said = Counter(right_of(pose("who-is-killed", seed)).split()[0] for seed in range(100))
    assert {"Nobody:", "All", "web", "worker", "queue"} <= said.keys()


@pytest.mark.parametrize("name", NAMES)
def test_every_wrong_option_names_a_mistake_and_every_solution_says_something(name):
    for seed in range(6):
        posed = pose(name, seed)
        if isinstance(posed.answer, SingleChoice):
            assert all(o.feedback for n, o in enumerate(posed.answer.options) if n != posed.answer.correct)
        assert to_text(posed.solution).strip()
