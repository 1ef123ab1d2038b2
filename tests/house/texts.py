"""Every text a user can meet, gathered from the source; and how the catalog is brought up to date.

    python -m tests.house.texts        add new texts to the catalog, drop unused ones, compile it

A text is the literal given to `_()` or `marked()`, either form of a `Plural`, a `hint=` or
`label=`, the title and group of a layer, the first line of the docstring and the settings' names of
anything declared, and the title and about of a template.
"""

import ast
import json
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

import studio.gallery.families
import studio.training.ticks.presets
import studio.workspace  # noqa: F401  every declared class hangs on this, the recipes or the families
from studio.fields import Declared
from studio.ui.words import title_of

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "resources" / "translations"
NAMED = {"hint", "label", "title", "group"}


def texts() -> dict[str, str]:
    """Return every text with the file it was first found in."""
    found: dict[str, str] = {}
    for path in sorted((ROOT / "studio").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for text in _in_source(tree):
            found.setdefault(text, str(path.relative_to(ROOT)))
    for path in sorted((ROOT / "resources" / "templates").glob("*.layerwise")):
        project = json.loads(path.read_text(encoding="utf-8"))
        for key in ("title", "about"):
            found.setdefault(project[key], str(path.relative_to(ROOT)))
    for text in _setting_names(Declared):
        found.setdefault(text, "studio/setting.py")
    found.pop("", None)
    return found


def _setting_names(cls: type[Declared]) -> Iterator[str]:
    if cls.key and not getattr(cls, "title", ""):
        yield title_of(cls)
    for setting in cls.declared.values():
        yield setting.label or setting.key.replace("_", " ").capitalize()
        yield from (option.replace("_", " ") for option in setting.options)
    for child in cls.__subclasses__():
        if child.__module__.startswith("studio."):
            yield from _setting_names(child)


def _in_source(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from _in_call(node)
        elif isinstance(node, ast.ClassDef) and _is_declared(node):
            yield (ast.get_docstring(node) or "").strip().splitlines()[0]


def _in_call(call: ast.Call) -> Iterator[str]:
    name = getattr(call.func, "id", "") or getattr(call.func, "attr", "")
    if name in {"_", "marked", "Family"} and call.args:
        yield from _literals(call.args[0])
    if name == "Plural":
        for form in call.args:
            yield from _literals(form)
    for keyword in call.keywords:
        if keyword.arg in NAMED:
            yield from _literals(keyword.value)


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)


def _is_declared(node: ast.ClassDef) -> bool:
    """Whether the class is filed somewhere (`@layer(...)`, `@OPTIMIZERS.file(...)`)."""
    if not ast.get_docstring(node):
        return False
    calls = [d.func for d in node.decorator_list if isinstance(d, ast.Call)]
    return any(
        (isinstance(f, ast.Name) and f.id == "layer")
        or (isinstance(f, ast.Attribute) and f.attr == "file")
        for f in calls
    )


def catalog_file(language: str) -> Path:
    """Return where the catalog of a language lies."""
    return FOLDER / language / "LC_MESSAGES" / "layerwise.po"


def read_catalog(language: str) -> Catalog:
    """Return the catalog of a language, empty if there is none yet."""
    path = catalog_file(language)
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def compiled(catalog: Catalog) -> bytes:
    """Return the machine form of a catalog."""
    stream = BytesIO()
    write_mo(stream, catalog)
    return stream.getvalue()


def update(language: str) -> list[str]:
    """Bring the catalog of a language up to date; return the texts that wait for a translation."""
    old, fresh = read_catalog(language), Catalog(locale=language, fuzzy=False)
    for text, place in sorted(texts().items(), key=lambda item: (item[1], item[0])):
        known = old.get(text)
        fresh.add(text, string=known.string if known else "", locations=[(place, 1)])
    fresh.mime_headers = [("Content-Type", "text/plain; charset=utf-8")]
    path = catalog_file(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        write_po(stream, fresh, omit_header=False, include_lineno=False, width=100)
    path.with_suffix(".mo").write_bytes(compiled(read_catalog(language)))
    return [str(message.id) for message in fresh if message.id and not message.string]


if __name__ == "__main__":
    for missing in update("zh_CN"):
        sys.stdout.write(f"{missing}\n")
