"""Every sentence that the page may show: read out of the templates and the source files, with a word in the place of each value."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "appliance"
SOURCES = (
    PACKAGE / "reports" / "conditions.py",
    *sorted((PACKAGE / "health").glob("[a-z]*.py")),
    PACKAGE / "status" / "page.py",
    PACKAGE / "status" / "rows.py",
)
SPEAKERS = {"Condition", "Result", "Row", "judge", "_damaged", "counted", "within"}
"""Calls whose texts are shown."""
_IN_TEMPLATE = re.compile(r"""\bt\((?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")


def template_sentences() -> Iterator[str]:
    """What templates give to `t`, with its values still in braces."""
    for path in sorted((PACKAGE / "status" / "templates").glob("*.html")):
        for double, single in _IN_TEMPLATE.findall(path.read_text()):
            yield double or single


def source_sentences() -> Iterator[str]:
    """What conditions and checks say."""
    for path in SOURCES:
        tree = ast.parse(path.read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SPEAKERS:
                for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                    yield from _texts(argument)
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign | ast.Return) and node.value is not None:
                yield from (text for text in _texts(node.value) if text.endswith("."))


def _texts(node: ast.expr) -> Iterator[str]:
    match node:
        case ast.Constant(value=str(text)) if " " in text:
            yield text
        case ast.JoinedStr(values=parts):
            text = "".join(part.value if isinstance(part, ast.Constant) else "X9" for part in parts)  # type: ignore[misc]  # only texts
            if " " in text and re.search("[a-z]{2}", text):
                yield text
        case ast.IfExp():
            yield from _texts(node.body)
            yield from _texts(node.orelse)
        case ast.BinOp():
            pass
