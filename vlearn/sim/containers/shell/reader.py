"""What every rule of the grammar does with tokens: look at the next one, take it, expect it, say that it is wrong."""

from collections.abc import Callable

from vlearn.sim.containers.shell.errors import ShellSyntaxError
from vlearn.sim.containers.shell.lexer import Lexer, Token
from vlearn.sim.containers.shell.syntax import Sequence


class Reader:
    """A text as tokens, one ahead. `script` reads the script of a command substitution."""

    def __init__(self, text: str, script: Callable[[str, int], tuple[Sequence, int]], at: int = 0) -> None:
        self.text, self.lexer, self.depth = text, Lexer(text, script, at), 0
        self.last_end = at
        self.peek = self.lexer.token()

    def next(self) -> Token:
        """Take the next token."""
        token = self.peek
        self.last_end = token.end
        self.peek = self.lexer.token()
        return token

    def unexpected(self, wanted: str = "") -> ShellSyntaxError:
        """The fault of a token that nobody expected here."""
        token = self.peek
        what = {"end": "end of file", "newline": "newline"}.get(token.kind) or f'"{token.text}"'
        rest = f' (expecting "{wanted}")' if wanted else ""
        return ShellSyntaxError(
            f"Syntax error: {what} unexpected{rest}",
            self.text,
            token.start,
            token={"end": "end", "newline": "newline"}.get(token.kind, token.text),
        )

    def is_word(self, *words: str) -> bool:
        """Whether the next token is one of these reserved words."""
        return self.peek.kind == "word" and self.peek.word.literal in words

    def is_op(self, *operators: str) -> bool:
        """Whether the next token is one of these operators."""
        return self.peek.kind == "op" and self.peek.text in operators

    def expect(self, word: str) -> None:
        """Take a reserved word or operator that must come now."""
        if not (self.is_word(word) or self.is_op(word)):
            raise self.unexpected(word)
        self.next()

    def newlines(self) -> None:
        """Skip empty lines."""
        while self.peek.kind == "newline":
            self.next()
