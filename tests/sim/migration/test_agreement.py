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
