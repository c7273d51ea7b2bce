"""Machines, links and strategies drawn at random for properties; times are of the order of a page's."""

from dataclasses import replace

from hypothesis import strategies as st

from vlearn.sim.migration import (
    CLARK_2005,
    IDLE,
    PAGE,
    PUSHES,
    XEN_2005,
    XEN_TODAY,
    Cold,
    Hybrid,
    Link,
    Phases,
    PostCopy,
    PreCopy,
    Sequential,
    Suspend,
    Together,
    Uniform,
    VirtualMachine,
    plain,
    qemu,
)

SLOT = 0.01
RATE = PAGE / SLOT
rates = st.sampled_from([0.0, 0.013, 0.1, 0.37, 0.9, 2.3]).map(lambda share: share * RATE)


@st.composite
def steady(draw, pages):
    first = draw(st.integers(0, pages - 1))
    size = draw(st.integers(1, pages - first)) * PAGE
    writes = draw(st.booleans())
    if draw(st.booleans()):
        return Sequential(size, draw(rates), first * PAGE, writes)
    return Uniform(size, draw(rates), first * PAGE, writes, seed=draw(st.integers(0, 99)))


@st.composite
def patterns(draw, pages):
    kind = draw(st.sampled_from(["idle", "one", "two", "phases"]))
    if kind == "idle":
        return IDLE
    if kind == "one":
        return draw(steady(pages))
    both = draw(steady(pages)), draw(steady(pages))
    if kind == "two":
        return Together(both)
    return Phases(tuple((draw(st.floats(0.02, 0.3)), one) for one in both))


@st.composite
def machines(draw, most=32):
    pages = draw(st.integers(1, most))
    processors = draw(st.lists(patterns(pages), min_size=1, max_size=3))
    return VirtualMachine(pages * PAGE, tuple(processors), draw(st.sampled_from([0, 5000])), draw(st.floats(0, 0.05)))


links = st.builds(
    Link, st.sampled_from([0.5 * RATE, RATE, 4 * RATE]), st.sampled_from([0.0, 0.005, 0.05]), st.sampled_from([0, 8])
)
POLICIES = (XEN_2005, CLARK_2005, XEN_TODAY, qemu(), qemu(0.01, RATE / 2, True), plain(2 * PAGE, 6), plain(rounds=3))
policies = st.builds(
    lambda policy, batch: replace(policy, batch=batch), st.sampled_from(POLICIES), st.sampled_from([1, 2, 7])
)
pushes, alone = st.sampled_from(PUSHES), st.sampled_from([0.0, 0.5])
post_copies = st.builds(PostCopy, pushes, alone)
hybrids = st.builds(Hybrid, policies, pushes, alone)
pre_copies = st.builds(PreCopy, policies)
strategies = st.one_of(st.just(Cold()), st.just(Suspend()), pre_copies, post_copies, hybrids)
