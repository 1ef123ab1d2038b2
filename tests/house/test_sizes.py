"""Rooms stay small enough to be read: 300 lines a file, 30 lines a function."""

import ast
from pathlib import Path

import pytest

STUDIO = Path(__file__).resolve().parents[2] / "studio"
FILES = sorted(STUDIO.rglob("*.py"))
BANNED = {"utils", "helpers", "common", "base", "manager"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(STUDIO)))
def test_a_file_is_short_and_says_what_it_answers(path):
    text = path.read_text(encoding="utf-8")

    assert len(text.splitlines()) <= 300
    assert path.stem not in BANNED
    assert ast.get_docstring(ast.parse(text))


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(STUDIO)))
def test_a_function_fits_in_the_head(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]

    long = [f"{f.name}: {_lines(f)} lines" for f in functions if _lines(f) > 30]

    assert not long


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of code, the docstring not counted."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    if not body:
        return 0
    end = function.end_lineno or function.lineno
    return end - body[0].lineno + 1
