import pytest

from studio.errors import EditError, SettingError
from studio.graph import edits
from tests.toys.graphs import layer, names, network, residual


def test_a_setting_changes_and_the_rest_stays():
    graph = edits.configure(residual(), "linear_1", out_features=7)

    assert graph["linear_1"].layer == layer("linear", out_features=7)
    assert graph["linear_1"].sources == residual()["linear_1"].sources


def test_the_same_setting_again_changes_nothing():
    graph = residual()

    assert edits.configure(graph, "linear_1", out_features=4) is graph


def test_a_value_out_of_bounds_is_refused():
    with pytest.raises(SettingError, match="out_features must be a whole number"):
        edits.configure(residual(), "linear_1", out_features=0)


def test_a_misspelled_setting_is_refused_with_the_nearest():
    with pytest.raises(SettingError, match=r"Did you mean out_features\?"):
        edits.configure(residual(), "linear_1", out_feature=3)


def test_another_layer_keeps_the_name_and_the_wires_it_can_take():
    graph = edits.replace_layer(residual(), "add_1", layer("relu"))

    assert names(graph["add_1"].sources) == ["relu_1"]
    assert names(graph["output_1"].sources) == ["add_1"]


def test_freezing_touches_only_what_was_asked():
    graph = residual()
    frozen = edits.set_frozen(graph, ["linear_1", "relu_1"], True)

    assert [name for name in frozen if frozen[name].frozen] == ["linear_1", "relu_1"]
    assert frozen["add_1"] is graph["add_1"]
    assert edits.set_frozen(frozen, ["linear_1"], True) is frozen
    assert edits.set_frozen(frozen, ["linear_1", "relu_1"], False) == graph


def test_a_weight_is_borrowed_and_given_back():
    graph = network("input 4 → linear 4 → linear 4")

    tied = edits.tie(graph, "linear_2", "weight", "linear_1.weight")

    assert tied["linear_2"].tied == {"weight": "linear_1.weight"}
    assert edits.untie(tied, "linear_2", "weight") == graph
    assert edits.untie(graph, "linear_2", "weight") is graph


@pytest.mark.parametrize(
    ("borrower", "owner"),
    [
        ("linear_1", "linear_2.weight"),
        ("linear_3", "linear_2.weight"),
        ("linear_3", "linear_3.weight"),
    ],
)
def test_a_borrowed_weight_cannot_be_lent(borrower, owner):
    graph = network("input 4 → linear 4 → linear 4 → linear 4")
    graph = edits.tie(graph, "linear_2", "weight", "linear_1.weight")

    with pytest.raises(EditError) as caught:
        edits.tie(graph, borrower, "weight", owner)

    assert str(caught.value) == (
        f"{borrower} cannot borrow {owner}: one of the two weights is borrowed already."
        " Tie both to the layer that owns the weight."
    )
