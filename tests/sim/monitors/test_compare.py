from vlearn.sim.cpu import boot
from vlearn.sim.monitors.bare import BARE
from vlearn.sim.monitors.compare import differences, first_difference, stray, visible
from vlearn.sim.monitors.trap_and_emulate import TRAP_AND_EMULATE
from vlearn.sim.monitors.vm import trace_guest


def runs(text, **machine):
    cpu = boot(text, **machine)
    return trace_guest(BARE, BARE.start(cpu)), trace_guest(TRAP_AND_EMULATE, TRAP_AND_EMULATE.start(cpu))


def test_the_first_difference_says_after_which_instruction_what_differs():
    found = first_difference(*runs("mov eax, 1\ncli\nsmsw ebx\nmov ebx, 0\nhlt"))
    assert (found.retired, found.instruction) == (3, "smsw ebx")
    assert found.values == (("ebx", 0x11, 0x8001_0011),)
    text = "after 3 instructions, at `smsw ebx`: on bare metal ebx is 0x11, not 0x80010011"
    assert str(found) == text


def test_a_difference_in_memory_is_named_by_its_word():
    found = first_difference(*runs("push cs\nhlt"))
    assert found.values == (("[0x8ffc]", 0x8, 0x9),)


def test_a_fault_in_one_of_the_runs_is_told_of_the_instruction_that_faulted():
    found = first_difference(*runs("mov eax, 0x11\nmov es, eax\nhlt"))
    assert (found.retired, found.instruction) == (1, "mov es, eax")
    assert ("shutdown", True, False) in found.values


def test_equal_runs_have_no_difference():
    assert first_difference(*runs("mov eax, 5\npush eax\nhlt")) is None


def test_a_run_that_was_cut_off_is_compared_as_far_as_it_goes():
    cpu = boot("start: nop\njmp start")
    short = trace_guest(BARE, BARE.start(cpu), limit=10)
    assert first_difference(short, trace_guest(TRAP_AND_EMULATE, TRAP_AND_EMULATE.start(cpu), limit=30)) is None


def test_what_is_visible_leaves_out_what_only_the_hardware_knows():
    cpu = boot("nop")
    assert {"eax", "cs", "eflags", "cr0", "gdtr.base", "console", "halted"} <= visible(cpu).keys()
    assert differences(cpu, cpu) == ()


def test_a_stray_step_is_one_that_a_bare_processor_would_do_otherwise():
    vm = TRAP_AND_EMULATE.start(boot("push 0x202\npopf\nhlt"))
    after = next(TRAP_AND_EMULATE.advance(vm)).vm
    assert stray(vm, after) == ()
    *_, last = TRAP_AND_EMULATE.advance(after)
    assert stray(after, last.vm) == (("eflags", 0x202, 0x2),)
