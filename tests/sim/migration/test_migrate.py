import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sim.migration.random_migrations import hybrids, links, machines, post_copies, pre_copies, strategies
from vlearn.errors import ModelError
from vlearn.sim.migration import (
    PAGE,
    PARTS,
    Cold,
    Failure,
    Hybrid,
    Link,
    Migrate,
    PostCopy,
    PreCopy,
    Repair,
    Sequential,
    Suspend,
    Uniform,
    VirtualMachine,
    before,
    migrate,
    plain,
)
from vlearn.trace import run

LINK = Link(100 * PAGE, 0.002, 0)
SMALL = VirtualMachine(4 * PAGE, (Sequential(2 * PAGE, 50 * PAGE),), state=PAGE, resume=0.01)
START = before(SMALL, LINK)
HAND_OVER = ["send-state", "acknowledge", "commit", "activate", "announce"]

GOLDEN = [
    (Cold(), ["select", "reserve", "shut-down", "boot"]),
    (Suspend(), ["select", "reserve", "pause", *4 * ["send"], "round-end", *HAND_OVER, "release"]),
    (
        PreCopy(plain(rounds=2)),
        [
            *("select", "reserve", "round", *4 * ["send"], "write", "round-end"),
            *("round", "send", "send", "write", "round-end"),
            *("pause", "send", "round-end", *HAND_OVER, "release"),
        ],
    ),
    (PostCopy(), ["select", "reserve", "pause", *HAND_OVER, "push", "write", "push", "push", "push", "release"]),
]


@pytest.mark.parametrize(("strategy", "kinds"), GOLDEN, ids=lambda value: getattr(value, "name", ""))
def test_golden_traces(strategy, kinds):
    found = list(run(migrate, START, [Migrate(strategy)]).kinds)
    if isinstance(strategy, PostCopy):
        assert found[:8] == kinds[:8]
        assert found.count("push") + found.count("deliver") == 4
    else:
        assert found == kinds


@given(machines(), links, strategies)
@settings(deadline=None, max_examples=120)
def test_whoever_goes_on_with_the_machine_has_all_of_it(machine, link, strategy):
    final = run(migrate, before(machine, link), [Migrate(strategy)]).final
    if final.ending == "at the destination":
        assert final.destination.memory == final.newest
        assert final.identical
    else:
        assert final.source.memory == final.newest
        assert final.source.runs


@given(machines(most=12), links, st.one_of(pre_copies, st.just(Suspend())))
@settings(deadline=None, max_examples=60)
def test_at_the_moment_of_resume_destination_memory_equals_source_memory(machine, link, strategy):
    for step in run(migrate, before(machine, link), [Migrate(strategy)]).steps:
        if step.event.kind == "activate":
            assert step.state.destination.memory == step.state.source.memory == step.state.newest


@given(machines(most=12), links, strategies)
@settings(deadline=None, max_examples=60)
def test_exactly_one_host_owns_the_machine_and_at_most_one_runs_it_at_every_moment(machine, link, strategy):
    for step in run(migrate, before(machine, link), [Migrate(strategy)]).steps:
        hosts = step.state.source, step.state.destination
        assert sum(host.owns for host in hosts) == 1
        assert sum(host.runs for host in hosts) <= 1
        assert all(host.owns for host in hosts if host.runs)


@given(machines(), links, post_copies)
@settings(deadline=None, max_examples=80)
def test_post_copy_sends_each_page_exactly_once(machine, link, strategy):
    trace = run(migrate, before(machine, link), [Migrate(strategy)])
    sent = [step.event.touches[0] for step in trace.steps if step.event.kind in ("push", "deliver")]
    assert sorted(sent) == sorted({f"page[{page}]" for page in range(machine.pages)})


@given(machines(), links, strategies)
@settings(deadline=None, max_examples=80)
def test_bytes_are_pages_and_headers_and_state(machine, link, strategy):
    final = run(migrate, before(machine, link), [Migrate(strategy)]).final
    state = machine.state if "send-state" in run(migrate, before(machine, link), [Migrate(strategy)]).kinds else 0
    assert final.bytes == final.pages * (PAGE + link.header) + state


@given(machines(most=10), links, st.one_of(pre_copies, post_copies, hybrids), st.sampled_from(PARTS), st.data())
@settings(deadline=None, max_examples=150)
def test_a_failure_ends_with_a_whole_machine_or_says_that_it_is_lost(machine, link, strategy, part, data):
    whole = run(migrate, before(machine, link), [Migrate(strategy)])
    moment = data.draw(st.integers(0, len(whole)))
    failed = run(migrate, before(machine, link), [Migrate(strategy, Failure(part, moment))])
    final = failed.final
    if final.stage == "waiting for the link":
        final = run(migrate, final, [Repair(strategy)]).final
    if final.ending == "at the destination":
        assert final.destination.memory == final.newest
        assert final.destination.runs
    elif final.ending == "at the source":
        assert final.source.memory == final.newest
        assert final.source.runs
    else:
        assert final.ending == "lost"
        assert not (final.holds_all(final.source))
        assert not (final.holds_all(final.destination))
    assert part != "link" or final.ending != "lost"


def after(strategy, kind, which=0, part="source"):
    """What comes of a failure right after an event of that kind."""
    kinds = run(migrate, START, [Migrate(strategy)]).kinds
    moments = [moment for moment, found in enumerate(kinds) if found == kind]
    return run(migrate, START, [Migrate(strategy, Failure(part, moments[which] + 1))]).final


LIVE = PreCopy(plain(rounds=3))
FATES = [
    (LIVE, "round", 2, "source", "lost"),
    (LIVE, "round", 2, "destination", "at the source"),
    (LIVE, "round", 2, "link", "at the source"),
    (LIVE, "pause", 0, "destination", "at the source"),
    (LIVE, "send-state", 0, "destination", "at the source"),
    (LIVE, "acknowledge", 0, "destination", "at the source"),
    (LIVE, "acknowledge", 0, "link", "at the source"),
    (LIVE, "acknowledge", 0, "source", "at the destination"),
    (LIVE, "commit", 0, "destination", "lost"),
    (LIVE, "commit", 0, "link", "at the destination"),
    (LIVE, "activate", 0, "source", "at the destination"),
    (PostCopy(), "pause", 0, "destination", "at the source"),
    (PostCopy(), "push", 1, "source", "lost"),
    (PostCopy(), "push", 1, "destination", "lost"),
    (PostCopy(), "push", 3, "source", "at the destination"),
    (Hybrid(), "announce", 0, "source", "lost"),
]


@pytest.mark.parametrize(("strategy", "kind", "which", "part", "ending"), FATES)
def test_which_failure_loses_the_machine(strategy, kind, which, part, ending):
    assert after(strategy, kind, which, part).ending == ending


def test_a_cut_link_stops_post_copy_and_its_repair_takes_it_to_the_end():
    stopped = after(PostCopy(), "push", 1, "link")
    assert stopped.stage == "waiting for the link"
    assert not stopped.destination.runs
    final = run(migrate, stopped, [Repair(PostCopy())]).final
    assert final.ending == "at the destination"
    assert final.pages == 4


def test_only_the_processor_that_touched_the_page_waits():
    busy = Uniform(8 * PAGE, 300 * PAGE, writes=False)
    machine = VirtualMachine(8 * PAGE, (busy, Sequential(PAGE, 300 * PAGE, 7 * PAGE, writes=False)), state=0)
    trace = run(migrate, before(machine, LINK), [Migrate(PostCopy("none", alone=1.0))])
    waiting = [[one.waits_for is not None for one in step.state.processors] for step in trace.steps]
    assert [True, False] in waiting
    reads = [
        step
        for step in trace.steps
        if step.event.kind == "read"
        and "processor 1" in step.event.text
        and step.state.processors[0].waits_for is not None
    ]
    assert reads


def test_pushing_saves_faults_and_prepaging_saves_more():
    pages = 400
    machine = VirtualMachine(pages * PAGE, (Sequential(200 * PAGE, 90 * PAGE, 200 * PAGE),), state=0)
    faults = [
        run(migrate, before(machine, LINK), [Migrate(PostCopy(push))]).final.faults
        for push in ("none", "ascending", "bubble")
    ]
    assert faults[0] >= faults[1] > faults[2] > 0


REFUSED = [
    (lambda: VirtualMachine(0), "memory is in bytes, a positive multiple"),
    (lambda: VirtualMachine(-PAGE), "-4096 is not"),
    (lambda: VirtualMachine(PAGE, state=-1), "state is in bytes and cannot be -1"),
    (lambda: VirtualMachine(PAGE, (Sequential(2 * PAGE, 1),)), "processor 0 touches page 1; .* pages 0 to 0"),
    (lambda: Link(0), "bandwidth is in bytes a second and more than 0, not 0: nothing would ever arrive"),
    (lambda: Link(100), "100 of them are not even a page: 1 Gbit/s is 125e6"),
    (lambda: Link(1e9, -1), "a round trip is in seconds"),
    (lambda: Link(1e9, 20), "20 is not: 0.2 ms is 0.0002"),
    (lambda: VirtualMachine(800), "memory is in bytes, .*; 800 is not"),
    (lambda: Failure("switch", 0), "source, destination, link, not 'switch'"),
    (lambda: Failure("link", -1), "0 or more"),
    (lambda: PostCopy("demand"), "push is one of none, ascending, bubble"),
    (lambda: run(migrate, before(VirtualMachine(1 << 26), LINK), [Migrate(Suspend())]), "use `transfer`"),
    (lambda: run(migrate, START, [Migrate(Suspend()), Migrate(Suspend())]), "has been moved already"),
    (lambda: run(migrate, START, [Repair(PostCopy())]), "does not wait"),
]


@pytest.mark.parametrize(("attempt", "message"), REFUSED)
def test_what_cannot_be_is_refused_in_words(attempt, message):
    with pytest.raises(ModelError, match=message):
        attempt()
