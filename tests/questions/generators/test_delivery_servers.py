"""Keys of chapter 13's generators, recomputed: which servers have drifted."""

import re

import pytest

from tests.questions.posing import pose


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
