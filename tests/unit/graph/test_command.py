import pytest

from studio.catalogue import CATALOGUE
from studio.errors import EditError, SettingError, StudioError
from studio.graph.command import apply, parse
from studio.graph.model import Graph
from tests.toys.graphs import names, network


def layer(key: str, **settings):
    return CATALOGUE[key](**settings)


def test_the_example_of_the_manual_is_understood():
    assert parse("conv 32 3 → relu → pool 2 → flatten → linear 10") == (
        layer("conv2d", out_channels=32, kernel_size=3),
        layer("relu"),
        layer("max_pool2d", kernel_size=2),
        layer("flatten"),
        layer("linear", out_features=10),
    )


@pytest.mark.parametrize("arrow", ["→", "->", ">", "|", ",", "\n", " -> ", "\n\n", " → → "])
def test_any_of_the_arrows_goes_on_to_the_next_layer(arrow):
    assert parse(f"relu{arrow}linear 3{arrow}") == (layer("relu"), layer("linear", out_features=3))


@pytest.mark.parametrize("word", ["conv2d", "Conv2d", "CONV", "conv"])
def test_a_layer_is_known_by_its_key_its_title_and_its_aliases(word):
    assert parse(f"{word} 8") == (layer("conv2d", out_channels=8),)


def test_every_layer_is_known_by_its_key_and_its_title():
    for cls in CATALOGUE:
        assert type(parse(cls.key)[0]) is cls
        assert type(parse(cls.title.replace(" ", "_"))[0]) is cls


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("conv 8 3x5", {"kernel_size": (3, 5)}),
        ("conv 8 3×5", {"kernel_size": (3, 5)}),
        ("conv 8 (3, 5)", {"kernel_size": (3, 5)}),
        ("conv 8 kernel_size=3x5", {"kernel_size": (3, 5)}),
        ("conv 8 kernel = (3,5)", {"kernel_size": (3, 5)}),
        ("conv 8 bias=false", {"bias": False}),
        ("conv 8 BIAS=no", {"bias": False}),
        ("conv 8 padding=same", {"padding": "same"}),
    ],
)
def test_values_come_in_order_or_by_name(line, expected):
    assert parse(line) == (layer("conv2d", out_channels=8, **expected),)


def test_numbers_lists_and_nothing_are_read():
    assert parse("dropout .25") == (layer("dropout", p=0.25),)
    assert parse("input 4") == (layer("input", sample=(4,)),)
    assert parse("input 1x28x28") == (layer("input", sample=(1, 28, 28)),)
    assert parse("pool 2 none") == (layer("max_pool2d", kernel_size=2, stride=None),)
    assert parse("softmax -1") == (layer("softmax", dim=-1),)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("conf 3", "There is no layer called conf. Did you mean conv?"),
        ("lin 3", "There is no layer called lin. Did you mean linear?"),
        (
            "xyzzy",
            "There is no layer called xyzzy. Write layers like conv 32 3 → relu → linear 10.",
        ),
        (
            "conv 32, 3",
            "A part begins with the number 3, but it must begin with a layer."
            " Put spaces, not commas, between the values of one layer.",
        ),
        ("relu → (3", "“(3” cannot be read. Write layers like conv 32 3 → relu → linear 10."),
        (
            "linear 3 true 5",
            "In “linear 3 true 5”: Linear does not take so many values."
            " They are, in order: out_features, bias.",
        ),
        (
            "linear 3 out_features=4",
            "In “linear 3 out_features=4”: out_features is given twice.",
        ),
        (
            "linear out_featurs=4",
            "In “linear out_featurs=4”: linear has no setting called out_featurs."
            " Did you mean out_features?",
        ),
        (
            "block graph=3",
            "In “block graph=3”: graph cannot be written on one line. Set it in the inspector.",
        ),
        (
            "relu → linear bias=maybe",
            "In “linear bias=maybe”: bias must be true or false, but 'maybe' was given.",
        ),
    ],
)
def test_what_cannot_be_understood_is_said_with_what_could(line, sentence):
    with pytest.raises(StudioError) as caught:
        parse(line)

    assert isinstance(caught.value, EditError | SettingError)
    assert str(caught.value) == sentence


def test_nothing_asks_for_nothing():
    assert parse("  → \n ") == ()


def test_a_line_becomes_a_chain():
    graph = apply(Graph(), parse("input 4 → linear 3 → output"))

    assert {name: names(graph[name].sources) for name in graph} == {
        "input_1": [],
        "linear_1": ["input_1"],
        "output_1": ["linear_1"],
    }


def test_a_line_goes_on_before_the_output():
    graph = apply(network("input 4 → linear → output"), parse("relu → dropout"))

    assert tuple(graph) == ("input_1", "linear_1", "relu_1", "dropout_1", "output_1")
    assert names(graph["output_1"].sources) == ["dropout_1"]


def test_a_line_goes_on_at_the_end_when_there_is_no_output():
    graph = apply(network("input 4 → linear"), parse("relu"))

    assert names(graph["relu_1"].sources) == ["linear_1"]


def test_a_line_goes_in_behind_the_layer_that_is_named():
    graph = apply(network("input 4 → linear → output"), parse("relu → dropout"), after="input_1")

    assert names(graph["relu_1"].sources) == ["input_1"]
    assert names(graph["linear_1"].sources) == ["dropout_1"]


def test_settings_are_read_as_the_cards_show_them():
    assert parse("conv 16 3 p1 s2 d2 g4") == (
        layer("conv2d", out_channels=16, kernel_size=3, padding=1, stride=2, dilation=2, groups=4),
    )
    assert parse("pool 2 s1x2") == (layer("max_pool2d", kernel_size=2, stride=(1, 2)),)


@pytest.mark.parametrize("line", ["input 1 8 8", "input 1,8,8", "input 1, 8, 8", "input 1x8x8"])
def test_a_list_is_written_with_crosses_spaces_or_commas(line):
    assert parse(f"{line}, relu") == (layer("input", sample=(1, 8, 8)), layer("relu"))


def test_what_follows_a_list_is_the_next_setting():
    assert parse("input 16 int64") == (layer("input", sample=(16,), dtype="int64"),)


def test_a_layer_without_settings_says_so():
    with pytest.raises(EditError, match="ReLU takes no values"):
        parse("relu 3")
