"""What images and containers take on a disk, and what becomes free."""

from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.images.disk import AddImage, Disk, RemoveContainer, RemoveImage, Start, Write, keep, size
from vlearn.trace import run

BASE = ("base", 120)
SHOP, BLOG = (BASE, ("deps", 80), ("shop", 30)), (BASE, ("blog", 25))
LIFE = [
    (AddImage("shop", SHOP), "image", 230),
    (AddImage("blog", BLOG), "image", 255),
    (Start("c", "shop"), "start", 255),
    (Write("c", 5), "write", 260),
    (RemoveImage("shop"), "conflict", 260),
    (RemoveContainer("c"), "remove-container", 255),
    (RemoveImage("shop"), "remove-image", 145),
    (RemoveImage("blog"), "remove-image", 0),
]


def test_every_action_takes_or_frees_what_nobody_else_needs():
    trace = run(keep, Disk(), [action for action, *_ in LIFE])
    assert trace.kinds == tuple(kind for _, kind, _ in LIFE)
    assert [step.state.used() for step in trace.steps] == [used for *_, used in LIFE]


def test_a_second_container_costs_what_it_writes_or_another_copy():
    one = run(keep, Disk(), [AddImage("shop", SHOP), Start("a", "shop"), Write("a", 5)]).final
    two = run(keep, one, [Start("b", "shop"), Write("b", 7)]).final
    assert two.used() - one.used() == 7
    assert two.used("full copies") - one.used("full copies") == 7 + size(SHOP)


def test_equal_contents_on_different_bases_are_two_layers():
    app = ("app", 10)
    disk = run(keep, Disk(), [AddImage("a", (BASE, app)), AddImage("b", (("other", 50), app))]).final
    assert disk.used() == 120 + 50 + 10 + 10


chains = st.lists(st.sampled_from([("a", 1), ("b", 20), ("c", 300)]), min_size=1, max_size=4).map(tuple)


@settings(deadline=None, max_examples=50)
@given(st.lists(chains, min_size=1, max_size=4))
def test_shared_layers_never_cost_more_than_images_apart_and_all_goes_in_the_end(stacks):
    disk = run(keep, Disk(), [AddImage(f"i{n}", stack) for n, stack in enumerate(stacks)]).final
    assert max(map(size, stacks)) <= disk.used() <= sum(map(size, stacks))
    assert disk.used() <= disk.used("full copies")
    assert run(keep, disk, [RemoveImage(f"i{n}") for n in range(len(stacks))]).final.used() == 0
