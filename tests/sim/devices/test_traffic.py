from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.devices.traffic import send_packets
from vlearn.sim.devices.ways import (
    CORE_2,
    EMULATED,
    MACHINES,
    PASSTHROUGH,
    ROUND_FIGURES,
    SPLIT,
    WAYS,
    Machine,
    count,
    share_of_core,
)
from vlearn.sim.devices.workload import Workload

IDLE = Workload(packets=20, gap=1e-3)

BANK = [(EMULATED, 96, 32), (SPLIT, 4, 32), (PASSTHROUGH, 0, 0)]  # ch07-cost-table: 32 packets, 8 to a notification


@pytest.mark.parametrize(("way", "entries", "copies"), BANK)
def test_the_table_of_costs_has_the_models_key(way, entries, copies):
    counts = count(way, 32, batch=8)
    assert (counts.entries, counts.copies) == (entries, copies)


def test_a_core_for_exits():
    """ch07-core-for-exits: 48,000 packets a second with 3 exits each take 7.2 percent of a core."""
    assert share_of_core(48_000, {"exit": 3}) == pytest.approx(0.072)


@pytest.mark.parametrize("way", WAYS)
def test_a_guest_that_sends_now_and_then_pays_for_each_packet_in_full(way):
    result = send_packets(way, IDLE)
    counts = count(way, IDLE.packets)
    assert result.entries_a_packet * IDLE.packets == counts.entries
    assert (result.kicks, result.interrupts) == (counts.kicks, counts.interrupts)


LATENCY = [  # cycles until a single packet of 1,500 bytes has left, without the 3,600 on the wire
    (EMULATED, 2000 + 1500 + 6000 + 24 * 8 + 2500),
    (SPLIT, 2000 + 100 + 100 + 800 + 2 * 100 + 500 + 24 * 8 + 2500),
    (PASSTHROUGH, 2000 + 300),
]


@pytest.mark.parametrize(("way", "cycles"), LATENCY)
def test_the_latency_of_a_single_packet_is_the_sum_of_its_stages(way, cycles):
    assert send_packets(way, Workload(packets=1)).latency == pytest.approx((cycles + 3600) / 3e9)


def test_under_load_the_event_index_saves_notifications():
    idle, busy = send_packets(SPLIT, IDLE), send_packets(SPLIT, Workload(guests=4, packets=200))
    assert idle.kicks == IDLE.packets
    assert busy.kicks < 0.05 * busy.packets
    assert busy.cycles_a_packet < idle.cycles_a_packet


def test_the_split_driver_lies_between_emulation_and_passthrough_in_cycles():
    for guests in (1, 4):
        emulated, split, passed = (send_packets(way, Workload(guests, packets=100)).cycles_a_packet for way in WAYS)
        assert passed < split < emulated


@pytest.mark.parametrize("size", [64, 1500, 9000])
@pytest.mark.parametrize("guests", [1, 4, 16])
def test_no_packet_size_and_no_number_of_guests_turns_the_order_of_the_ways_round(size, guests):
    emulated, split, passed = (send_packets(way, Workload(guests, size, packets=60)).throughput for way in WAYS)
    assert emulated <= split * 1.01
    assert split <= passed * 1.01


@settings(deadline=None, max_examples=40)
@given(
    way=st.sampled_from(WAYS),
    machine=st.sampled_from(list(MACHINES.values())),
    guests=st.integers(1, 3),
    size=st.integers(1, 9000),
    packets=st.integers(1, 60),
    gap=st.sampled_from([0.0, 1e-6, 1e-5]),
    ring=st.sampled_from([1, 2, 64]),
)
def test_every_packet_leaves_and_no_law_of_the_machine_is_broken(way, machine, guests, size, packets, gap, ring):
    machine = replace(machine, functions=8)
    result = send_packets(way, Workload(guests, size, packets, gap, ring), machine)
    assert len(result.latencies) == guests * packets == result.counts["build"] == result.counts["complete"]
    assert result.throughput <= machine.bandwidth
    assert result.guest_cycles <= guests * result.seconds * machine.hertz * 1.001
    assert result.host_cycles <= result.seconds * machine.hertz * 1.001
    assert min(result.latencies) >= size * 8 / machine.bandwidth * 0.999
    assert result.kicks <= count(way, result.packets).kicks
    assert machine.preset.cycles(result.counts) == result.guest_cycles + result.host_cycles


def test_a_whole_card_serves_one_guest():
    with pytest.raises(ModelError, match="this card has 1"):
        send_packets(PASSTHROUGH, Workload(guests=2), CORE_2)


BAD = [
    (lambda: Machine(bandwidth=0), "bandwidth 0"),
    (lambda: Machine(hertz=-1), "hertz -1"),
    (lambda: Workload(size=-5), "size -5"),
    (lambda: Workload(guests=0), "guests 0"),
    (lambda: Workload(packets=0), "packets 0"),
    (lambda: Workload(gap=-1.0), "gap of -1"),
    (lambda: Workload(ring=100), "power of two"),
    (lambda: count(SPLIT, -1), "0 packets or more"),
    (lambda: count(SPLIT, 1, 0), "batches of 1"),
    (lambda: share_of_core(-1, {}), "0 or more"),
]


@pytest.mark.parametrize(("act", "message"), BAD)
def test_what_cannot_be_is_refused(act, message):
    with pytest.raises(ModelError, match=message):
        act()


def test_every_figure_has_a_mark_and_says_what_it_stands_for():
    for machine in (ROUND_FIGURES, CORE_2):
        kinds = {
            kind
            for way in WAYS
            for stage in (way.send, way.kick, way.wake, way.host, way.interrupt, way.done)
            for kind in stage
        }
        assert kinds <= machine.preset.costs.keys()
        assert all(cost.mark in "VMAE" and cost.why for cost in machine.preset.costs.values())
