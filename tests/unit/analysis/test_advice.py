"""Every remark, word for word, and what its fix does."""

import pytest

from studio.analysis.analyze import analyze
from studio.analysis.report import Finding, Task
from studio.catalogue.shape import Shape
from studio.graph import edits
from studio.graph.model import Graph, Wire
from tests.unit.analysis.networks import IMAGE, block, graph, mnist_cnn, problems, residual

DIGITS = Task(Shape(1, 28, 28), 10, loss="cross_entropy")


def only(built: Graph, task: Task | None = None) -> Finding:
    """Return the single finding of a network."""
    findings = analyze(built, task).findings
    assert len(findings) == 1, [finding.problem for finding in findings]
    return findings[0]


def fixed(built: Graph, task: Task | None = None) -> list[str]:
    """Return what is still remarked after the fix of the single finding was applied."""
    fix = only(built, task).fix
    assert fix is not None
    return problems(fix.apply(built), task)


def test_a_sound_network_gets_no_remarks():
    assert problems(mnist_cnn(), DIGITS) == []


def test_an_empty_page():
    assert problems(Graph()) == ["The network is empty."]


def test_a_layer_that_is_not_connected():
    finding = only(graph(x=IMAGE, y="output", relu={"type": "relu", "from": []}))
    assert finding.problem == "relu is not connected to anything before it."
    assert finding.remedy == "Draw a wire to its free input, or delete it."
    assert (finding.severity, finding.node) == ("error", "relu")


def test_a_join_with_one_wire():
    assert problems(graph(x=IMAGE, add={"type": "add", "from": ["x"]}, y="output")) == [
        "add needs 2 wires, but has 1."
    ]


def test_too_many_wires_keep_the_first():
    built = mnist_cnn()
    relu = built["relu"]
    built = built.with_node("relu", relu.changed(sources=(Wire("conv"), Wire("image"))))
    assert only(built).problem == "2 wires arrive at relu, which has room for 1."
    assert fixed(built) == []


def test_a_wire_from_a_layer_that_does_not_exist():
    built = mnist_cnn()
    built = built.with_node("relu", built["relu"].changed(sources=(Wire("ghost"),)))
    assert problems(built)[0] == "relu is fed by ghost, which does not exist."


def test_a_wire_from_an_output_that_does_not_exist():
    built = mnist_cnn()
    built = built.with_node("relu", built["relu"].changed(sources=(Wire("conv", 1),)))
    assert problems(built)[0] == "relu is fed by conv.1, an output that its layer does not have."


def test_a_circle_names_its_way_and_can_be_cut():
    built = mnist_cnn()
    built = built.with_node("conv", built["conv"].changed(sources=(Wire("pool"),)))
    finding = analyze(built).findings[0]
    assert finding.problem == (
        "These layers wait for each other in a circle: conv → relu → pool → conv."
    )
    assert finding.fix is not None
    assert finding.fix.label == "Remove the wire from pool to conv"
    assert "circle" not in " ".join(problems(finding.fix.apply(built)))


def test_a_network_without_an_output_is_given_one():
    built = edits.remove(mnist_cnn(), ["scores"])
    assert only(built).problem == "The network has no output."
    assert fixed(built) == []


def test_a_network_without_an_input_is_given_the_one_of_the_data():
    built = edits.remove(mnist_cnn(), ["image"])
    finding = next(f for f in analyze(built, DIGITS).findings if "no input" in f.problem)
    assert finding.problem == "The network has no input."
    assert finding.fix is not None
    assert problems(finding.fix.apply(built), DIGITS) == []


def test_a_branch_that_leads_nowhere_can_be_deleted():
    built = mnist_cnn(extra={"type": "conv2d", "from": ["pool"]}, more="relu")
    finding = only(built)
    assert finding.problem == "What more computes is not used: no way leads from it to an output."
    assert (finding.severity, finding.nodes) == ("warning", ("extra",))
    assert finding.fix is not None
    assert list(finding.fix.apply(built)) == list(mnist_cnn())


def test_a_refusal_names_both_layers_and_both_numbers():
    built = graph(x={"type": "input", "shape": [784]}, conv="conv2d", y="output")
    finding = only(built)
    assert finding.problem == (
        "conv cannot take what x gives. "
        "Expected 3 axes (channels height width) but received 1 (784)."
    )
    assert finding.remedy == "Insert Reshape in between."
    assert finding.nodes == ("x",)
    assert fixed(built) == []


def test_ids_are_sent_through_an_embedding():
    built = graph(words={"type": "input", "shape": [7], "dtype": "int64"}, gru="gru", y="output")
    assert only(built).remedy == "Insert Embedding in between."
    assert fixed(built) == []


def test_a_shortcut_of_another_width_is_given_a_convolution():
    built = graph(
        x={"type": "input", "shape": [4, 8, 8]},
        conv={"type": "conv2d", "out_channels": 16, "kernel_size": 3, "padding": 1, "stride": 2},
        add={"type": "add", "from": ["conv", "x"]},
        y="output",
    )
    finding = only(built)
    assert finding.problem.startswith("add cannot join conv, x. ")
    assert fixed(built) == []


def test_a_linear_layer_right_behind_pictures():
    built = graph(x=IMAGE, conv="conv2d", relu="relu", linear="linear", y="output")
    assert only(built).problem == (
        "linear receives pictures of 32 × 26 × 26 from relu and weighs only their last axis, "
        "26 numbers."
    )
    assert fixed(built) == []


def test_an_unknown_layer_says_so():
    built = graph(x=IMAGE, foo={"type": "conv2dd", "a": 1}, y="output")
    assert only(built).problem == "This version knows no layer called conv2dd."


@pytest.mark.parametrize("end", ["softmax", "log_softmax"])
def test_a_softmax_before_the_loss_that_contains_it(end):
    built = mnist_cnn(scores={"type": end}, y="output")
    finding = only(built, DIGITS)
    assert finding.problem.endswith(" before the cross-entropy loss, which already contains it.")
    assert finding.severity == "warning"
    assert fixed(built, DIGITS) == []


def test_a_sigmoid_before_the_loss_that_contains_it():
    built = graph(x={"type": "input", "shape": [4]}, linear={"type": "linear", "out_features": 1},
                  end="sigmoid", y="output")  # fmt: skip
    task = Task(Shape(4), 2, loss="bce")
    assert only(built, task).problem == (
        "end is a Sigmoid before the yes-or-no loss, which already contains it."
    )
    assert fixed(built, task) == []


def test_a_softmax_is_fine_where_no_loss_contains_it():
    built = graph(x={"type": "input", "shape": [4]}, linear={"type": "linear", "out_features": 3},
                  end="softmax", y="output")  # fmt: skip
    assert problems(built, Task(Shape(4), None, 3, "mse")) == []


def test_too_few_scores_for_the_classes_set_the_last_layer():
    built = mnist_cnn(linear={"type": "linear", "out_features": 5})
    finding = only(built, DIGITS)
    assert finding.problem == "scores gives 5 scores, but the labels have 10 classes."
    assert finding.remedy == "Set the outputs of linear to 10."
    assert finding.severity == "error"
    assert fixed(built, DIGITS) == []


def test_too_many_scores_are_only_a_waste():
    assert only(mnist_cnn(linear={"type": "linear", "out_features": 12}), DIGITS).severity == (
        "warning"
    )


def test_pictures_as_answers_are_given_a_head():
    built = edits.remove(mnist_cnn(), ["flatten", "linear"])
    assert only(built, DIGITS).problem == (
        "scores gives 32 × 13 × 13 scores, but the labels have 10 classes."
    )
    assert fixed(built, DIGITS) == []


def test_regression_asks_for_as_many_numbers_as_are_predicted():
    built = graph(x={"type": "input", "shape": [4]}, linear="linear", y="output")
    task = Task(Shape(4), None, 1)
    assert only(built, task).problem == "y gives 10 numbers, but the data ask for 1."
    assert fixed(built, task) == []


def sequence(outputs: int) -> Graph:
    return graph(x={"type": "input", "shape": [6], "dtype": "int64"},
                 words={"type": "embedding", "num_embeddings": 9, "embedding_dim": 4},
                 linear={"type": "linear", "out_features": outputs}, y="output")  # fmt: skip


def test_each_step_of_a_sequence_answers_where_the_labels_are_sequences():
    task = Task(Shape(6, dtype="int64"), 5, loss="cross_entropy", places=(6,))
    assert problems(sequence(5), task) == []
    finding = only(sequence(7), task)
    assert finding.severity == "warning"
    finding = only(sequence(3), task)
    assert finding.severity == "error"
    assert finding.problem == "y gives 6 × 3 scores, but the labels ask for 6 × 5."
    assert fixed(sequence(3), task) == []
    one = Task(Shape(6, dtype="int64"), 5, loss="cross_entropy")
    assert only(sequence(5), one).problem == (
        "y gives 6 × 5 scores, but the labels have 5 classes."
    )


def test_labels_of_pictures_lie_behind_their_classes():
    kernel = {"type": "conv2d", "out_channels": 5, "kernel_size": 1}
    built = graph(x={"type": "input", "shape": [3, 8, 8]}, conv=kernel, y="output")
    task = Task(Shape(3, 8, 8), 5, loss="cross_entropy", places=(8, 8))
    assert problems(built, task) == []
    smaller = Task(Shape(3, 8, 8), 5, loss="cross_entropy", places=(4, 4))
    finding = only(built, smaller)
    assert finding.severity == "error"
    assert finding.problem == "y gives 5 × 8 × 8 scores, but the labels ask for 5 × 4 × 4."
    assert finding.fix is None


def test_a_loss_of_logarithms_asks_for_them():
    task = Task(Shape(4), 3, loss="nll")
    built = graph(x={"type": "input", "shape": [4]}, linear={"type": "linear", "out_features": 3},
                  y="output")  # fmt: skip
    finding = only(built, task)
    assert finding.severity == "warning"
    assert finding.problem == "The loss wants logarithms of shares, which linear does not give."
    assert fixed(built, task) == []


def test_numbers_with_their_variances_are_twice_as_many():
    built = graph(x={"type": "input", "shape": [4]}, linear={"type": "linear", "out_features": 3},
                  y="output")  # fmt: skip
    task = Task(Shape(4), None, 3, "gaussian_nll")
    assert only(built, task).problem == "y gives 3 numbers, but the data ask for 6."
    assert fixed(built, task) == []


def test_an_input_of_another_size_than_the_samples():
    built = mnist_cnn(image={"type": "input", "shape": [1, 20, 20]})
    finding = only(built, DIGITS)
    assert finding.problem == (
        "image takes 1 × 20 × 20, but the samples of the data are 1 × 28 × 28."
    )
    assert fixed(built, DIGITS) == []


def test_everything_frozen():
    built = edits.set_frozen(mnist_cnn(), ["conv", "linear"], True)
    finding = only(built)
    assert finding.problem == (
        "Every layer with parameters is frozen, so training would change nothing."
    )
    assert finding.remedy == "Unfreeze at least one layer, such as the last one, linear."
    assert fixed(built) == []


def test_nothing_to_train():
    assert problems(graph(x=IMAGE, relu="flatten", y="output")) == [
        "No layer of this network has parameters, so there is nothing to train."
    ]


def test_a_normalization_that_moves_behind_a_frozen_layer():
    conv = {"type": "conv2d", "bias": False, "frozen": True}
    built = graph(
        x=IMAGE, conv=conv, norm="batch_norm2d", flatten="flatten", fc="linear", y="output"
    )
    assert only(built).problem == (
        "conv is frozen, but norm behind it still adapts to every batch."
    )
    assert fixed(built) == []


def test_two_linear_layers_without_an_activation():
    built = graph(x={"type": "input", "shape": [4]}, one="linear", two="linear", y="output")
    finding = only(built)
    assert finding.problem == (
        "one and two follow each other without an activation, "
        "so together they can do no more than a single Linear."
    )
    assert finding.severity == "hint"
    assert fixed(built) == []


def test_a_misspelled_setting_of_a_file():
    linear = {"type": "linear", "out_featurs": 3}
    finding = only(graph(x={"type": "input", "shape": [4]}, one=linear, y="output"))
    assert finding.problem == (
        "one has no setting called out_featurs; it is kept, but has no effect."
    )
    assert finding.remedy == "Did you mean out_features?"
    assert finding.severity == "hint"


def test_a_bias_before_a_batch_normalization():
    built = graph(x=IMAGE, conv="conv2d", norm="batch_norm2d", y="output")
    assert only(built).problem == (
        "The bias of conv has no effect: norm right behind it takes it away again."
    )
    assert fixed(built) == []


def test_a_relu_and_a_dropout_right_before_the_output():
    assert problems(mnist_cnn(scores="relu", y="output")) == [
        "scores cuts off every negative number right before y."
    ]
    assert problems(mnist_cnn(scores="dropout", y="output")) == [
        "scores erases answers at random right before y."
    ]


@pytest.mark.parametrize("last", ["relu", "dropout"])
def test_what_is_only_shown_in_passing_may_be_cut_off(last):
    shown = {"type": "output", "from": ["last"]}
    more = {"type": "tanh", "from": ["last"]}
    assert problems(mnist_cnn(scores=last, last=last, shown=shown, more=more, y="output")) == []
    twice = {"type": "output", "from": ["last"]}
    assert len(problems(mnist_cnn(scores="tanh", last=last, shown=shown, twice=twice))) == 2


def test_a_tie_that_does_not_fit():
    built = mnist_cnn(linear={"type": "linear", "tied": {"weight": "conv.weight"}})
    assert only(built).problem == (
        "The weight of linear is 10 × 5408, but conv.weight, which it borrows, is 32 × 1 × 3 × 3."
    )
    assert fixed(built) == []


def test_a_remark_inside_a_block_has_its_path_and_a_fix_from_outside():
    inside = {"x": IMAGE, "conv": "conv2d", "linear": "linear", "y": "output"}
    built = graph(image=IMAGE, stage=block(inside), flatten="flatten", fc="linear", y="output")
    finding = only(built)
    assert finding.node == "stage/linear"
    assert finding.nodes == ("stage/conv",)
    assert fixed(built) == []


def test_what_only_a_later_copy_runs_into_names_the_copy():
    inside = {"x": IMAGE, "pool": {"type": "max_pool2d", "kernel_size": 4}, "y": "output"}
    built = graph(image=IMAGE, stage=block(inside, repeat=3), y="output")
    finding = analyze(built).findings[0]
    assert finding.node == "stage/pool"
    assert finding.problem.startswith("In copy 3 of stage: pool cannot take what x gives. ")


def test_a_repeated_block_needs_as_many_inputs_as_outputs():
    inside = {"a": IMAGE, "one": "relu", "y": "output", "z": {"type": "output", "from": ["one"]}}
    built = graph(image=IMAGE, stage=block(inside, repeat=2), y="output")
    assert "has 2 outputs for 1 inputs." in analyze(built).findings[0].problem


def test_errors_are_shown_before_hints():
    inside = graph(x=IMAGE, conv="conv2d", norm="batch_norm2d", relu={"type": "relu", "from": []})
    severities = [finding.severity for finding in analyze(inside).findings]
    assert severities == sorted(severities, key=("error", "warning", "hint").index)
    assert set(severities) >= {"error", "hint"}


def test_a_block_of_residuals_gets_no_remarks():
    built = graph(x={"type": "input", "shape": [4, 8, 8]}, stage=residual(4, 3), flatten="flatten",
                  fc="linear", y="output")  # fmt: skip
    assert problems(built) == []


def test_every_layer_word_used_by_advice_is_in_the_catalogue():
    from studio.analysis import speed, view
    from studio.analysis.advice import style
    from studio.catalogue import CATALOGUE

    words = {*view.PASSING, *style.BIASED, *style.BATCH_NORMS, *speed.FREE}
    assert {word for word in words if word not in CATALOGUE} == set()


@pytest.mark.parametrize(
    ("one", "other"), [([3, 4000, 2], [3, 2, 2]), ([5, 10], [5, 1_000_000, 9])]
)
def test_a_remedy_that_no_layer_could_be_is_not_offered(one, other):
    built = graph(
        a={"type": "input", "shape": one},
        b={"type": "input", "shape": other},
        sum={"type": "add", "from": ["a", "b"]},
        y="output",
    )
    assert not any("stride" in p or "out_features" in p for p in problems(built))
    assert any("sum cannot" in p for p in problems(built))
