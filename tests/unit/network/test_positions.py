"""Positions are the rows, waves and angles that the papers say."""

import math

import pytest
import torch

from tests.unit.network.made import made, run

X = torch.randn(2, 5, 6)


def test_class_tokens_come_first():
    layer = made("class_token", X, count=2)

    found = layer.forward(X)

    assert layer.module.weight.shape == (1, 2, 6)
    assert torch.equal(found[:, :2], layer.module.weight.expand(2, -1, -1))
    assert torch.equal(found[:, 2:], X)


def test_each_place_gets_the_row_of_its_number_after_the_offset():
    layer = made("position_embedding", X, max_length=9, offset=2)
    weight = layer.module.weight

    assert weight.shape == (11, 6)
    assert torch.equal(layer.forward(X), X + weight[2:7])
    alone = run("position_embedding", X, max_length=9, offset=2, add=False)
    assert torch.equal(alone, weight[None, 2:7])


def test_class_tokens_have_positions_too():
    layer = made("position_embedding", X, max_length=6, class_tokens=1)
    token, weight = layer.module.class_token, layer.module.weight

    found = layer.forward(X)

    assert torch.equal(found[:, :1], (token + weight[:1]).expand(2, -1, -1))
    assert torch.equal(found[:, 1:], X + weight[1:])


def test_numbers_of_places_are_held_as_published_networks_hold_them():
    roberta = made("position_embedding", X, max_length=512, offset=2, stored_ids=True).module
    segments = made("segment_embedding", X, stored_ids=512).module

    assert roberta.position_ids.tolist() == [list(range(514))]
    assert segments.token_type_ids.tolist() == [[0] * 512]


def test_parts_of_a_text_get_the_row_of_their_number():
    ids = torch.tensor([[0, 0, 1, 1, 1], [1, 0, 0, 0, 0]])
    layer = made("segment_embedding", X, ids)
    weight = layer.module.weight

    assert torch.equal(layer.forward(X, ids), X + weight[ids])
    assert torch.equal(layer.forward(X), X + weight[0])


@pytest.mark.parametrize("width", [6, 7])
def test_waves_alternate_as_in_the_paper(width):
    found = run("sinusoidal_positions", torch.zeros(1, 50, width), base=100.0)

    for place in (0, 1, 7, 49):
        for at in range(width):
            angle = place / 100.0 ** (2 * (at // 2) / width)
            wave = math.cos(angle) if at % 2 else math.sin(angle)
            assert found[0, place, at].item() == pytest.approx(wave, abs=1e-5)


def test_waves_lie_in_halves_as_in_whisper():
    x = torch.zeros(1, 1500, 384)
    step = math.log(10_000) / (384 // 2 - 1)
    angles = torch.arange(1500)[:, None].double() * torch.exp(-step * torch.arange(192).double())
    expected = torch.cat([angles.sin(), angles.cos()], dim=1).float()

    found = run("sinusoidal_positions", x, layout="halves", add=False)
    learned = made("position_embedding", x, max_length=1500, init="sinusoids").module

    assert torch.allclose(found[0], expected, atol=2e-4)
    assert torch.equal(learned.weight, found[0])


def test_angles_turn_pairs_by_the_same():
    ids = torch.zeros(3, 9, dtype=torch.int64)

    halves = run("rotary_positions", ids, dim=8, base=500.0)
    neighbors = run("rotary_positions", ids, dim=8, base=500.0, layout="interleaved")

    expected = torch.tensor([[t / 500.0 ** (2 * i / 8) for i in range(4)] for t in range(9)])
    assert halves.shape == neighbors.shape == (1, 9, 8)
    assert torch.allclose(halves[0, :, :4], expected, atol=1e-6)
    assert torch.equal(halves[..., :4], halves[..., 4:])
    assert torch.allclose(neighbors[0, :, ::2], expected, atol=1e-6)
    assert torch.equal(neighbors[..., ::2], neighbors[..., 1::2])


def test_long_texts_are_squeezed_into_the_places_that_were_trained():
    ids = torch.zeros(1, 9, dtype=torch.int64)

    squeezed = run("rotary_positions", ids, scaling=4.0)

    assert torch.allclose(squeezed[:, 8], run("rotary_positions", ids)[:, 2])


@pytest.mark.parametrize("flip", [False, True])
def test_times_are_spelled_as_in_diffusion(flip):
    times = torch.tensor([0.0, 3.0, 250.0])

    found = run("timestep_encoding", times, dim=9, flip_sin_cos=flip)

    speeds = [math.exp(-math.log(10_000) * i / (4 - 1)) for i in range(4)]
    for row, time in zip(found, times.tolist(), strict=True):
        sines, cosines = [[f(time * s) for s in speeds] for f in (math.sin, math.cos)]
        waves = cosines + sines if flip else sines + cosines
        assert row.tolist() == pytest.approx([*waves, 0.0], abs=1e-4)
