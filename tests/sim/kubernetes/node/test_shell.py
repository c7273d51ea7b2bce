import pytest

from vlearn.sim.kubernetes.node.images.shell import interpret

SCRIPTS = [  # script, seconds until the end (None: never), code, lines
    ("exit 3", 0, 3, []),
    ("sleep 5; exit 1", 5, 1, []),
    ("sleep 1m && echo done", 60, 0, ["done"]),
    ("false && echo no; echo yes", 0, 0, ["yes"]),
    ("false || sleep 2", 2, 0, []),
    ("true || sleep 2; false", 0, 1, []),
    ("echo 'a;b' > /tmp/x", 0, 0, []),
    ("for i in 3 2 1; do echo $i; sleep 1; done", 3, 0, ["3", "2", "1"]),
    ("sleep infinity", None, 0, []),
    ("tail -f /dev/null", None, 0, []),
    ("nosuch --flag", 0, 127, ["sh: nosuch: not found"]),
    ("until nslookup mydb; do echo waiting; sleep 2; done", 0, 0, []),
    ("sleep 1; cat /tmp/x", 1, 1, ["cat: can't open '/tmp/x': No such file or directory"]),
    ("touch /tmp/x; cat /tmp/x", 0, 0, []),
    ("if true; then exit 1; fi", None, 0, []),  # beyond this reader
    ("echo 'open", 0, 2, ["sh: syntax error: unterminated quoted string"]),
    ("for i in 1; do sleep 1", None, 0, []),
    ("sleep five", 0, 1, ["sleep: invalid number 'five'"]),
    ("", 0, 0, []),
]


@pytest.mark.parametrize(("script", "ends", "code", "lines"), SCRIPTS)
def test_a_script_ends_when_and_as_it_says(script, ends, code, lines):
    program = interpret(("/bin/sh", "-c", script))
    assert (program.exits, program.code, [text for _, text in program.says]) == (ends, code, lines)


def test_a_first_process_without_a_handler_ignores_sigterm_and_one_with_a_trap_does_not():
    assert interpret(("sleep", "3600")).stops is None
    trapped = interpret(("sh", "-c", "trap 'exit 5' TERM; while true; do sleep 1; done"))
    assert (trapped.stops, trapped.stop_code, trapped.exits) == (0.0, 5, None)


def test_what_a_loop_says_comes_again_and_again():
    program = interpret(("sh", "-c", "while true; do echo tick; sleep 2; done"))
    assert list(program.lines(4.5)) == [(0.0, "tick"), (2.0, "tick"), (4.0, "tick")]


def test_a_file_is_there_between_touch_and_rm():
    program = interpret(("sh", "-c", "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"))
    assert [program.has_file("/tmp/healthy", age) for age in (0, 29, 30)] == [True, True, False]


def test_stress_uses_the_memory_that_it_is_told_to():
    assert interpret(("stress", "--vm", "1", "--vm-bytes", "250M", "--vm-hang", "1")).memory == 250 << 20


def test_an_endless_script_is_read_in_finite_time():
    script = "for a in 1 2 3 4 5 6 7 8 9; do " * 6 + "true; " + "done; " * 6
    assert interpret(("sh", "-c", script)).exits is None
