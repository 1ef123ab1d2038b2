import pytest

from studio.catalogue import CATALOGUE
from studio.catalogue.unknown import Unknown
from studio.errors import EditError
from studio.graph import edits
from tests.toys.graphs import names, network, residual


def test_a_fresh_name_takes_the_first_free_number():
    graph = edits.remove(network("relu → relu → relu"), ["relu_2"])

    assert edits.fresh_name(graph, CATALOGUE["relu"]()) == "relu_2"


def test_an_unknown_layer_is_called_by_its_type_if_that_can_be_a_name():
    assert edits.fresh_name({}, Unknown(type="hologram")) == "hologram_1"
    assert edits.fresh_name({}, Unknown(type="3d lens")) == "unknown_1"


def test_a_new_name_reaches_wires_ties_and_keeps_the_order():
    graph = edits.tie(network("input 4 → linear → linear"), "linear_2", "weight", "linear_1.weight")

    graph = edits.rename(graph, "linear_1", "first")

    assert tuple(graph) == ("input_1", "first", "linear_2")
    assert names(graph["linear_2"].sources) == ["first"]
    assert graph["linear_2"].tied == {"weight": "first.weight"}


def test_the_same_name_again_changes_nothing():
    graph = residual()

    assert edits.rename(graph, "relu_1", "relu_1") is graph


@pytest.mark.parametrize(
    ("new", "sentence"),
    [
        (
            "add_1",
            "relu_1 cannot be called add_1: another layer has that name. Choose another name.",
        ),
        (
            "My layer!",
            "A layer cannot be called 'My layer!': only letters, digits and _, no digit first."
            " Use a name like my_layer.",
        ),
        (
            "3x3",
            "A layer cannot be called '3x3': only letters, digits and _, no digit first."
            " Use a name like x3.",
        ),
        (
            "train",
            "A layer cannot be called train: Python or torch use that word."
            " Use a name like layer_1.",
        ),
    ],
)
def test_a_name_that_cannot_be_had_is_refused_with_one_that_can(new, sentence):
    with pytest.raises(EditError) as caught:
        edits.rename(residual(), "relu_1", new)

    assert str(caught.value) == sentence
