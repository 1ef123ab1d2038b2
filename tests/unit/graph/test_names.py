import pytest
from torch import nn

from studio.graph.names import TAKEN, objection


def test_every_word_that_a_torch_module_uses_is_refused():
    used = {*dir(nn.Module), *dir(nn.ModuleDict), *dir(nn.Sequential), *dir(nn.ModuleList)}

    assert [word for word in sorted(used | set(vars(nn.Module()))) if not objection(word)] == []


def test_no_word_is_refused_without_need():
    used = {*dir(nn.Module), *dir(nn.ModuleDict), *dir(nn.Sequential), *dir(nn.ModuleList)}

    assert sorted(TAKEN - used - {"training"}) == []


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("2nd", "A layer cannot be called '2nd': only letters, digits and _, no digit first."),
        ("a.b", "A layer cannot be called 'a.b': only letters, digits and _, no digit first."),
        ("", "A layer cannot be called '': only letters, digits and _, no digit first."),
        (3, "A layer cannot be called 3: only letters, digits and _, no digit first."),
        ("train", "A layer cannot be called train: Python or torch use that word."),
        ("lambda", "A layer cannot be called lambda: Python or torch use that word."),
        ("_modules", "A layer cannot be called _modules: Python or torch use that word."),
        ("x" * 101, "A name has 101 characters, but at most 100 are allowed."),
    ],
)
def test_a_name_that_cannot_be_had_is_explained(name, sentence):
    assert objection(name) == sentence


def test_ordinary_names_are_welcome():
    assert [objection(name) for name in ("conv2d_1", "image", "Head", "x")] == [""] * 4
