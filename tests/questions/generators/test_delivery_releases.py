"""Keys of chapter 13's generators, recomputed: servers, minutes and errors of releases."""

import re
from fractions import Fraction

import pytest

from tests.questions.posing import figures, option, pose, said


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
