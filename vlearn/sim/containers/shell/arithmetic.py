"""`$((...))`: the integer arithmetic of POSIX shells, 64 bits wide. Left out: assignment, ++ and --."""

import re
from collections.abc import Callable, Mapping

BINARY: tuple[Mapping[str, Callable[[int, int], int]], ...] = (
    {"||": lambda a, b: int(bool(a or b))},
    {"&&": lambda a, b: int(bool(a and b))},
    {"|": lambda a, b: a | b},
    {"^": lambda a, b: a ^ b},
    {"&": lambda a, b: a & b},
    {"==": lambda a, b: int(a == b), "!=": lambda a, b: int(a != b)},
    {
        "<=": lambda a, b: int(a <= b),
        ">=": lambda a, b: int(a >= b),
        "<": lambda a, b: int(a < b),
        ">": lambda a, b: int(a > b),
    },
    {"<<": lambda a, b: a << (b % 64), ">>": lambda a, b: a >> (b % 64)},
    {"+": lambda a, b: a + b, "-": lambda a, b: a - b},
    {"*": lambda a, b: a * b, "/": lambda a, b: _divide(a, b), "%": lambda a, b: a - b * _divide(a, b)},
)
"""The operators from the loosest to the tightest, all grouping to the left."""
TOKEN = re.compile(r"\s*(0[xX][0-9a-fA-F]+|\d+|[A-Za-z_]\w*|\|\||&&|<<|>>|[=!<>]=|[-+*/%()<>|&^!~?:=])")


class ArithmeticFault(Exception):
    """An expression that cannot be worked out, in dash's words; the shell prints it and gives up the command."""


DEEPEST = 20


def evaluate(expression: str, variables: Mapping[str, str], names: bool = False, depth: int = 0) -> int:
    """The value of an expression; a variable that is not set counts 0.

    `names`: what a variable holds is an expression in its turn, as in bash and busybox; in dash it must be a number.
    """
    if depth > DEEPEST:
        raise ArithmeticFault(f'{expression}: expression recursion level exceeded (error token is "{expression}")')
    tokens, at = list[str](), 0
    text = expression.rstrip()
    while at < len(text):
        found = TOKEN.match(text, at)
        if not found:
            raise ArithmeticFault(f'arithmetic expression: expecting primary: "{expression}"')
        tokens.append(found.group(1))
        at = found.end()
    try:
        return _Reader(tokens, expression, variables, names, depth).whole() if tokens else 0
    except ZeroDivisionError:
        raise ArithmeticFault(f'arithmetic expression: division by zero: "{expression}"') from None


def _divide(a: int, b: int) -> int:
    if b == 0:
        raise ZeroDivisionError
    return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)


def _wrapped(value: int) -> int:
    return (value + 2**63) % 2**64 - 2**63


class _Reader:
    def __init__(self, tokens: list[str], text: str, variables: Mapping[str, str], names: bool, depth: int) -> None:
        self.tokens, self.text, self.variables, self.at = tokens, text, variables, 0
        self.names, self.depth = names, depth

    @property
    def here(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def fault(self, wanted: str) -> ArithmeticFault:
        return ArithmeticFault(f'arithmetic expression: expecting {wanted}: "{self.text}"')

    def whole(self) -> int:
        value = self.choice()
        if self.here:
            raise self.fault("EOF")
        return value

    def choice(self) -> int:
        condition = self.binary(0)
        if self.here != "?":
            return condition
        self.at += 1
        yes = self.choice()
        if self.here != ":":
            raise self.fault("':'")
        self.at += 1
        no = self.choice()
        return yes if condition else no

    def binary(self, level: int) -> int:
        if level == len(BINARY):
            return self.unary()
        value = self.binary(level + 1)
        while self.here in BINARY[level]:
            apply = BINARY[level][self.here]
            self.at += 1
            value = _wrapped(apply(value, self.binary(level + 1)))
        return value

    def unary(self) -> int:
        token = self.here
        self.at += 1
        match token:
            case "-":
                return _wrapped(-self.unary())
            case "+":
                return self.unary()
            case "!":
                return int(not self.unary())
            case "~":
                return ~self.unary()
            case "(":
                value = self.choice()
                if self.here != ")":
                    raise self.fault("')'")
                self.at += 1
                return value
        if token[:1].isdigit():
            try:
                return _wrapped(_number(token))
            except ValueError:  # 08: eight is no octal digit
                raise self.fault("EOF") from None
        if token.isidentifier():
            text = self.variables.get(token, "") or "0"
            try:
                return _number(text.strip())
            except ValueError:
                if self.names:
                    return evaluate(text, self.variables, True, self.depth + 1)
                raise ArithmeticFault(f"Illegal number: {text}") from None
        raise self.fault("primary")


def _number(text: str) -> int:
    sign, digits = (-1, text[1:]) if text[:1] == "-" else (1, text)
    if digits[:2].lower() == "0x":
        return sign * int(digits, 16)
    return sign * int(digits, 8 if len(digits) > 1 and digits[0] == "0" else 10)
