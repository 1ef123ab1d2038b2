"""A small file that would fill memory or disk is refused at once, and leaves nothing behind."""

import multiprocessing
from concurrent.futures import ProcessPoolExecutor

from tests.reliability.bombs import refused, written


def test_bombs_are_refused_at_once_in_little_memory_and_leave_nothing(tmp_path, monkeypatch):
    home, folder = tmp_path / "home", tmp_path / "bombs"
    for place in (home, folder):
        place.mkdir()
    for name in ("LAYERWISE_HOME", "TMPDIR", "HOME"):
        monkeypatch.setenv(name, str(home))
    bombs = written(folder)
    before = sorted(folder.iterdir())
    context = multiprocessing.get_context("spawn")
    # one child for them all: its peak only grows, so that what each one adds can be told
    with ProcessPoolExecutor(1, context) as child:
        found = {name: child.submit(refused, kind, path).result() for name, kind, path in bombs}
    assert len(found) >= 25
    assert not {name: one for name, one in found.items() if not one["why"]}
    assert not {name: one for name, one in found.items() if one["seconds"] > 1}
    assert not {name: one for name, one in found.items() if one["kilobytes"] > 150_000}
    assert sorted(folder.iterdir()) == before
    assert not [path for path in home.rglob("*") if path.is_file()]
