"""The step model and the bitmaps are two granularities of one thing: they report the same, to the last bit."""

from hypothesis import given, settings

from tests.sim.migration.random_migrations import links, machines, strategies
from vlearn.sim.migration import Link, Migrate, PostCopy, Sequential, VirtualMachine, before, migrate, transfer
from vlearn.sim.migration.patterns import PAGE
from vlearn.trace import run


@given(machines(), links, strategies)
@settings(deadline=None, max_examples=250)
def test_pages_one_by_one_and_bitmaps_report_the_same(machine, link, strategy):
    stepwise = run(migrate, before(machine, link), [Migrate(strategy)]).final.report
    assert transfer(machine, link, strategy) == stepwise


def test_they_agree_beyond_the_first_stretch_of_pushes():
    machine = VirtualMachine(700 * PAGE, (Sequential(700 * PAGE, 90 * PAGE, writes=False),))
    for push in ("ascending", "bubble"):
        stepwise = run(migrate, before(machine, Link(60 * PAGE)), [Migrate(PostCopy(push))]).final.report
        assert transfer(machine, Link(60 * PAGE), PostCopy(push)) == stepwise


def test_they_agree_where_an_access_and_the_end_of_a_stretch_are_rounded_apart():
    machine = VirtualMachine(1024 * PAGE, (Sequential(256 * PAGE, 100 * PAGE, 512 * PAGE),), 0)
    link = Link(400 * PAGE, 0.002, 0)
    for push in ("none", "ascending", "bubble"):
        stepwise = run(migrate, before(machine, link), [Migrate(PostCopy(push))]).final.report
        assert transfer(machine, link, PostCopy(push)) == stepwise


def test_a_machine_of_ordinary_size_arrives():
    mib = 1024 * 1024
    machine = VirtualMachine(200 * mib, (Sequential(10 * mib, mib),), 0)
    for round_trip in (0.0, 0.0002):
        report = transfer(machine, Link(10 * mib, round_trip, 0), PostCopy())
        assert report.identical
        assert report.pages == machine.pages
