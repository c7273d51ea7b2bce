"""Keys of chapter 11's generators, recomputed by rules of this file from what the prompt prints."""

import re
from fractions import Fraction
from random import Random

import pytest
import yaml

from vlearn.blocks import Code, Table
from vlearn.questions.generators import GENERATORS
from vlearn.questions.generators.engine_scenes import typed_in
from vlearn.render.text import to_text

SEEDS = range(20)
NAMES = (
    "steps-rebuilt", "count-layers", "moved-by-pushes", "moved-by-pull", "full-image-name", "exit-codes",
    "how-many-starts", "finds-by-name", "which-port-refused", "left-after-removal", "compose-start-order",
)  # fmt: skip


def pose(name, seed):
    return GENERATORS[name].pose(Random(seed))


def code_of(posed):
    return next(block.source for block in posed.prompt if isinstance(block, Code))


def table_of(posed):
    return {row[0].strip("`"): row[1] for row in next(b.rows for b in posed.prompt if isinstance(b, Table))}


@pytest.mark.parametrize("seed", range(60))
def test_from_the_first_step_that_has_changed_on_all_are_executed_again(seed):
    posed = pose("steps-rebuilt", seed)
    words = " ".join(block.markdown for block in posed.prompt if not isinstance(block, Code))
    steps = [line for line in code_of(posed).splitlines()[2:] if line.startswith(("RUN", "COPY"))]
    first = len(steps)
    if "--no-cache" in words or "docker pull" in words:
        first = 0
    elif found := re.search(r"end of the line `(.*?)`", words):
        first = steps.index(found[1])
        steps[first] += " --quiet"
    elif found := re.search(r"line of `(.*?)` is changed|`(\S*)` is made executable", words):
        path = found[1] or found[2]
        for n, step in enumerate(steps):
            source = step.split()[1]
            ignored = path == "README.md" and "dockerignore" in words
            if (
                step.startswith("COPY")
                and not ignored
                and (source == "." or path.split("/")[0] == source.split("/")[0])
            ):
                first = n
                break
    key = {
        item.strip("`"): posed.answer.categories[n]
        for item, n in zip(posed.answer.items, posed.answer.key, strict=True)
    }
    expected = {step: "executed again" if n >= first else "taken from the cache" for n, step in enumerate(steps)}
    assert key == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_layers_are_those_of_the_base_and_of_run_copy_and_add_in_the_last_stage(seed):
    posed = pose("count-layers", seed)
    base = int(re.search(r"has (\d+) layer", posed.prompt[0].markdown)[1])
    last = re.split(r"(?m)^FROM base.*$", code_of(posed))[-1]
    assert posed.answer.value == base + len(re.findall(r"(?m)^(?:RUN|COPY|ADD) ", last))


def layers(text):
    return [(name, int(size)) for name, size in re.findall(r"([\w. ]+?) \((\d+) MB\)", text)]


@pytest.mark.parametrize("seed", range(40))
def test_a_push_uploads_what_the_registry_has_in_no_repository(seed):
    posed = pose("moved-by-pushes", seed)
    images, there = table_of(posed), {}
    for command, uploaded in posed.answer.rows:
        host, name = command.strip("`").removeprefix("docker push ").split("/")
        has = there.setdefault(host, set())
        assert int(uploaded) == sum(size for layer, size in layers(images[name]) if layer.strip() not in has)
        has |= {layer.strip() for layer, _ in layers(images[name])}


@pytest.mark.parametrize("seed", range(40))
def test_a_pull_fetches_what_no_image_of_the_host_has(seed):
    posed = pose("moved-by-pull", seed)
    images = table_of(posed)
    had = re.findall(r"`(.*?)`", posed.prompt[0].markdown)
    wanted = re.search(r"pulls `(.*?)`", posed.prompt[2].markdown)[1]
    has = {layer for name in had for layer in layers(images[name])}
    assert wanted not in had
    assert posed.answer.value == sum(size for layer, size in layers(images[wanted]) if (layer, size) not in has) > 0


@pytest.mark.parametrize("seed", range(60))
def test_a_name_is_read_as_the_rule_says(seed):
    posed = pose("full-image-name", seed)
    name = re.search(r"docker pull (\S+)`", posed.prompt[0].markdown)[1]
    first, slash, rest = name.partition("/")
    host = slash and ("." in first or ":" in first or first == "localhost")
    registry, path = (first, rest) if host else ("docker.io", name)
    path, _, tag = path.partition(":")
    path = path if host or "/" in path else f"library/{path}"
    right = posed.answer.options[posed.answer.correct].text
    assert right == f"Registry `{registry}`, repository `{path}`, tag `{tag or 'latest'}`"
    assert len(posed.answer.options) == 4


CODES = (
    (r'alpine sh -c "exit (\d+)"`$', None),
    (r'"exit (\d+); exit', None),
    (r'"(?:true|false); exit (\d+)"`$', None),
    (r'"false; true"', 0),
    (r'"true; false"', 1),
    (r"ctl", 127),
    (r"alpine /etc/", 126),
    (r"-p .*; .*-p |--name (\w+) alpine true`; .*--name|run \w+-\d+ true", 125),
    (r"trap 'exit (\d+)'", None),
    (r"sleep 600|nginx`; `docker kill", 137),
    (r"kill -TERM", 143),
    (r"kill -KILL", 137),
    (r"kill -HUP", 129),
)
"""Patterns of what is typed, and the exit code; None: the number in the pattern."""


@pytest.mark.parametrize("seed", range(40))
def test_exit_codes_are_those_of_the_table(seed):
    for typed, code in pose("exit-codes", seed).answer.rows:
        pattern, expected = next(row for row in CODES if re.search(row[0], typed))
        found = next((group for group in re.search(pattern, typed).groups() if group), None)
        assert int(code) == (int(found) if expected is None else expected), typed


def starts(policy, runs, code, end):
    """Moments of the starts up to an end, by the rules that the prompt states."""
    most = int(policy.partition(":")[2] or 10**6)
    again = {"no": False, "on-failure": code != 0}.get(policy.partition(":")[0], True)
    found, wait = [0.0], 0.0
    while again and len(found) <= most:
        wait = 0.1 if runs >= 10 or not wait else min(60.0, 2 * wait)
        if found[-1] + runs + wait > end:
            break
        found.append(found[-1] + runs + wait)
    return found


@pytest.mark.parametrize("seed", range(16))
def test_starts_are_counted_by_policy_and_back_off(seed):
    posed = pose("how-many-starts", seed)
    words = posed.prompt[0].markdown
    policy, runs, code = re.search(r'--restart (\S+) alpine sh -c "sleep (\d+); exit (\d)"', words).groups()
    span = int(re.search(r"(\d+) seconds later", words)[1])
    found = starts(policy, int(runs), int(code), span)
    more = 0
    if "daemon is restarted" in words:
        stopped = "docker stop" in words
        waits = policy in ("always", "unless-stopped")
        more = int(policy == "always" or (waits and not stopped))
    assert posed.answer.value == len(found) + more, (words, found)


@pytest.mark.parametrize("seed", range(10))
def test_who_is_found_shares_a_network_with_names(seed):
    posed = pose("finds-by-name", seed)
    networks, aliases = {}, {}
    for line in code_of(posed).splitlines():
        if found := re.search(r"--name (\w+)(?: --network (\w+))?(?: --network-alias (\S+))?", line):
            networks[found[1]] = {found[2]} - {None, "none"}
            if found[3]:
                aliases[found[3]] = found[1]
        elif found := re.search(r"network connect (\w+) (\w+)", line):
            networks[found[2]].add(found[1])
    for item, key in zip(posed.answer.items, posed.answer.key, strict=True):
        one, other = re.findall(r"`(.*?)`", item)
        common = networks[one] & networks[aliases.get(other, other)]
        assert posed.answer.categories[key] == ("found" if common else "not found")
    assert {0, 1} == set(posed.answer.key)


def test_a_ping_finds_whom_the_name_server_knows():
    posed = pose("finds-by-name", 3)
    tried = typed_in(*posed.replay.actions[0])[-len(posed.answer.items) :]
    assert [int(said.code != 0) for said in tried] == list(posed.answer.key)


@pytest.mark.parametrize("seed", range(12))
def test_a_port_is_refused_if_somebody_has_it_at_an_address_that_overlaps(seed):
    posed = pose("which-port-refused", seed)
    taken, refused = [], set()
    for n, option in enumerate(posed.answer.options):
        found = re.search(r"-p (?:([\d.]+):)?(\d+):\d+(/udp)?", option.text)
        if found is None:
            continue
        address, port, protocol = found.groups()
        others = {a for a, p, q in taken if (p, q) == (port, protocol)}
        if others and (address is None or others & {None, address}):
            refused.add(n)
        else:
            taken.append((address, port, protocol))
    assert posed.answer.correct == refused


@pytest.mark.parametrize("seed", range(30))
def test_what_is_left_follows_from_the_kind_of_mount_and_the_removal(seed):
    posed = pose("left-after-removal", seed)
    lines = code_of(posed)
    mounts = dict(reversed((spec.split(":") * 2)[:2]) for spec in re.findall(r"-v (\S+)", lines.splitlines()[0]))
    goes = "rm -f -v" in lines or "--rm" in lines
    stays = "docker rm" not in lines and "--rm" not in lines
    for item, key in zip(posed.answer.items, posed.answer.key, strict=True):
        folder = item.strip("`").rpartition("/")[0]
        source = mounts.get(folder)
        if source is None:
            expected = "in the layer of a stopped container" if stays else "gone"
        elif source == folder:
            expected = "gone" if goes else "in a volume without a name"
        else:
            expected = "in a directory that somebody chose" if source[0] == "/" else "in a volume with a name"
        assert posed.answer.categories[key] == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_a_service_starts_after_those_it_depends_on_and_no_other_order_does(seed):
    posed = pose("compose-start-order", seed)
    services = yaml.safe_load(code_of(posed))["services"]
    order = [posed.answer.items[n].strip("`") for n in posed.answer.key]
    assert sorted(order) == sorted(services)
    for n, name in enumerate(order):
        needs = set(services[name].get("depends_on", ()))
        assert needs <= set(order[:n])
        assert n == 0 or order[n - 1] in needs


@pytest.mark.parametrize("name", NAMES)
def test_the_replay_is_the_run_that_computed_the_key(name):
    posed = pose(name, 5)
    assert (posed.replay is None) == (name in ("full-image-name", "compose-start-order"))
    if posed.replay is not None:
        trace = posed.replay.trace()
        assert to_text(posed.replay.draw(trace.final, trace.steps[-1].event))


def test_a_number_of_megabytes_is_exact():
    assert pose("moved-by-pull", 1).answer.tolerance == Fraction(0)
