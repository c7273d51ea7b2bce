import pytest

from tests.sim.cpu.guests import kernel
from vlearn.errors import ModelError
from vlearn.sim.cpu import Fault, NoCode, assemble, boot, execute, fetch, handler, row, run_program, run_to_end, step
from vlearn.sim.memory.modes import TWO_LEVEL
from vlearn.sim.memory.page_tables import PageTables
from vlearn.trace import run

GOLDEN = [
    *["mov", "out", "mov", "mov", "push", "push", "push", "push", "push", "iret"],  # ring 0, and the IRET to ring 3
    *["mov", "mov", "add", "int", "out", "iret"],  # a system call and back
    *["interrupt", "inc", "iret"],  # the timer
    *["loop", "mov", "add", "int", "out", "iret"],
    *["loop", "mov", "add", "int", "out", "iret"],
    *["interrupt", "inc", "iret"],
    *["loop", "fault", "mov", "out", "cli", "hlt", "halted"],  # CLI in ring 3
]  # fmt: skip


def story(trace):
    """Mnemonics of what was executed, and the kinds of the other events."""
    return [s.event.text[1:].split()[0].strip("`") if s.event.kind == "executed" else s.event.kind for s in trace.steps]


def test_a_kernel_with_system_calls_a_timer_and_pages_runs_its_program():
    trace = run_program(kernel())
    assert story(trace) == GOLDEN
    assert trace.final.console == "dcb!"
    assert trace.final.memory[0x5000] == 2
    assert trace.final.cpl == 0


def test_the_run_without_a_trace_ends_in_the_same_state():
    trace = run_program(kernel())
    ending = run_to_end(kernel())
    assert (ending.kind, ending.cpu, ending.steps) == ("halted", trace.final, len(trace))


def test_step_is_a_model_of_the_trace_module():
    assert run(step, kernel(), range(5)).steps == run_program(kernel()).steps[:5]


def test_an_event_names_what_changed():
    trace = run_program(boot("mov eax, 5\nmov [0xd000], eax\nxor eax, eax\nhlt"))
    assert [s.event.touches for s in trace.steps[:3]] == [("eax", "eip"), ("eip", "[0xd000]"), ("eax", "eip", "eflags")]
    assert trace.steps[0].event.text == "`mov eax, 5` at 0x4000 in ring 0"


def test_a_fault_leaves_the_state_untouched():
    cpu = boot("push 1\nhlt", ring=3)
    before = cpu.set_register(4, 0)
    cpu, instruction = fetch(before)
    assert execute(cpu, instruction)["esp"] == 0xFFFF_FFFC
    halt = boot("hlt", ring=3)
    with pytest.raises(Fault, match=r"#GP\(0x0\)"):
        execute(halt, fetch(halt)[1])


def test_a_program_that_never_halts_keeps_its_trace_up_to_the_limit():
    trace = run_program(boot("again: jmp again"), limit=7)
    assert trace.kinds == ("executed",) * 7 + ("step-limit",)
    assert "7 steps" in trace.steps[-1].event.text
    assert run_to_end(boot("again: jmp again"), limit=7).kind == "step-limit"


NOWHERE = [
    ("start: jmp 0x5000", "no instruction begins at EIP 0x5000", "the nearest one before it is `jmp 0x5000` of line 1"),
    (
        "jmp inside\nlabel: mov eax, 0x90909090\ninside equ label+1",
        "EIP 0x4006",
        "that is inside `mov eax, 0x90909090`",
    ),
    ("nop", "EIP 0x4001", "`nop` of line 1, at 0x4000"),
]


@pytest.mark.parametrize(("text", "where", "nearest"), NOWHERE)
def test_a_jump_to_nowhere_says_where_and_what_is_near(text, where, nearest):
    last = run_program(boot(text)).steps[-1].event
    assert last.kind == "no-code"
    assert where in last.text
    assert nearest in last.text


def test_code_that_is_not_there_at_all_is_said_so():
    with pytest.raises(NoCode, match="there is no code before it"):
        fetch(boot("").jump(0))


def test_a_triple_fault_shuts_down_and_the_trace_is_kept():
    trace = run_program(boot("nop\nint 0x80", ring=3))
    assert trace.kinds == ("executed", "fault", "shutdown")
    assert "triple fault" in trace.steps[-1].event.text
    assert run_program(trace.final).kinds == ("shutdown",)


def test_a_double_fault_is_delivered_with_error_code_0():
    program = assemble("ud2\ndouble: hlt")
    trace = run_program(boot("x: ud2", gates={8: 0x4100}))
    assert trace.kinds == ("fault", "fault", "double-fault", "no-code")  # #UD is benign, but #GP during #GP is not
    cpu = boot(assemble("mov eax, 0x80\nmov ds, ax\ndouble: hlt"), gates={8: "double"})
    trace = run_program(cpu)
    assert trace.kinds == ("executed", "fault", "double-fault", "executed", "halted")
    assert trace.steps[2].state.memory[0x8FF0] == 0
    assert program.labels["double"] == 0x4002


def test_the_timer_waits_for_if_and_wakes_hlt():
    text = "mov al, 5\nout 0x40, al\nwait: hlt\njmp wait\ntick: out 0xe9, al\niret"
    program = assemble(text)
    gates = {0x20: handler(program, "tick")}
    trace = run_program(boot(program, gates=gates, interrupts=True), limit=14)
    assert trace.kinds[:7] == ("executed", "executed", "executed", "idle", "interrupt", "executed", "executed")
    deaf = run_program(boot(program, gates=gates))
    assert deaf.kinds[-1] == "halted"
    assert "IF is 0" in deaf.steps[-1].event.text


def test_sti_holds_interrupts_off_for_one_instruction():
    program = assemble("mov al, 1\nout 0x40, al\nnop\nsti\nnop\nnop\ntick: hlt")
    trace = run_program(boot(program, gates={0x20: handler(program, "tick")}))
    assert trace.kinds[:6] == ("executed",) * 5 + ("interrupt",)


def twice(cpu, operands):
    return operands[0].write(cpu, operands[0].read(cpu)[1] * 2)


def test_a_new_form_joins_the_table_of_one_program():
    double = row("double r32", "0F FF /0", "M", twice)
    cpu = run_program(boot(assemble("mov eax, 21\ndouble eax\nhlt", forms=[double]))).final
    assert cpu["eax"] == 42
    with pytest.raises(ModelError, match="unknown mnemonic 'double'"):
        assemble("double eax")


WRONG = [
    (lambda cpu, operands: cpu.missing, "raised AttributeError"),
    (lambda cpu, operands: setattr(cpu, "eip", 0), "raised FrozenInstanceError: cannot assign to field 'eip'"),
    (lambda cpu, operands: None, "returned None, not the state after it"),
]


@pytest.mark.parametrize(("function", "problem"), WRONG)
def test_a_function_that_is_wrong_is_told_with_the_line(function, problem):
    cpu = boot(assemble("nop\nbroken", forms=[row("broken", "0F FF", "", function)]))
    with pytest.raises(
        ModelError, match=r"`broken` in line 2 of the program: its function \(.*test_machine.py, line"
    ) as caught:
        run_program(cpu)
    assert problem in str(caught.value)


def test_a_shutdown_leaves_the_address_of_the_page_fault_that_led_to_it_in_cr2():
    tables = PageTables(TWO_LEVEL, root=0x10_0000).map_page(0x4000, 0x4000)
    cpu = boot("start: mov eax, [0x30000]", tables=tables)
    ending = run_to_end(cpu)
    assert (ending.kind, ending.cpu.cr2) == ("shutdown", 0x3_0000)
