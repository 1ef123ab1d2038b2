"""Tokens taken together with their neighbors, and bags whose vectors begin small."""

import pytest
import torch

from tests.unit.network.made import run

IDS = torch.tensor([[5, 7, 5, 7, 3, 0, 0]])


def test_pairs_stand_behind_the_tokens_and_have_ids_of_their_own():
    found = run("token_ngrams", IDS, longest=2, vocabulary=10, buckets=1000)

    tokens, pairs = found[:, :7], found[0, 7:].tolist()
    assert torch.equal(tokens, IDS)
    assert pairs[0] == pairs[2]  # 5, 7 both times
    assert len({pairs[0], pairs[1], pairs[3]}) == 3
    assert min(pairs[:4]) >= 10
    assert max(pairs[:4]) < 1010


def test_no_run_has_padding_in_it():
    found = run("token_ngrams", IDS, longest=3, vocabulary=10, buckets=1000)[0].tolist()

    assert found[7:14][4:] == [0, 0, 0]
    assert found[14:][3:] == [0, 0, 0, 0]
    assert all(found[14:][:3])


def test_padding_adds_nothing_to_what_is_known_of_a_text():
    short = run("token_ngrams", IDS[:, :5], longest=2, vocabulary=10, buckets=1000)
    long = run("token_ngrams", IDS, longest=2, vocabulary=10, buckets=1000)

    assert sorted(short[short > 0].tolist()) == sorted(long[long > 0].tolist())


def test_runs_are_no_longer_than_the_text():
    found = run("token_ngrams", IDS[:, :1], longest=4, vocabulary=10, buckets=8)

    assert found.tolist() == [[5, 0, 0, 0]]


def test_what_comes_again_is_kept_only_once():
    found = run("token_ngrams", IDS, longest=1, vocabulary=10, buckets=1000, once=True)

    assert sorted(found[0].tolist()) == [0, 0, 0, 0, 3, 5, 7]


def test_a_sum_is_divided_by_the_root_of_how_many_there_are():
    settings = {"num_embeddings": 10, "padding_idx": 0, "std": 0.5}

    total = run("embedding_bag", IDS, mode="sum", **settings)

    rooted = run("embedding_bag", IDS, mode="sqrtn", **settings)
    assert torch.allclose(rooted, total / 5**0.5)


def test_a_bag_begins_as_near_zero_as_asked():
    torch.manual_seed(0)
    ids = torch.arange(1, 200)[:, None]

    found = run("embedding_bag", ids, num_embeddings=201, mode="sum", std=0.01, padding_idx=0)

    assert float(found.detach().std()) == pytest.approx(0.01, rel=0.1)
    nothing = torch.zeros(1, 3, dtype=torch.int64)
    assert not run("embedding_bag", nothing, mode="sum", std=0.01, padding_idx=0).any()


def test_vectors_of_words_begin_as_near_zero_as_asked():
    torch.manual_seed(0)
    ids = torch.arange(200)[None]

    found = run("embedding", ids, num_embeddings=200, std=0.1, padding_idx=0)

    assert float(found[0, 1:].detach().std()) == pytest.approx(0.1, rel=0.1)
    assert not found[0, 0].any()
