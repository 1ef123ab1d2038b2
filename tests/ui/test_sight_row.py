"""The receptive field in the inspector."""

import pytest

from studio.ui.inspector.node_page import NodePage


@pytest.fixture
def page(qtbot, workspace):
    made = NodePage(workspace)
    qtbot.addWidget(made)
    made.resize(300, 900)
    made.show()
    return made


def test_a_convolution_says_how_much_it_sees(qtbot, page):
    page.show_node("conv2d_1")

    qtbot.waitUntil(lambda: page.sight.measure.value.text() == "3 × 3")
    assert page.sight.measure.formula.text() == "Moves by 1 from one value to the next."
    assert page.sight.measure.share.text() == "11 %"


def test_a_linear_layer_sees_all_of_the_input(qtbot, page):
    page.show_node("linear_1")

    qtbot.waitUntil(lambda: page.sight.measure.value.text() == "all of the input")


def test_without_places_there_is_no_field(qtbot, page, workspace):
    workspace.new_from("mlp-diabetes")
    page.show_node("linear_1")

    qtbot.waitUntil(page.sight.measure.isHidden)
