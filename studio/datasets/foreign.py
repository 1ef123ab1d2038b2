"""What a file of a kind that is not read is, and what makes it one that is."""

import zipfile
from pathlib import Path

from studio.datasets.packing import head_of, packing_of
from studio.datasets.places import some_of
from studio.wording import _, marked

_AS_CSV = marked("Save it as CSV; then choose that file.")
_AS_WAV = marked("Save the sounds as WAV files.")
_KINDS: tuple[tuple[str, bytes, str], ...] = (
    ("Excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _AS_CSV),
    ("Parquet", b"PAR1", _AS_CSV),
    ("Arrow", b"ARROW1", _AS_CSV),
    ("SQLite", b"SQLite format 3\0", _AS_CSV),
    ("HDF5", b"\x89HDF\r\n\x1a\n", marked("Save its arrays as an NPZ file.")),
    ("MATLAB", b"MATLAB 5.0 MAT", marked("Save its arrays as an NPZ file.")),
    ("PDF", b"%PDF-", marked("Save its text as a TXT file.")),
    ("MP3", b"ID3", _AS_WAV),
    ("MP3", b"\xff\xfb", _AS_WAV),
    ("FLAC", b"fLaC", _AS_WAV),
    ("Ogg", b"OggS", _AS_WAV),
)
"""What each kind is called, how such a file begins, and what would help."""
_OFFICE = (("xl/workbook.xml", "Excel"), ("content.xml", "OpenDocument"))
_LOOKED_AT = 24


def foreign(path: Path) -> tuple[str, str] | None:
    """Return what a file, or most files of a folder, are, with what would help; None if unknown.

    The sentence is translated and asks for {path}.
    """
    if path.is_dir():
        return _of_folder(path)
    kind, remedy = _kind(path)
    if kind:
        return _("{path} is a file of a kind that is not read ({kind}).").replace(
            "{kind}", kind
        ), _(remedy)
    packed = packing_of(path)
    if not packed:
        return None
    sentence = _("{path} is packed ({packing}).").replace("{packing}", packed)
    return sentence, _("Unpack it first; then choose the folder that comes out.")


def _of_folder(folder: Path) -> tuple[str, str] | None:
    try:
        some = some_of(folder, _LOOKED_AT)
        nested = [path for one in some if one.is_dir() for path in some_of(one, _LOOKED_AT)]
    except OSError:
        return None
    files = [path for path in (*some, *nested) if path.is_file()][:_LOOKED_AT]
    kinds = [_kind(path) for path in files]
    found = next((one for one in kinds if one[0] and kinds.count(one) * 2 > len(files)), None)
    if found is not None:
        sentence = _("The files in {path} are of a kind that is not read ({kind}).")
        return sentence.replace("{kind}", found[0]), _(found[1])
    packed = [path.name for path in files if packing_of(path)]
    if not packed or len(packed) * 2 < len(files):
        return None
    sentence = _("{path} holds packed files: {names}.").replace("{names}", ", ".join(packed[:5]))
    return sentence, _("Unpack them first; then choose the folder that comes out.")


def _kind(path: Path) -> tuple[str, str]:
    head = head_of(path)
    kind, remedy = next(
        ((name, remedy) for name, mark, remedy in _KINDS if head.startswith(mark)), ("", "")
    )
    return (_office(path), _AS_CSV) if head.startswith(b"PK\x03\x04") else (kind, remedy)


def _office(path: Path) -> str:
    """Return which program a ZIP of documents is of, empty for another one."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        return ""
    return next((kind for mark, kind in _OFFICE if mark in names), "")
