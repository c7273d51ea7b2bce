import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.errors import ModelError
from vlearn.sim.devices import nic
from vlearn.sim.devices.drivers import BUFFERS, ENTRIES, RING, handle_interrupt, read_sector, send, set_up_transmit
from vlearn.sim.devices.emulated import Arrive, Emulated, ReadRegister, Store, WriteRegister, emulate
from vlearn.trace import run

READY = run(emulate, Emulated(), set_up_transmit()).final


def test_one_packet_runs_through_the_card():
    kinds = run(emulate, READY, [*send(0, b"hello"), *handle_interrupt(0)]).kinds
    assert kinds == ("store", "store", "exit", "send", "inject", "exit", "load", "exit")


def test_the_question_about_exits_has_the_models_key():
    """ch07-emulated-transmit, in its order but for the look at the descriptor: no, no, yes, yes, no, yes."""
    kinds = run(emulate, READY, [*send(0, b"hello"), *handle_interrupt(0)]).kinds
    assert [kind == "exit" for kind in kinds if kind in ("store", "load", "exit")] == [
        *(False, False, True),
        *(True, False, True),
    ]


def test_32_packets_cost_96_exits_and_32_copies():
    """ch07-cost-table."""
    state = READY
    for number in range(32):
        state = run(emulate, state, [*send(number, bytes(1500)), *handle_interrupt(number)]).final
    assert (state.exits - READY.exits, state.copies, state.injected) == (96, 32, 32)


@settings(deadline=None, max_examples=30)
@given(st.lists(st.binary(min_size=1, max_size=64), min_size=1, max_size=20))
def test_every_packet_reaches_the_wire_unchanged_and_in_order(packets):
    state = READY
    for number, packet in enumerate(packets):
        state = run(emulate, state, [*send(number, packet), *handle_interrupt(number)]).final
    assert list(state.nic.wire) == packets


def test_the_card_waits_while_transmission_is_off():
    off = run(emulate, READY, [WriteRegister(nic.TCTL, 0)]).final
    assert "send" not in run(emulate, off, send(0, b"x")).kinds


def test_reading_the_causes_clears_them():
    state = run(emulate, READY, send(0, b"x")).final
    reads = run(emulate, state, [ReadRegister(nic.ICR)] * 2)
    assert [step.state.value for step in reads.steps] == [nic.TRANSMITTED, 0]


def test_a_masked_interrupt_is_injected_when_it_is_enabled():
    masked = run(emulate, READY, [WriteRegister(nic.IMC, nic.TRANSMITTED), *send(0, b"x")])
    assert "inject" not in masked.kinds
    assert run(emulate, masked.final, [WriteRegister(nic.IMS, nic.TRANSMITTED)]).kinds == ("exit", "inject")


def test_a_frame_needs_a_buffer():
    descriptor = BUFFERS.to_bytes(8, "little") + bytes(8)
    setup = [
        Store(RING, descriptor),
        *(WriteRegister(offset, value) for offset, value in {
            nic.RDBAL: RING, nic.RDLEN: ENTRIES * 16, nic.RDT: 1, nic.RCTL: nic.ENABLE, nic.IMS: nic.RECEIVED
        }.items()),
    ]  # fmt: skip
    trace = run(emulate, Emulated(), [*setup, Arrive(b"first"), Arrive(b"second")])
    assert trace.kinds[-3:] == ("receive", "inject", "dropped")
    assert trace.final.memory.load(BUFFERS, 5) == b"first"
    assert trace.final.memory.load_word(RING + 8, 2) == 5


def test_a_sector_through_ports_costs_263_exits():
    """ch07-sector-through-ports."""
    assert run(emulate, Emulated(), read_sector(7)).final.exits == 263


@pytest.mark.parametrize("packet", [b"", bytes(2049)])
def test_packets_have_sizes(packet):
    with pytest.raises(ModelError, match="1 to 2048 bytes"):
        send(0, packet)


def test_registers_and_sectors_have_widths():
    with pytest.raises(ModelError, match="32 bits"):
        WriteRegister(nic.TDT, 1 << 32)
    with pytest.raises(ModelError, match="28 bits"):
        read_sector(1 << 28)
