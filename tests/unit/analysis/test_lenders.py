"""Which weights a layer is offered to share, and with whom it shares one."""

from studio.analysis.analyze import analyze
from studio.analysis.lenders import lent, offers, partners
from studio.catalogue.dense.linear import Linear
from studio.catalogue.inputs import Input, Output
from studio.catalogue.sequences.embedding import Embedding
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.model import Graph, Node, Wire


def language_model() -> Graph:
    """Return words → body (a block with a square and a wide layer) → head, and a transpose."""
    inner = Graph(
        {
            "x": Node(Input()),
            "wide": Node(Linear(out_features=9, bias=False), (Wire("x"),)),
            "narrow": Node(Linear(out_features=4), (Wire("wide"),)),
            "y": Node(Output(), (Wire("narrow"),)),
        }
    )
    return Graph(
        {
            "ids": Node(Input(sample=(5,), dtype="int64")),
            "words": Node(Embedding(num_embeddings=9, embedding_dim=4), (Wire("ids"),)),
            "body": Node(Block(graph=inner), (Wire("words"),)),
            "head": Node(Linear(out_features=9, bias=False), (Wire("body"),)),
            "back": Node(Linear(out_features=4, bias=False), (Wire("head"),)),
            "end": Node(Output(), (Wire("back"),)),
        }
    )


def test_only_weights_of_exactly_the_same_shape_are_offered_also_inside_blocks():
    report = analyze(language_model())

    assert offers(report, "head") == {"weight": ("words.weight", "body.wide.weight")}
    assert offers(report, "back") == {"weight": ("body.narrow.weight",)}


def test_what_is_shared_already_is_not_offered():
    graph = edits.tie(language_model(), "head", "weight", "words.weight")
    report = analyze(graph)

    assert not offers(report, "head")
    assert not offers(report, "words")


def test_a_block_and_a_layer_without_weights_are_offered_nothing():
    report = analyze(language_model())

    assert not offers(report, "body")
    assert not offers(report, "ids")


def test_every_offer_can_be_taken_and_leaves_no_finding_about_the_tie():
    graph = language_model()
    for name in graph:
        for weight, owners in offers(analyze(graph), name).items():
            for owner in owners:
                tied = analyze(edits.tie(graph, name, weight, owner))
                assert not [one for one in tied.errors if "borrows" in one.problem]


def test_both_sides_know_with_whom_they_share():
    graph = edits.tie(language_model(), "head", "weight", "body.wide.weight")

    assert lent(graph) == {"body.wide.weight": ("head",)}
    assert partners(graph, "head") == {"weight": ("body",)}
    assert partners(graph, "body") == {"wide.weight": ("head",)}
    assert partners(graph, "words") == {}
