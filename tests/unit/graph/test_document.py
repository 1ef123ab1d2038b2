from studio.graph import edits
from studio.graph.change import Change
from studio.graph.document import Document
from studio.graph.model import Graph
from tests.toys.graphs import layer, network, residual


def heard(document: Document) -> list[Change]:
    changes: list[Change] = []
    document.changed.connect(changes.append)
    return changes


def test_a_commit_tells_what_changed():
    document = Document(residual())
    changes = heard(document)

    document.commit("Remove", edits.remove(document.graph, ["relu_1"]))

    assert changes[0].removed == ("relu_1",)
    assert changes[0].updated == ("add_1",)
    assert changes[0].added == ()


def test_undo_and_redo_show_the_values_before_and_after():
    document = Document(residual())
    after = edits.rename(document.graph, "relu_1", "bend")
    document.commit("Rename", after)

    assert document.undo_label == "Rename"
    document.undo()
    assert document.graph == residual()
    assert (document.undo_label, document.redo_label) == ("", "Rename")
    document.redo()
    assert document.graph is after


def test_one_gesture_is_one_step():
    document = Document(residual())
    for x in range(5):
        document.commit("Move", edits.move(document.graph, {"relu_1": (x, x)}), gesture="drag 1")
    document.commit("Move", edits.move(document.graph, {"relu_1": (9, 9)}), gesture="drag 2")

    document.undo()
    assert document.graph["relu_1"].at == (4.0, 4.0)
    document.undo()
    assert document.graph == residual()


def test_a_gesture_does_not_reach_over_an_undo():
    document = Document(residual())
    document.commit("Move", edits.move(document.graph, {"relu_1": (1, 1)}), gesture="drag")
    document.undo()
    document.commit("Move", edits.move(document.graph, {"relu_1": (2, 2)}), gesture="drag")

    document.undo()
    assert document.graph == residual()


def test_a_commit_of_an_equal_graph_is_no_step_and_keeps_the_future():
    document = Document(residual())
    document.commit("Rename", edits.rename(document.graph, "relu_1", "bend"))
    document.undo()
    changes = heard(document)

    document.commit("Nothing", residual())

    assert changes == []
    assert document.undo_label == ""
    assert document.redo_label == "Rename"


def test_a_new_edit_forgets_the_future():
    document = Document(residual())
    document.commit("Rename", edits.rename(document.graph, "relu_1", "bend"))
    document.undo()
    document.commit("Freeze", edits.set_frozen(document.graph, ["relu_1"], True))

    assert document.redo_label == ""


def test_undo_and_redo_without_steps_do_nothing():
    document = Document(residual())
    changes = heard(document)

    document.undo()
    document.redo()

    assert changes == []


def test_only_the_last_five_hundred_steps_are_kept():
    document = Document(network("input 4 → linear 1"))
    for width in range(2, 603):
        document.commit("Width", edits.configure(document.graph, "linear_1", out_features=width))

    steps = 0
    while document.undo_label:
        document.undo()
        steps += 1

    assert steps == 500
    assert document.graph["linear_1"].layer == layer("linear", out_features=102)


def test_a_document_is_modified_until_it_is_saved_or_undone():
    document = Document(residual())
    told = []

    document.commit("Freeze", edits.set_frozen(document.graph, ["relu_1"], True))
    told.append(document.is_modified)
    document.undo()
    told.append(document.is_modified)
    document.redo()
    document.mark_saved()
    told.append(document.is_modified)

    assert told == [True, False, False]


def test_another_document_has_no_past_and_is_told_in_full():
    document = Document(residual())
    document.commit("Freeze", edits.set_frozen(document.graph, ["relu_1"], True))
    changes = heard(document)

    document.replace(network("input 4 → linear 3"))

    assert (document.undo_label, document.redo_label, document.is_modified) == ("", "", False)
    assert set(changes[0].removed) == {"relu_1", "add_1", "output_1"}


def test_an_empty_graph_that_is_given_is_kept():
    graph = Graph()

    assert Document(graph).graph is graph
