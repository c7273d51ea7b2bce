"""The keys of the chapter's questions are what the model says."""

from functools import cache

import pytest

from vlearn.questions.bank import load_bank
from vlearn.sim.migration import (
    Link,
    Migrate,
    PostCopy,
    PreCopy,
    Sequential,
    Suspend,
    VirtualMachine,
    before,
    estimate,
    migrate,
    plain,
    plan,
    transfer,
)
from vlearn.sim.migration.patterns import PAGE
from vlearn.trace import run

MB = 1_000_000


@cache
def bank():
    return load_bank()


def answer(name):
    return bank()[name].make(None).answer


def whole_pages(size):
    return size // PAGE * PAGE


def test_the_run_of_rounds():
    machine = VirtualMachine(whole_pages(2000 * MB), (Sequential(whole_pages(2000 * MB), 20 * MB),), 0)
    rounds = transfer(machine, Link(100 * MB, 0, 0), PreCopy(plain(5 * MB))).rounds
    rows = answer("ch09-run-of-rounds").rows
    assert len(rows) == len(rounds)
    for row, one in zip(rows, rounds, strict=True):
        assert one.sent_bytes / MB == pytest.approx(float(row[1]), rel=0.01)
        assert one.seconds == pytest.approx(float(row[2]), rel=0.01)
        assert one.dirtied * PAGE / MB == pytest.approx(float(row[3]), rel=0.01)


def test_the_pause_of_the_last_round():
    machine = VirtualMachine(24 * 250 * PAGE, state=24 * 250 * PAGE // 24, resume=0.040)
    report = transfer(machine, Link(125 * 250 * PAGE, 0, 0), Suspend())
    assert report.downtime * 1000 == pytest.approx(answer("ch09-pause-of-last-round").value)


def test_the_pause_of_a_guest_that_dirties_faster_than_the_link():
    buffer = whole_pages(250 * MB)
    machine = VirtualMachine(whole_pages(4000 * MB), (Sequential(buffer, 500 * MB),), 0)
    report = transfer(machine, Link(125 * MB, 0, 0), PreCopy(plain(rounds=5)))
    key = answer("ch09-dirty-faster-than-link")
    assert report.downtime == pytest.approx(float(key.value), abs=float(key.tolerance))
    found = estimate(4000e6, 500e6, 125e6, working_set=250e6)
    assert found.downtime == float(key.value)


def test_fifty_rounds_leave_what_five_leave():
    machine = VirtualMachine(1000 * PAGE, (Sequential(300 * PAGE, 500 * PAGE),), 0)
    link = Link(100 * PAGE, 0, 0)
    five, fifty = (transfer(machine, link, PreCopy(plain(rounds=rounds))) for rounds in (5, 50))
    assert five.downtime == fifty.downtime
    assert answer("ch09-more-rounds").truth is False


def test_the_order_of_the_stages():
    machine = VirtualMachine(4 * PAGE, (Sequential(2 * PAGE, 50 * PAGE),), state=PAGE)
    kinds = run(migrate, before(machine, Link(100 * PAGE)), [Migrate(PreCopy(plain(rounds=2)))]).kinds
    marks = ["select", "reserve", "round", "round", "pause", "send-state", "acknowledge", "commit", "activate"]
    found = [kind for kind in kinds if kind in marks]
    assert found == marks
    assert len(answer("ch09-order-pre-copy").items) == len(marks)


def test_the_advice_for_the_web_server_and_the_database():
    web = plan(8000e6, 10e6, 200e6, 1.0)
    assert web.strategy == "pre-copy"
    assert web.suspended == 40
    database = plan(60_000e6, 400e6, 200e6, 1.0, working_set=30_000e6, may_lose=True)
    assert database.strategy == "post-copy"
    assert (database.precopy.downtime, database.postcopy_total) == (150, 300)


def test_a_page_is_sent_once_by_post_copy_and_several_times_by_pre_copy():
    machine = VirtualMachine(100 * PAGE, (Sequential(50 * PAGE, 50 * PAGE),), 0)
    link = Link(100 * PAGE)
    assert transfer(machine, link, PostCopy()).pages == 100
    assert transfer(machine, link, PreCopy(plain(rounds=3))).pages > 100
