"""The source of functions with all that they use of vlearn, so that they run where vlearn is not installed.

What grades elsewhere is thus the very code that grades here. Annotations are left out, for most of the types that they
name are not needed; what renders text for a screen is replaced as `REPLACED` says.
"""

import ast
import importlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

OURS = ("vlearn", "exporters")
REPLACED = {"verbatim": "def verbatim(text):\n    return text"}
"""Functions whose own needs would be a whole library, and what stands for them."""


@cache
def source_of(module: str, *names: str) -> str:
    """The imports and definitions that these names of the module need, and theirs, each after what it uses."""
    found: dict[str, tuple[str, str]] = {}
    for name in names:
        _collect(module, name, found)
    parts = [text for _, text in found.values()]
    imports = sorted({text for text in parts if text.startswith(("import ", "from "))})
    return "\n\n".join(["\n".join(imports), *(text for text in parts if text not in imports)]).strip()


def _collect(module: str, name: str, found: dict[str, tuple[str, str]]) -> None:
    node = _definitions(module).get(name)
    if node is None:  # a builtin, a parameter or a local name
        return
    if name in REPLACED:
        found[name] = ("", REPLACED[name])
    elif isinstance(node, ast.ImportFrom) and _is_ours(node):
        _collect(str(node.module), name, found)
    elif isinstance(node, ast.ImportFrom):
        found[name] = ("", f"from {node.module} import {name}")
    elif isinstance(node, ast.Import):
        found[name] = ("", f"import {name}")
    elif name not in found:
        found[name] = (module, "")
        text, moved = _text(module, node)
        for where, used in (*((module, used) for used in _names(node)), *moved):
            _collect(where, used, found)
        del found[name]  # it comes after what it uses
        found[name] = (module, text)
    elif found[name][0] != module:
        raise ValueError(f"{found[name][0] or 'an import'} and {module} both define {name}")


def _is_ours(node: ast.ImportFrom) -> bool:
    return str(node.module).split(".")[0] in OURS


@cache
def _source(module: str) -> str:
    return Path(str(importlib.import_module(module).__file__)).read_text(encoding="utf-8")


@cache
def _definitions(module: str) -> dict[str, ast.stmt]:
    """What the module's own statements define, by name."""
    defined: dict[str, ast.stmt] = {}
    for node in ast.parse(_source(module)).body:
        match node:
            case ast.Import(names) | ast.ImportFrom(names=names):
                defined |= {alias.name: node for alias in names}
            case ast.FunctionDef(name) | ast.ClassDef(name):
                defined[name] = node
            case ast.Assign([ast.Name(name)]) | ast.AnnAssign(ast.Name(name)):
                defined[name] = node
    return defined


def _annotations(node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    for inner in ast.walk(node):
        if isinstance(inner, ast.FunctionDef) and inner.returns:
            yield inner.returns, " -> "
        elif isinstance(inner, ast.arg) and inner.annotation:
            yield inner.annotation, ": "


def _names(node: ast.AST) -> list[str]:
    """The names that the code itself reads, in its order."""
    annotated = {id(inner) for annotation, _ in _annotations(node) for inner in ast.walk(annotation)}
    read = [n for n in ast.walk(node) if isinstance(n, ast.Name) and id(n) not in annotated]
    return list(dict.fromkeys(n.id for n in read if isinstance(n.ctx, ast.Load)))


def _text(module: str, node: ast.stmt) -> tuple[str, list[tuple[str, str]]]:
    """The source without annotations and with `notation.parse` as `parse`; and where such names come from."""
    lines = [line.encode() for line in _source(module).split("\n")]  # columns count bytes
    cuts, moved = [(a.lineno, a.col_offset - len(mark), a.end_col_offset or 0) for a, mark in _annotations(node)], []
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
            origin = _definitions(module).get(inner.value.id)
            if isinstance(origin, ast.ImportFrom) and _is_ours(origin):
                cuts.append((inner.lineno, inner.col_offset, inner.col_offset + len(inner.value.id) + 1))
                moved.append((f"{origin.module}.{inner.value.id}", inner.attr))
    for line, start, end in sorted(cuts, reverse=True):
        lines[line - 1] = lines[line - 1][:start] + lines[line - 1][end:]
    first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))])
    return b"\n".join(lines[first - 1 : node.end_lineno]).decode(), moved
