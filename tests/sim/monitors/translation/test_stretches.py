from vlearn.sim.cpu import boot
from vlearn.sim.monitors.guests import guest
from vlearn.sim.monitors.translation import BINARY_TRANSLATION, stretches
from vlearn.sim.monitors.vm import trace_guest


def under(cpu):
    return trace_guest(BINARY_TRANSLATION, BINARY_TRANSLATION.start(cpu))


def test_a_loop_is_played_a_unit_at_a_time():
    trace = stretches(under(boot("start: add eax, ecx\ndec ecx\njnz start\nhlt").set_register(1, 3)))
    assert trace.kinds == (
        "look-up", "translation", "run",
        "look-up", "hit", "patched", "run",
        "chained", "run",
        "look-up", "translation", "patched", "call-out", "halted",
    )  # fmt: skip
    assert "ident 2, direct jump 1" in trace.steps[2].event.text


def test_call_outs_stand_between_the_stretches_of_a_unit():
    trace = stretches(under(boot("start: nop\nnop\npopf\ncli\nnop\nhlt")))
    assert trace.kinds == ("look-up", "translation", "run", "call-out", "run", "call-out", "halted")


def test_nothing_is_lost_of_the_run_of_a_kernel():
    whole = under(guest("kernel"))
    trace = stretches(whole)
    assert trace.final is whole.final
    assert {"run", "direct", "trap", "injected", "call-out"} <= set(trace.kinds)
    assert len(trace) < len(whole) / 2
    assert {name for step in trace.steps for name in step.event.touches} == {
        name for step in whole.steps for name in step.event.touches
    }
