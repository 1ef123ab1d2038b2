"""What `layerwise data inspect` tells of a file or folder, for tests."""

from pathlib import Path
from typing import Any

from studio.datasets.inspecting import inspect, inspection_json, source_of


def told(path: Path) -> dict[str, Any]:
    """Return the answer, with the kinds of the problems beside it."""
    found = inspection_json(inspect(source_of(path)))
    return found | {"faults": {problem["kind"] for problem in found["problems"]}}


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode(encoding))
    return path
