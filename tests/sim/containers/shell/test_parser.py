"""The parser: what it reads, what it refuses and where, and that it never breaks."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vlearn.sim.containers.shell import ShellSyntaxError, parse
from vlearn.sim.containers.shell.arithmetic import ArithmeticFault, evaluate
from vlearn.sim.containers.shell.patterns import matches

FAULTS = [
    ("if true; echo", 'line 1, column 14: Syntax error: end of file unexpected (expecting "then")'),
    ("echo a\n)", 'line 2, column 1: Syntax error: ")" unexpected'),
    ("for 1 in a; do b; done", "line 1, column 5: Syntax error: Bad for loop variable"),
    ("echo ${x^}", "line 1, column 6: the expansion ${x^}... is not supported"),
    ("case x in a) echo", 'line 1, column 18: Syntax error: end of file unexpected (expecting "esac")'),
    ("echo 'a", "line 1, column 6: Syntax error: Unterminated quoted string"),
]


@pytest.mark.parametrize(("text", "message"), FAULTS)
def test_a_fault_says_what_and_where(text: str, message: str) -> None:
    with pytest.raises(ShellSyntaxError) as fault:
        parse(text)
    assert str(fault.value) == message


pieces = st.sampled_from(
    [*"abc \n;|&<>(){}$'\"`#!=*?[]\\-+/:%0123", "if ", "then ", "fi ", "do ", "done ", "for x in ", "while ", "case x in ", "esac", "$(", "$((", "))", "${", "<<E\n", "E\n", "&&", "||", ">>", "2>&1", "f() {"]  # noqa: E501
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(pieces, max_size=25).map("".join))
def test_any_text_is_read_or_refused(text: str) -> None:
    def read() -> object:
        try:
            return parse(text)
        except ShellSyntaxError as fault:
            return str(fault), 0 <= fault.where <= len(text) + 1

    once = read()
    assert once == read()
    assert not isinstance(once, tuple) or once[1]


expressions = st.recursive(
    st.integers(0, 50).map(str),
    lambda inner: st.tuples(inner, st.sampled_from(("+", "-", "*", "<", "==", "&", "|", "<<")), inner).map(
        lambda t: f"({t[0]} {t[1]} {t[2]})"
    ),
    max_leaves=6,
)


@settings(deadline=None, max_examples=100)
@given(expressions)
def test_arithmetic_is_pythons_in_64_bits(text: str) -> None:
    import ast

    def value(node: ast.expr) -> int:
        match node:
            case ast.Constant(number):
                return int(number)  # type: ignore[arg-type]
            case ast.BinOp(left, operator, right):
                a, b = value(left), value(right)
                kinds = {ast.Add: a + b, ast.Sub: a - b, ast.Mult: a * b, ast.BitAnd: a & b, ast.BitOr: a | b}
                found = kinds.get(type(operator), a << (b % 64))  # type: ignore[call-overload]
                return (found + 2**63) % 2**64 - 2**63
            case ast.Compare(left, [operator], [right]):
                a, b = value(left), value(right)
                return int(a < b if isinstance(operator, ast.Lt) else a == b)
        raise AssertionError(ast.dump(node))

    assert evaluate(text, {}) == value(ast.parse(text, mode="eval").body)


@pytest.mark.parametrize("text", ["1+", "(1", "1 2", "a b", "$", "1/0", "08"])
def test_an_expression_that_is_none_is_a_fault(text: str) -> None:
    with pytest.raises(ArithmeticFault):
        evaluate(text, {})


PATTERNS = [("a*", "abc", True), ("[!a]*", "abc", False), ("[[:digit:]]", "7", True), ("a\\*", "a*", True),
            ("a\\*", "ab", False), ("?", "", False), ("[]x]", "]", True), ("*.*", "a.b", True)]  # fmt: skip


@pytest.mark.parametrize(("pattern", "text", "fits"), PATTERNS)
def test_patterns_are_those_of_the_shell(pattern: str, text: str, fits: bool) -> None:
    assert matches(pattern, text) is fits
