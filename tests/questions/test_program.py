"""Programs run in a process of their own: what they earn, and that nothing they do hurts the grader."""

import contextlib
import re
from fractions import Fraction

import psutil
import pytest

from tests.questions.samples import ANSWERS, REFERENCE, question
from vlearn.questions.answer_key import key_response
from vlearn.questions.grade import grade
from vlearn.questions.model import Case, Program
from vlearn.questions.program import program
from vlearn.render.markdown import to_plain_inline

DOUBLE = Program("def double(x): ...", (Case("double(2)", "4"), Case("double(3)", "6")), reference=REFERENCE)

PROGRAMS = [
    ("def double(x): return 2 * x", 1, "double(2) returned 4, which is right"),
    ("def double(x): return 4", Fraction(1, 2), "double(3) returned 4, which is wrong"),
    ("def double(x): return x / 0", 0, "raised ZeroDivisionError: division by zero"),
    ("def double(x): raise SystemExit", 0, "raised SystemExit"),
    ("def double(x", 0, "the program does not run: SyntaxError: '(' was never closed"),
    ("raise ValueError('at once')", 0, "the program does not run: ValueError: at once"),
    ("double = None", 0, "raised TypeError"),
    ("", 0, "raised NameError: name 'double' is not defined"),
    ("def double(x): return __private__", 0, "NameError: name '__private__' is not defined"),
    ("def double(x):\n    print('→ 🙂')\n    return 2 * x", 1, "right"),
    ("def double(x): return object()", 0, "which is no plain value"),
    ("def double(x):\n    print(2 * x)", 0, "returned None, which is wrong"),
    ("def double(x): return input()", 0, "raised EOFError"),
    ("def double(x): return double(x)", 0, "raised RecursionError"),
    (
        "import os\ndef double(x):\n    if x == 3: os._exit(0)\n    return 4",
        Fraction(1, 2),
        "double(3) gave no result",
    ),
    ("import vlearn_is_not_to_be_found\ndef double(x): return 2 * x", 0, "ModuleNotFoundError"),
    ("def double(x):\n    open('file', 'w').write('x')\n    return 2 * x", 1, "right"),
    ("import os\ndef double(x): return 2 * x if not os.listdir() else 0", 1, "right"),
]


@pytest.mark.parametrize(("source", "share", "said"), PROGRAMS, ids=[source[:40] for source, _, _ in PROGRAMS])
def test_a_program_earns_the_share_of_its_cases(source, share, said):
    parts = program(DOUBLE, source)
    assert sum(part.share for part in parts) == share
    assert said in " ".join(to_plain_inline(part.why) for part in parts)


def test_the_reference_earns_all_points():
    asked = question(ANSWERS["code"])
    result = grade(asked, key_response(asked))
    assert result.points == result.out_of == 3
    assert len(result.reasons) == 2


def test_an_endless_loop_is_stopped_and_what_came_before_it_counts():
    parts = program(DOUBLE, "def double(x):\n    while x == 3: pass\n    return 4", seconds=1)
    assert [part.share for part in parts] == [Fraction(1, 2), 0]
    assert "took longer than 1 s" in parts[1][1]


def test_a_process_that_the_program_leaves_behind_is_stopped_too():
    source = "import subprocess, sys\ncommand = [sys.executable, '-c', 'import time; time.sleep(600)']\n"
    parts = program(DOUBLE, source + "left = subprocess.Popen(command)\ndef double(x): return left.pid")
    left = int(re.search(r"returned `(\d+)`", parts[0][1])[1])
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(left)
        gone, alive = psutil.wait_procs([process], timeout=10)
        assert gone or process.status() == psutil.STATUS_ZOMBIE, alive


def test_memory_is_bounded():
    pytest.importorskip("resource", reason="this system has no limits on a process")
    parts = program(DOUBLE, "def double(x): return len(bytearray(1 << 31))")
    assert [part.share for part in parts] == [0, 0]
    assert "MemoryError" in parts[0][1]


def test_a_file_without_end_is_bounded():
    pytest.importorskip("resource", reason="this system has no limits on a process")
    source = "def double(x):\n    with open('f', 'wb') as f: f.write(bytes(1 << 24))\n    return 2 * x"
    assert sum(part.share for part in program(DOUBLE, source)) == 0


def test_a_long_value_is_shortened_in_the_reason():
    first, _ = program(DOUBLE, "def double(x): return 'a' * 10_000")
    assert len(first.why) < 150


def test_values_are_compared_as_python_compares_them():
    answer = Program("", (Case("f()", "[1, {'a': (2, None)}]"),))
    assert program(answer, "def f(): return [True, {'a': (2.0, None)}]")[0][0] == 1
