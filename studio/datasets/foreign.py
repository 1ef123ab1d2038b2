"""What a file of a kind that is not read is, and what makes it one that is."""

import zipfile
from pathlib import Path

from studio.datasets.listing import glimpsed
from studio.datasets.packing import head_of, packing_of
from studio.wording import _, marked

_AS_CSV = marked("Save it as CSV; then choose that file.")
_AS_WAV = marked("Save the sounds as WAV files.")
_AS_NPZ = marked("Save its arrays as an NPZ file.")
_AS_TXT = marked("Save its text as a TXT file.")
_AS_LINES = marked("Write it with one object for each sample, one on each line.")
_AS_PNG = marked("Save the pictures as PNG or JPEG files.")
_KINDS: tuple[tuple[str, int, bytes, str], ...] = (
    ("Excel", 0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _AS_CSV),
    ("Parquet", 0, b"PAR1", _AS_CSV),
    ("Arrow", 0, b"ARROW1", _AS_CSV),
    ("SQLite", 0, b"SQLite format 3\0", _AS_CSV),
    ("SPSS", 0, b"$FL2", _AS_CSV),
    ("Stata", 0, b"<stata_dta>", _AS_CSV),
    ("HDF5", 0, b"\x89HDF\r\n\x1a\n", _AS_NPZ),
    ("MATLAB", 0, b"MATLAB 5.0 MAT", _AS_NPZ),
    ("PDF", 0, b"%PDF-", _AS_TXT),
    ("HEIC", 4, b"ftyphei", _AS_PNG),
    ("HEIC", 4, b"ftypmif1", _AS_PNG),
    ("AVIF", 4, b"ftypavif", _AS_PNG),
    ("MP3", 0, b"ID3", _AS_WAV),
    *(("MP3", 0, b"\xff" + mark, _AS_WAV) for mark in (b"\xfb", b"\xfa", b"\xf3", b"\xf2")),
    ("FLAC", 0, b"fLaC", _AS_WAV),
    ("Ogg", 0, b"OggS", _AS_WAV),
    *(("JSON", 0, mark, _AS_LINES) for mark in (b"{", b"[", b"\xef\xbb\xbf{")),
    *(("HTML", 0, mark, _AS_CSV) for mark in (b"<html", b"<!DOCTYPE html", b"<!doctype html")),
    ("AIFF", 8, b"AIFF", _AS_WAV),
    ("AIFF", 8, b"AIFC", _AS_WAV),
)
"""What each kind is called, at which byte it begins how, and what would help."""
_OFFICE = (
    ("xl/workbook.xml", "Excel", _AS_CSV),
    ("word/document.xml", "Word", _AS_TXT),
    ("content.xml", "OpenDocument", _AS_CSV),
)
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
        files = [folder / one.name for one in glimpsed(folder)][:_LOOKED_AT]
    except OSError:
        return None
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
    if head.startswith(b"PK\x03\x04"):
        return _office(path)
    found = ((kind, remedy) for kind, at, mark, remedy in _KINDS if head[at:].startswith(mark))
    return next(found, ("", ""))


def _office(path: Path) -> tuple[str, str]:
    """Return which program a ZIP of documents is of, and what would help; empty for another."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (OSError, ValueError, RuntimeError, NotImplementedError, zipfile.BadZipFile):
        return "", ""
    return next(((kind, remedy) for mark, kind, remedy in _OFFICE if mark in names), ("", ""))
