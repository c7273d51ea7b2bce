import pytest

from tests.views.geometry import collisions, root_of, texts_of
from vlearn.errors import ModelError
from vlearn.sim.devices.driver_domain import World
from vlearn.sim.devices.driver_domain_run import Ask, Connect, Crash, Fetch, Respond, Restart, Serve, serve_guests
from vlearn.sim.devices.drivers import handle_interrupt, read_sector, send, set_up_transmit
from vlearn.sim.devices.emulated import Arrive, Emulated, emulate
from vlearn.sim.devices.handshake import Handshake, shake
from vlearn.sim.devices.passthrough import Assign, EnableFunctions, Host, Interrupt, StoreToRegister, WriteByDma
from vlearn.sim.devices.passthrough_run import pass_through
from vlearn.sim.devices.traffic import send_packets
from vlearn.sim.devices.ways import CORE_2, PASSTHROUGH, WAYS
from vlearn.sim.devices.workload import Workload
from vlearn.trace import run
from vlearn.views.devices_cost import MEASURES, draw_costs, draw_results, over_guests, over_sizes
from vlearn.views.devices_driver_domain import draw_driver_domain
from vlearn.views.devices_emulated import draw_emulated
from vlearn.views.devices_handshake import draw_handshake
from vlearn.views.devices_iommu import draw_iommu

CONNECT = ("backend", "frontend", "backend", "frontend")
SHAKEN = run(shake, Handshake(), (*CONNECT, "crash", "frontend", "toolstack", *CONNECT, "guest", "backend", "frontend"))
SHARED = run(
    pass_through,
    Host.with_guests(("A", "B"), 16),
    [
        *(EnableFunctions(7), Assign("01:00.1", "A"), Assign("01:00.2", "B"), Assign("01:00.7", "A")),
        *(WriteByDma("01:00.1", 0x5000, b"x"), WriteByDma("01:00.2", 0x15000, b"x"), Interrupt("01:00.1", 2)),
        *(Interrupt("01:00.1", 1), StoreToRegister("B", "01:00.1"), Assign("01:00.1", "B")),
    ],
)
BARE = run(
    pass_through,
    Host.with_guests(("A",), 4, remaps=False),
    [Assign("01:00.0", "A"), WriteByDma("01:00.0", 0x5000, b"x")],
)
DRIVEN = run(
    emulate,
    Emulated(),
    [*set_up_transmit(), *send(0, b"packet"), *handle_interrupt(0), *read_sector(3, 3), Arrive(b"lost")],
)
SERVED = run(
    serve_guests,
    World.of_guests(2, 16),
    [
        *(Connect(), Ask(3, 12), Ask(4, 1), Ask(4, 1, forged=True), Serve(), Crash(), Ask(3), Restart(), Connect()),
        *(Serve(), Respond(), Fetch(3), Fetch(4)),
    ],
)
RUNS = [
    (draw_driver_domain, SERVED),
    (draw_handshake, SHAKEN),
    (draw_iommu, SHARED),
    (draw_iommu, BARE),
    (draw_emulated, DRIVEN),
]


def words(figure):
    return [area.words for area in texts_of(root_of(figure.svg))]


def at(draw, trace, kind):
    step = next(step for step in trace.steps if step.event.kind == kind)
    return draw(step.state, step.event)


@pytest.mark.parametrize(("draw", "trace"), RUNS)
def test_nothing_in_a_drawing_meets_anything_else(draw, trace):
    for state, event in [(trace.start, None), *((step.state, step.event) for step in trace.steps)]:
        assert not collisions(draw(state, event)[0].svg)


@pytest.mark.parametrize(("draw", "trace"), RUNS)
def test_the_alternative_text_ends_in_what_happened(draw, trace):
    for step in trace.steps:
        assert step.event.text[1:] in draw(step.state, step.event)[0].alt


def test_the_handshake_shows_what_is_shared():
    figure, store = draw_handshake(run(shake, Handshake(), CONNECT).final, None)
    assert {"granted and mapped", "event channel"} <= set(words(figure))
    assert ("/local/domain/3/device/vbd/51712/ring-ref", "8") in store.rows
    assert "granted, not mapped" in words(at(draw_handshake, SHAKEN, "crash")[0])


def test_a_blocked_dma_is_in_the_table_of_faults():
    _, interrupts, faults = at(draw_iommu, SHARED, "dma-blocked")
    assert faults.rows == (("01:00.2", "0x15000", "0x05", "the domain's table allows no write there"),)
    assert ("1", "01:00.1", "0x41", "A") in interrupts.rows


def test_a_host_without_an_iommu_says_so():
    assert "No IOMMU" in words(draw_iommu(BARE.final, None)[0])
    assert "without an IOMMU" in draw_iommu(BARE.final, None)[0].alt


def test_a_crash_and_what_it_does_twice_are_shown():
    figure, _ = at(draw_driver_domain, SERVED, "not-connected")
    assert {"crashed", "not connected"} <= set(words(figure))
    assert "The driver domain has crashed" in figure.alt
    _, table = draw_driver_domain(SERVED.final, None)
    assert table.rows == (
        ("3", "Connected / Connected", "12", "12", "24", "1"),
        ("4", "Connected / Connected", "2", "2", "2", "1"),
    )


def test_a_sent_packet_is_in_the_ring_and_in_the_registers():
    figure, registers = at(draw_emulated, DRIVEN, "send")
    assert words(figure).count("sent") == 1
    assert ("0x3818", "TDT", "transmit ring, tail: the driver's end; a store starts the card", "0x1") in registers.rows


def test_three_ways_stand_side_by_side():
    (table,) = draw_results(send_packets(way, Workload(packets=20, gap=1e-3)) for way in WAYS)
    assert [(row[0], row[1], row[2]) for row in table.rows] == [
        ("emulated card", "3.00", "1"),
        ("split driver", "1.00", "1"),
        ("passthrough", "0.00", "0"),
    ]
    (costs,) = draw_costs(CORE_2)
    assert ("exit", "2,123", "A") in [row[:3] for row in costs.rows]


@pytest.mark.parametrize("measure", MEASURES)
def test_charts_have_a_line_for_each_way(measure):
    chart = over_sizes(measure, Workload(packets=20), (64, 1500))
    assert [series.name for series in chart.series] == [way.name for way in WAYS]
    assert all(len(series.y) == 2 for series in chart.series)
    assert chart.y_label == MEASURES[measure][0]


def test_a_chart_of_something_else_is_refused():
    with pytest.raises(ModelError, match="did you mean 'latency'"):
        over_sizes("latancy", Workload())


def test_passthrough_ends_where_the_card_has_no_more_functions():
    chart = over_guests("cycles", Workload(packets=5), (1, 16, 17))
    lines = {series.name: series.x for series in chart.series}
    assert lines[PASSTHROUGH.name] == (1.0, 16.0)
    assert lines["split driver"] == (1.0, 16.0, 17.0)
