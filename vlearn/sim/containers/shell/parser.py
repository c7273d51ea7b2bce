"""From tokens to the syntax tree: the grammar of POSIX, 2.10, without aliases, `coproc`, `select`, `[[` and arrays."""

from vlearn.sim.containers.shell.compound_rules import Compounds
from vlearn.sim.containers.shell.lexer import NAME, Token
from vlearn.sim.containers.shell.syntax import (
    Assignment,
    Command,
    Function,
    Item,
    Literal,
    Pipeline,
    Redirected,
    Redirection,
    Sequence,
    Simple,
    Word,
)

RESERVED = frozenset(
    ["if", "then", "else", "elif", "fi", "do", "done", "case", "esac", "while", "until", "for", "{", "}", "!", "in"]
)
UNSUPPORTED = ("[[", "((", "coproc", "select", "function", "time")
REDIRECTIONS = {"<": 0, ">": 1, ">>": 1, ">|": 1, "<&": 0, ">&": 1, "<<": 0, "<<-": 0, "&>": 1}
"""The descriptor that each means where none is given."""
DEEPEST = 60


def parse(text: str) -> Sequence:
    """The tree of a script. Raises ShellSyntaxError, which says what is wrong and where."""
    parser = _Parser(text)
    found = parser.sequence()
    if parser.peek.kind != "end":
        raise parser.unexpected()
    return found


def _substitution(text: str, at: int) -> tuple[Sequence, int]:
    """The script of `$(script)` that begins at an offset, and the offset behind its bracket."""
    parser = _Parser(text, at)
    found = parser.sequence()
    if parser.peek.text != ")":
        raise parser.unexpected()
    return found, parser.peek.end


class _Parser(Compounds):
    def __init__(self, text: str, at: int = 0) -> None:
        super().__init__(text, _substitution, at)

    def sequence(self, *ends: str, required: bool = False) -> Sequence:
        """Items up to a reserved word or bracket that ends them."""
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.lexer.fault(f"commands nest more than {DEEPEST} deep", self.peek.start, supported=False)
        items: list[Item] = []
        self.newlines()
        while not (self.peek.kind == "end" or self.is_word(*ends) or self.is_op(")", ";;")):
            items.append(self.item())
            if self.peek.kind == "op" and self.peek.text in (";", "&"):
                self.next()
            elif self.peek.kind != "newline":
                break
            self.newlines()
        if required and not items:
            raise self.unexpected()
        self.depth -= 1
        return Sequence(tuple(items))

    def item(self) -> Item:
        start = self.peek.start
        pipelines, operators = [self.pipeline()], list[str]()
        while self.is_op("&&", "||"):
            operators.append(self.next().text)
            self.newlines()
            pipelines.append(self.pipeline())
        source = self.text[start : self.last_end]
        return Item(tuple(pipelines), tuple(operators), self.is_op("&"), source)

    def pipeline(self) -> Pipeline:
        negated = self.is_word("!")
        if negated:
            self.next()
        start = self.peek.start
        commands = [self.command()]
        while self.is_op("|"):
            self.next()
            self.newlines()
            commands.append(self.command())
        line = self.text.count("\n", 0, start) + 1
        return Pipeline(tuple(commands), negated, self.text[start : self.last_end], line)

    def command(self) -> Command:
        token = self.peek
        if self.is_word(*UNSUPPORTED):
            raise self.lexer.fault(f"{token.text} is not supported", token.start, supported=False)
        if self.is_word("if", "while", "until", "for", "case", "{") or self.is_op("("):
            return self.redirected()
        if token.kind == "word" and token.word.literal in RESERVED:
            raise self.unexpected()
        return self.simple()

    def redirected(self) -> Redirected:
        compound = self.compound()
        redirections: list[Redirection] = []
        while self.peek.kind == "io" or self.is_op(*REDIRECTIONS):
            redirections.append(self.redirection())
        return Redirected(compound, tuple(redirections))

    def simple(self) -> Command:
        assignments: list[Assignment] = []
        words: list[Word] = []
        redirections: list[Redirection] = []
        while True:
            if self.peek.kind == "io" or self.is_op(*REDIRECTIONS):
                redirections.append(self.redirection())
            elif self.peek.kind == "word":
                token = self.next()
                found = None if words else _assignment(token.word)
                if found:
                    assignments.append(found)
                else:
                    words.append(token.word)
                if self.is_op("(") and len(words) == 1 and not assignments and not redirections:
                    return self.function(token)
                if found and self.is_op("("):
                    raise self.lexer.fault("an array is not supported", self.peek.start, supported=False)
            else:
                break
        if not (assignments or words or redirections):
            raise self.unexpected()
        return Simple(tuple(assignments), tuple(words), tuple(redirections))

    def function(self, name: Token) -> Function:
        self.next()
        self.expect(")")
        if not NAME.fullmatch(name.text):
            raise self.lexer.fault("Syntax error: Bad function name", name.start)
        self.newlines()
        if not (self.is_word("if", "while", "until", "for", "case", "{") or self.is_op("(")):
            raise self.unexpected("{")
        return Function(name.text, self.redirected())

    def redirection(self) -> Redirection:
        number = int(self.next().text) if self.peek.kind == "io" else None
        operator = self.peek
        if operator.text in ("<<", "<<-"):
            return self.here_document(0 if number is None else number)
        self.next()
        if self.peek.kind != "word":
            raise self.unexpected()
        descriptor = REDIRECTIONS[operator.text] if number is None else number
        return Redirection(descriptor, operator.text, self.next().word)

    def here_document(self, descriptor: int) -> Redirection:
        strip = self.peek.text == "<<-"
        # The delimiter is read as a word, then the document behind this line, before the lexer gets there.
        delimiter = self.lexer.token()
        if delimiter.kind != "word":
            raise self.lexer.fault("Syntax error: a here-document needs a delimiter", delimiter.start)
        raw = any(getattr(part, "quoted", False) for part in delimiter.word.parts)
        text = "".join(part.text for part in delimiter.word.parts if isinstance(part, Literal))
        body = self.lexer.here_document(text, raw, strip)
        self.last_end = delimiter.end
        self.peek = self.lexer.token()
        return Redirection(descriptor, "<<", body)


def _assignment(word: Word) -> Assignment | None:
    first = word.parts[0] if word.parts else None
    if not isinstance(first, Literal) or first.quoted:
        return None
    name, equals, rest = first.text.partition("=")
    if not equals or not NAME.fullmatch(name):
        return None
    return Assignment(name, Word((Literal(rest), *word.parts[1:]) if rest else word.parts[1:]))
