"""Which project a word on the command line means: a file, or template:NAME."""

from pathlib import Path

from studio.gallery import load
from studio.graph.file import ProjectFile, read_project

TEMPLATE = "template:"


def project(word: str) -> ProjectFile:
    """Return the project that `word` names; raises FileError when there is none."""
    if word.startswith(TEMPLATE):
        return load(word.removeprefix(TEMPLATE))
    return read_project(Path(word))
