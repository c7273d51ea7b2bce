"""Markdown for Jupyter, which reads HTML and TeX where a question's text means the characters themselves.

Two readers must be kept from `$x$` and `\\(x\\)`. The splitter that takes mathematics out of the source before
Markdown is parsed sees character references instead. MathJax, which searches the rendered page, joins text only up to
the next element, so a dollar or backslash alone in a `<span>` never meets its partner; it does not search `<code>`.
Checked against JupyterLab 4 (marked, MathJax 3) and nbconvert 7 (mistune).
"""

import re
from collections.abc import Iterable
from itertools import count

from vlearn.render.tree import Node, address, parse, parse_inline

_MEANT_BY_MARKDOWN = re.compile(r"[&<>*_`\[\]{|~\\$]|@@")
_OPENS_A_BLOCK = re.compile(r"^(\d+(?=[.)])|(?=[-+#=:]))(.)")
_PLAIN_CODE = re.compile(r"(?!\s)[^`$\\@|\n]*[^`$\\@|\s]")
_PLAIN_BLOCK = re.compile(r"[^`$\\@]*")
# nbconvert writes a language that it does not know into the code, and Jupyter would run Mermaid.
_LANGUAGES = frozenset(["bash", "c", "console", "diff", "docker", "go", "ini", "json", "python", "sh", "sql", "yaml"])


def to_safe_markdown(markdown: str) -> str:
    """Blocks, each separated by an empty line; what they show is what `to_html` shows."""
    return blocks_of(parse(markdown))


def to_safe_markdown_inline(markdown: str) -> str:
    """One line, for a list item or a table cell."""
    return _line_start(_spans(parse_inline(markdown)))


def literal(text: str) -> str:
    """Safe Markdown for plain text: every character stands for itself."""
    return _line_start(_escaped(" ".join(text.split("\n"))))


def code_block(source: str, language: str = "") -> str:
    """A fenced block, or HTML where a fence would let Jupyter change the source."""
    source = source.removesuffix("\n")
    if _PLAIN_BLOCK.fullmatch(source):
        return f"```{language if language in _LANGUAGES else ''}\n{source}\n```"
    return f"<pre><code>{_lines(source)}</code></pre>"


def references(text: str) -> str:
    """Text for HTML inside Markdown, in an element that MathJax leaves alone or in an attribute."""
    return re.sub(r"[&<>\"*_`\[\]{}|~\\$@\n]", lambda special: f"&#{ord(special[0])};", text)


def _lines(source: str) -> str:
    return "\n".join(map(references, source.split("\n")))


def _escaped(text: str) -> str:
    def reference(special: re.Match[str]) -> str:
        written = "".join(f"&#{ord(character)};" for character in special[0])
        return f"<span>{written}</span>" if special[0] in "\\$" else written

    return _MEANT_BY_MARKDOWN.sub(reference, text)


def _line_start(line: str) -> str:
    """A line's first characters must not open a list or a heading."""
    return _OPENS_A_BLOCK.sub(lambda opening: f"{opening[1]}&#{ord(opening[2])};", line.strip(" \t\n"))


def _spans(nodes: Iterable[Node]) -> str:
    return "".join(_span(node) for node in nodes)


def _span(node: Node) -> str:
    match node.kind:
        case "text":
            return _escaped(node.text.replace("\n", " "))
        case "code":
            return f"`{node.text}`" if _PLAIN_CODE.fullmatch(node.text) else f"<code>{references(node.text)}</code>"
        case "break":
            return "<br>"
        case "emphasis":
            return f"<em>{_spans(node.children)}</em>"
        case "strong":
            return f"<strong>{_spans(node.children)}</strong>"
        case "link":
            return _spans(node.children) + (f" ({_escaped(url)})" if (url := address(node)) else "")
        case "gap":
            return f"<strong>&#91;{node.info}&#93;</strong>"
        case _:
            return blocks_of((node,))


def blocks_of(nodes: Iterable[Node]) -> str:
    """Parsed text as safe Markdown; a gap is its number in bold brackets."""
    return "\n\n".join(_block(node) for node in nodes)


def _block(node: Node) -> str:
    match node.kind:
        case "paragraph":
            return _line_start(_spans(node.children))
        case "heading":
            return f"<strong>{_spans(node.children)}</strong>"
        case "code-block" if node.children:
            return f"<pre><code>{''.join(_in_code(child) for child in node.children)}</code></pre>"
        case "code-block":
            return code_block(node.text, node.info)
        case "rule":
            return "---"
        case "quote":
            return _indented("> ", blocks_of(node.children), "> ")
        case "bullets":
            return "\n".join(_indented("- ", blocks_of(item.children)) for item in node.children)
        case "numbers":
            numbered = zip(count(int(node.info)), node.children)
            return "\n".join(_indented(f"{n}. ", blocks_of(item.children)) for n, item in numbered)
        case "table":
            rows = ["| " + " | ".join(_spans(cell.children) for cell in row.children) + " |" for row in node.children]
            return "\n".join([rows[0], "|" + "---|" * len(node.children[0].children), *rows[1:]])
        case _:
            return _span(node)


def _in_code(node: Node) -> str:
    return _span(node) if node.kind == "gap" else _lines(node.text)


def _indented(marker: str, text: str, margin: str = "") -> str:
    first, *rest = text.split("\n")
    margin = margin or " " * len(marker)
    return "\n".join([marker + first, *(margin + line if line else margin.rstrip() for line in rest)])
