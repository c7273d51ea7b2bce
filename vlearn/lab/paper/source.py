"""The source of a cell in two forms: as paper shows it, and as it runs there."""

import ast
import re
from types import CodeType

LAB = "__lab_on_paper__"
"""The name under which a cell's namespace has the lab that it is given."""
_SILENT = ("check", "chapters", "choose_practice", "practice_history", "predict", "progress", "quiz", "review")
"""What is asked of the lab in these calls stands on paper; the call says no more, or might say an answer."""
_OPEN = re.compile(r"\w+ = None")


def shown(source: str) -> str:
    """Without the statements that only ask the lab for a form, and without an answer that is open."""
    lines = source.splitlines()
    for statement in ast.parse(source).body:
        if _is_silent(statement):
            for n in range(statement.lineno - 1, statement.end_lineno or statement.lineno):
                lines[n] = ""
    kept = [line for line in lines if not _OPEN.fullmatch(line.strip())]
    return re.sub(r"\n{3,}", "\n\n\n", "\n".join(kept)).strip("\n")


def compiled(source: str, name: str) -> tuple[CodeType, CodeType | None]:
    """The statements of a cell, and its last one by itself where it is an expression, whose value is shown."""
    tree = _OnPaper().visit(ast.parse(source, name))
    last: CodeType | None = None
    if tree.body and isinstance(tree.body[-1], ast.Expr) and not source.rstrip().endswith(";"):
        last = compile(ast.Expression(tree.body.pop().value), name, "eval", dont_inherit=True)
    return compile(tree, name, "exec", dont_inherit=True), last


def _is_silent(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(ast.Call(func=ast.Attribute(value=ast.Name(id="lab"), attr=name))):
            return name in _SILENT
    return False


class _OnPaper(ast.NodeTransformer):
    """`from vlearn import lab` takes the lab that the namespace has."""

    def visit_ImportFrom(self, node: ast.ImportFrom) -> list[ast.stmt]:
        """The same import, with the lab taken out of it."""
        if node.module != "vlearn" or node.level:
            return [node]
        given: list[ast.stmt] = [
            ast.Assign([ast.Name(name.asname or name.name, ast.Store())], ast.Name(LAB, ast.Load()))
            for name in node.names
            if name.name == "lab"
        ]
        if others := [name for name in node.names if name.name != "lab"]:
            given.append(ast.ImportFrom("vlearn", others, 0))
        return [ast.fix_missing_locations(ast.copy_location(one, node)) for one in given]
