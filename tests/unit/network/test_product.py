"""Products and comparisons are those of torch, also where one wire serves all samples."""

import pytest
import torch
from torch.nn import functional

from studio.catalogue import CATALOGUE, Shape
from tests.unit.network.made import made, run


def sample_by_sample(first, second):
    """Return the products of the samples one after the other."""
    most = max(len(first), len(second))
    one, other = (x.expand(most, *x.shape[1:]) for x in (first, second))
    return torch.stack([torch.matmul(*pair) for pair in zip(one, other, strict=True)])


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((3, 4, 5), (3, 5, 6)),
        ((3, 4, 5), (1, 5, 6)),
        ((1, 4, 5), (3, 5, 6)),
        ((3, 2, 4, 5), (3, 5, 6)),
        ((3, 4, 5), (3, 2, 5, 6)),
        ((3, 7, 1, 4, 5), (1, 2, 5, 6)),
        ((3, 5), (3, 5, 6)),
        ((3, 5), (1, 5, 6)),
        ((3, 4, 5), (3, 5)),
        ((3, 2, 4, 5), (1, 5)),
        ((3, 5), (1, 5)),
    ],
)
def test_a_product_is_that_of_each_sample(first, second):
    one, other = torch.randn(first), torch.randn(second)

    found = run("matmul", one, other)

    assert torch.allclose(found, sample_by_sample(one, other), atol=1e-5)


def test_the_second_is_turned_where_asked():
    x, table = torch.randn(3, 4, 5), torch.randn(1, 9, 5)

    found = run("matmul", x, table, transpose_second=True)

    assert torch.allclose(found, functional.linear(x, table[0]), atol=1e-5)


def test_a_table_by_wire_is_an_embedding():
    ids, table = torch.randint(9, (3, 4)), torch.randn(1, 9, 5)

    assert torch.equal(run("lookup", ids, table), functional.embedding(ids, table[0]))


def test_each_sample_may_have_a_table_of_its_own():
    ids, table = torch.randint(9, (3, 2, 4)), torch.randn(3, 9, 5)

    found = run("lookup", ids, table)

    assert torch.equal(found, torch.stack([t[i] for i, t in zip(ids, table, strict=True)]))


def test_each_sample_is_compared_with_all():
    one, other = torch.randn(3, 5), torch.randn(3, 5)

    found = run("cosine_similarity", one, other)

    expected = functional.cosine_similarity(one[:, None], other[None], dim=-1)
    assert torch.allclose(found, expected, atol=1e-6)


def test_texts_may_be_more_than_the_pictures_that_they_are_compared_with():
    texts, pictures = torch.randn(3, 5), torch.randn(2, 5)

    found = run("cosine_similarity", pictures, texts)

    assert found.shape == (2, 3)
    assert torch.allclose(found[1, 2], functional.cosine_similarity(pictures[1], texts[2], dim=0))


def test_or_only_with_its_partner():
    one, other = torch.randn(3, 5), torch.randn(1, 5)

    found = run("cosine_similarity", one, other, pairwise=False)

    assert torch.allclose(found, functional.cosine_similarity(one, other), atol=1e-6)


def test_scores_against_each_other_can_be_turned_around():
    scores = CATALOGUE["cosine_similarity"]().shape(Shape(5), Shape(5))
    turn = CATALOGUE["permute"]().changed(dims=(1, 0))

    assert str(scores) == str(turn.shape(scores)) == "N"
    assert turn.shape(scores) == (1,)


def test_the_number_before_the_scores_is_learned_as_its_logarithm():
    x = torch.randn(3, 4)
    plain = made("logit_scale", x)
    limited = made("logit_scale", x, init=9.0, max_scale=100.0, bias=True)

    assert torch.allclose(plain.forward(x), x / 0.07, rtol=1e-4)
    assert torch.allclose(limited.forward(x), x * 100 - 10, atol=1e-3)
    assert {name: p.shape for name, p in limited.module.named_parameters()} == {
        "weight": (),
        "bias": (),
    }


def test_samples_are_drawn_while_training_only():
    mean, log_variance = torch.full((4, 20_000), 3.0), torch.full((4, 20_000), 1.0)
    layer = made("gaussian_sample", mean, log_variance)

    assert torch.equal(layer.forward(mean, log_variance), mean)
    layer.module.train()
    drawn = layer.forward(mean, log_variance)
    assert drawn.mean().item() == pytest.approx(3.0, abs=0.03)
    assert drawn.std().item() == pytest.approx(torch.tensor(0.5).exp().item(), abs=0.03)


def test_a_line_is_computed_value_by_value():
    assert run("scale", torch.tensor([[1.0, 2.0]]), factor=3.0, shift=-1.0).tolist() == [[2, 5]]


def test_the_largest_of_many_is_kept():
    wires = [torch.tensor([[1.0, 5.0]]), torch.tensor([[4.0, 2.0]]), torch.tensor([[3.0, 3.0]])]

    assert run("maximum", *wires).tolist() == [[4, 5]]
    assert run("subtract", *wires[:2]).tolist() == [[-3, 3]]
    assert run("divide", *wires[:2]).tolist() == [[0.25, 2.5]]
