"""Are one's own data found again when the project and its data move together?"""

from pathlib import Path

import pytest

from studio.datasets.inspecting import source_of
from studio.datasets.packing import packing_of
from studio.datasets.source import PLACES, SOURCES, read_source
from studio.errors import DataError
from studio.workspace import Workspace

PLACED = [cls for cls in SOURCES if set(PLACES) & set(cls.declared)]


@pytest.mark.parametrize("cls", PLACED, ids=lambda cls: cls.key)
def test_what_lies_beside_the_project_is_named_from_there(cls, tmp_path):
    name = next(name for name in PLACES if name in cls.declared)
    inside = cls(**{name: str(tmp_path / "data" / "mine")})

    relative = inside.relative(tmp_path)

    assert relative.get(name) == "data/mine"
    assert relative.resolved(tmp_path) == inside
    assert relative.resolved(tmp_path / "moved").lies_at == str(
        tmp_path / "moved" / "data" / "mine"
    )


@pytest.mark.parametrize("cls", PLACED, ids=lambda cls: cls.key)
def test_what_lies_elsewhere_or_nowhere_keeps_its_name(cls, tmp_path):
    name = next(name for name in PLACES if name in cls.declared)
    elsewhere = cls(**{name: "/somewhere/else"})

    assert elsewhere.relative(tmp_path) == elsewhere
    assert elsewhere.resolved(tmp_path) == elsewhere
    assert cls().relative(tmp_path) == cls() == cls().resolved(tmp_path)


def test_a_project_that_moves_with_its_data_still_reads_them(tmp_path: Path):
    before, after = tmp_path / "before", tmp_path / "after"
    (before / "photos").mkdir(parents=True)
    workspace = Workspace()
    workspace.set_source(read_source({"type": "pictures", "folder": str(before / "photos")}))
    assert workspace.save(before / "mine.layerwise")
    assert not workspace.is_modified
    before.rename(after)
    moved = Workspace()
    assert moved.open(after / "mine.layerwise")

    assert moved.resolved_source is not None
    assert moved.resolved_source.lies_at == str(after / "photos")


@pytest.mark.parametrize(
    ("head", "kind"),
    [(b"PK\x03\x04", "ZIP"), (b"\x1f\x8b\x08", "gzip"), (bytes(257) + b"ustar\x00", "tar")],
)
def test_an_archive_is_told_by_its_bytes_and_has_to_be_unpacked(tmp_path, head, kind):
    path = tmp_path / "data.csv"
    path.write_bytes(head + bytes(100))

    assert packing_of(path) == kind
    with pytest.raises(DataError, match="Unpack it first"):
        source_of(path)


def test_other_files_and_folders_are_no_archives(tmp_path):
    path = tmp_path / "notes.zip"
    path.write_text("not packed at all")

    assert packing_of(path) == packing_of(tmp_path) == packing_of(tmp_path / "gone") == ""
