"""The rules of the grammar for compound commands: if, while, until, for, case, groups and subshells."""

from abc import ABC, abstractmethod

from vlearn.sim.containers.shell.errors import ShellSyntaxError
from vlearn.sim.containers.shell.lexer import NAME
from vlearn.sim.containers.shell.reader import Reader
from vlearn.sim.containers.shell.syntax import Case, Compound, For, Group, If, Sequence, Subshell, While, Word


class Compounds(Reader, ABC):
    """Reads compound commands; who reads what is between `do` and `done` is `sequence`."""

    @abstractmethod
    def sequence(self, *ends: str, required: bool = False) -> Sequence:
        """Items up to a reserved word or bracket that ends them."""

    def compound(self) -> Compound:
        """A compound command, by its first word."""
        word = self.next().text
        match word:
            case "if":
                return self.branches()
            case "while" | "until":
                condition = self.sequence("do", required=True)
                return While(condition, self.do_group(), word == "until")
            case "for":
                return self.for_loop()
            case "case":
                return self.case()
            case "{":
                body = self.sequence("}", required=True)
                self.expect("}")
                return Group(body)
        body = self.sequence(required=True)
        self.expect(")")
        return Subshell(body)

    def branches(self) -> If:
        """What follows `if`."""
        found: list[tuple[Sequence, Sequence]] = []
        otherwise = None
        while True:
            condition = self.sequence("then", required=True)
            self.expect("then")
            found.append((condition, self.sequence("elif", "else", "fi", required=True)))
            if self.is_word("elif"):
                self.next()
                continue
            if self.is_word("else"):
                self.next()
                otherwise = self.sequence("fi", required=True)
            self.expect("fi")
            return If(tuple(found), otherwise)

    def do_group(self) -> Sequence:
        """`do`, a list, `done`."""
        self.expect("do")
        body = self.sequence("done", required=True)
        self.expect("done")
        return body

    def for_loop(self) -> For:
        """What follows `for`."""
        name = self.next()
        if name.kind != "word" or not NAME.fullmatch(name.text):
            if name.text == "(":
                raise self.lexer.fault("for (( is not supported", name.start, supported=False)
            raise ShellSyntaxError("Syntax error: Bad for loop variable", self.text, name.start, token=name.text)
        words: list[Word] | None = None
        self.newlines()
        if self.is_word("in"):
            self.next()
            words = []
            while self.peek.kind == "word":
                words.append(self.next().word)
        if self.is_op(";"):
            self.next()
        self.newlines()
        return For(name.text, None if words is None else tuple(words), self.do_group())

    def case(self) -> Case:
        """What follows `case`."""
        word = self.next().word
        self.newlines()
        self.expect("in")
        self.newlines()
        branches: list[tuple[tuple[Word, ...], Sequence]] = []
        while not self.is_word("esac"):
            if self.is_op("("):
                self.next()
            patterns = [self.pattern()]
            while self.is_op("|"):
                self.next()
                patterns.append(self.pattern())
            self.expect(")")
            branches.append((tuple(patterns), self.sequence("esac")))
            if not self.is_op(";;"):
                break
            self.next()
            self.newlines()
        self.expect("esac")
        return Case(word, tuple(branches))

    def pattern(self) -> Word:
        """A pattern of `case`."""
        if self.peek.kind != "word":
            raise self.unexpected()
        return self.next().word
