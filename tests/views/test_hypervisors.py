"""The pictures of chapter 2: ways through layers, stacks, what falls, what is trusted, choices and claims."""

from itertools import combinations

import pytest

from tests.views.geometry import SVG, collisions, root_of, texts_of
from vlearn.blocks import Text
from vlearn.errors import ModelError
from vlearn.sim.datacenter.hypervisors import (
    BARE,
    CLAIMS,
    DEVICES,
    KINDS,
    LACKS,
    OPERATIONS,
    PRODUCTS,
    RULES,
    blast_radius,
    choose,
    claims,
    followed,
    kind,
    operation,
    parts,
    trusted,
    trusted_lines,
)
from vlearn.views.hypervisors_choice import draw_choice
from vlearn.views.hypervisors_claims import draw_claims, products
from vlearn.views.hypervisors_counts import by_device, counted, cycles, over_world_price
from vlearn.views.hypervisors_layers import draw_kinds, rows
from vlearn.views.hypervisors_path import draw_walk, walk
from vlearn.views.hypervisors_reach import PLACES, draw_attack, draw_reach, reached
from vlearn.views.hypervisors_trusted import draw_trusted, short, sizes
from vlearn.views.svg import FAULT

TYPE_1, SERVICE_DOMAIN, HOSTED, IN_KERNEL, MICROVM = KINDS
WAYS = [
    (name, what, device)
    for name in (BARE, *KINDS)
    for what in OPERATIONS
    for device in DEVICES
    if (name, device) not in LACKS and (what != "system call" or device == "emulated")
]


def words(figure):
    return [area.words for area in texts_of(root_of(figure.svg))]


def count(figure, tag):
    return len(list(root_of(figure.svg).iter(f"{SVG}{tag}")))


@pytest.mark.parametrize(("name", "what", "device"), WAYS)
def test_a_way_is_drawn_without_faults_at_every_moment(name, what, device):
    whole = operation(name, what, device)
    trace, draw = followed(whole), walk(whole)
    for moment in range(len(trace) + 1):
        (figure,) = draw(trace.state_at(moment), trace.steps[moment - 1].event if moment else None)
        assert collisions(figure.svg) == []
        assert count(figure, "circle") == trace.state_at(moment).reached + 1
    assert f"{whole.count():,}" in words(figure)
    assert f"{whole.count()} mode switches" in figure.alt


def test_what_comes_next_is_neither_drawn_nor_said():
    whole = operation(HOSTED, "disk read", "emulated")
    trace = followed(whole)
    (figure,) = walk(whole)(trace.state_at(2), trace.steps[1].event)
    assert "VMApp, host process" not in figure.alt
    assert "world switch" not in figure.alt
    assert "× 5" not in words(figure)
    (figure,) = walk(whole)(trace.state_at(7), trace.steps[6].event)
    assert "× 5" in words(figure)
    assert "× 257" not in words(figure)


def test_repetitions_are_drawn_once_and_said_so():
    (figure,) = draw_walk(IN_KERNEL, "disk read", "emulated")
    assert {"× 5", "× 257"} <= set(words(figure))
    assert "257 times" in figure.alt


def test_a_device_that_a_kind_lacks_is_a_sentence():
    for (name, device), why in LACKS.items():
        (said,) = draw_walk(name, "disk read", device)
        assert isinstance(said, Text)
        assert why in said.markdown
        assert draw_walk(name, "system call", device)[0].alt


def test_stacks_end_on_hardware_and_hold_who_is_visited():
    (figure,) = draw_kinds()
    assert collisions(figure.svg) == []
    for name, layers in KINDS.items():
        drawn = {who for row in rows(layers) for _, who in row}
        hosts = {visit.who for visit in kind(name).visits if visit.layer in ("host process", "hypervisor")}
        assert hosts <= drawn
    assert words(figure).count("hardware") == len(KINDS)


def test_where_the_host_has_no_process_none_is_spoken_of():
    for name in KINDS:
        (figure,) = draw_attack(name, "a guest's kernel")
        assert ("host process" in words(figure)) == (name != TYPE_1)


def test_only_type_1_has_nothing_of_a_host():
    without = [
        name for name, layers in KINDS.items() if not any("host" in layer for row in rows(layers) for layer, _ in row)
    ]
    assert without == [TYPE_1]


@pytest.mark.parametrize("sandbox", [None, True, False])
@pytest.mark.parametrize("name", KINDS)
def test_what_falls_is_the_blast_radius_and_is_drawn_without_faults(name, sandbox):
    for part in parts(name, sandbox):
        fallen = reached(name, part.name, sandbox)
        assert fallen.keys() == blast_radius(name, part.name, sandbox)
        (figure,) = draw_reach(name, part.name, sandbox)
        assert collisions(figure.svg) == []
        assert count(figure, "circle") == len(fallen)
        assert sum(rect.get("fill") == FAULT.fill for rect in root_of(figure.svg).iter(f"{SVG}rect")) == 1


def test_each_step_of_an_attack_is_a_control():
    for name in KINDS:
        controls = {part.name: part.controls for part in parts(name, sandbox=False)}
        for part in controls:
            for fell, (steps, before) in reached(name, part, False).items():
                assert (fell in controls[before]) if steps else fell == part


def test_every_place_can_be_attacked_under_some_kind_or_is_said_to_be_missing():
    for place in PLACES:
        drawn = [draw_attack(name, place)[0] for name in KINDS]
        assert any(not isinstance(block, Text) for block in drawn)
    (missing,) = draw_attack(TYPE_1, "the host's kernel, or Dom0's")
    assert isinstance(missing, Text)
    with pytest.raises(ModelError, match="there is no place"):
        draw_attack(TYPE_1, "the cellar")
    with pytest.raises(ModelError, match="has no part 'VMM'"):
        draw_reach(TYPE_1, "VMM")


def test_a_device_model_that_is_shut_in_is_said_to_be():
    shut, free = (draw_attack(IN_KERNEL, "a guest's device model", each)[0] for each in (True, False))
    assert "Device models are shut in" in shut.alt
    assert "Safe: host's kernel with KVM" in shut.alt
    assert "Device models are not shut in" in free.alt
    assert "Safe: nothing" in free.alt


@pytest.mark.parametrize("sandbox", [None, True, False])
def test_the_bars_of_trusted_lines_have_their_ends_and_owners(sandbox):
    (figure,) = draw_trusted(sandbox)
    assert collisions(figure.svg) == []
    for name in KINDS:
        assert {short(lines) for lines in trusted_lines(name)} <= set(words(figure))
        assert ", ".join(part.name for part in trusted(name, sandbox=sandbox)) in figure.alt


def test_every_size_has_its_source():
    table = sizes()
    assert len({row[0] for row in table.rows}) == len(table.rows) == 9
    assert all(row[-1] for row in table.rows)


def test_every_set_of_needs_is_drawn_with_reasons_and_ranks():
    for size in range(len(RULES) + 1):
        for needs in combinations(RULES, size):
            figure, *others = draw_choice(needs)
            assert collisions(figure.svg) == []
            choice = choose(needs)
            against = sum(len(rules) for _, rules in choice.excluded)
            assert sum(len(table.rows) for table in others[:-1]) == against
            assert isinstance(others[-1], Text) == choice.conflict
            if choice.kinds:
                assert [row[1] for row in others[-1].rows] == list(choice.kinds)


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_claim_stands_on_its_card(name):
    (figure,) = draw_claims(name)
    assert collisions(figure.svg) == []
    for claim in claims(name):
        assert f"{claim.who} calls it {claim.label}" in figure.alt
        assert claim.label in words(figure)
    assert ("from memory" in figure.alt) == any(claim.mark == "M" for claim in claims(name))


def test_products_are_listed_with_their_owners():
    assert [row[0] for row in products().rows] == list(PRODUCTS)
    assert {claim.product for claim in CLAIMS} <= {row[0] for row in products().rows}


@pytest.mark.parametrize("what", OPERATIONS)
@pytest.mark.parametrize("device", DEVICES)
def test_the_table_of_counts_has_dashes_where_there_is_no_such_device(what, device):
    for name, *cells in counted(what, device).rows:
        lacks = (name, device) in LACKS and what != "system call"
        assert (set(cells) == {"–"}) == lacks
        if not lacks:
            exits, entries, worlds, rings, everything = (int(cell.replace(",", "")) for cell in cells[:5])
            assert exits + entries + worlds + rings == everything == operation(name, what, device).count()


def test_bars_are_left_out_where_there_is_no_such_device():
    drawn = {(name, series.name) for series in by_device("disk read").series for name in series.x}
    assert drawn == {(name, device) for name in KINDS for device in DEVICES} - LACKS.keys()


def test_xen_and_kvm_cost_the_same_where_four_worlds_are_four_rings_and_a_copy():
    chart = over_world_price(
        "disk read", "paravirtual", ring=100, crossing=1500, copy=400, worlds=[200], names=[SERVICE_DOMAIN, IN_KERNEL]
    )
    xen, kvm = chart.series
    assert xen.y == kvm.y
    whole = operation(SERVICE_DOMAIN, "disk read")
    assert cycles(whole, ring=0, crossing=0, world=1) == whole.count("world") == 4
    with pytest.raises(ModelError, match="prices are 0 cycles or more"):
        cycles(whole, ring=1, crossing=1, world=1, copy=-2)
