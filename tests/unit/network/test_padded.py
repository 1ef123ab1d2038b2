"""Steps that only fill up are as if they were not there, wherever they stand."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

from studio.network.execution import streamlined
from studio.network.modules.padded import PaddedGRU
from studio.network.unrolling import FastPaddedGru
from tests.unit.analysis.networks import graph
from tests.unit.network.made import made, run
from tests.unit.training.toys import made as network_of

KEYS = ["rnn", "gru", "lstm"]
FEATURES, STEPS, SAMPLES = 3, 7, 5

pytestmark = pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN")


def texts() -> st.SearchStrategy[Tensor]:
    """Draw ids whose padding, 0, lies anywhere."""
    row = st.lists(st.sampled_from((0, 3)), min_size=STEPS, max_size=STEPS)
    return st.lists(row, min_size=SAMPLES, max_size=SAMPLES).map(torch.tensor)


def states_of(found: object) -> list[Tensor]:
    return list(found) if isinstance(found, tuple) else [found]  # type: ignore[list-item]


@pytest.mark.parametrize("output", ["sequence", "last"])
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("key", KEYS)
@settings(max_examples=8, deadline=None)
@given(
    ids=texts(),
    levels=st.integers(1, 3),
    vectors=st.integers(1, 2),
    started=st.booleans(),
    keep=st.booleans(),
    proj=st.sampled_from((0, 2)),
)
def test_a_text_is_read_as_if_it_came_without_padding(
    key, both, output, ids, levels, vectors, started, keep, proj
):
    more = {"proj_size": proj} if key == "lstm" else {}
    more |= {"hidden_size": 4, "num_layers": levels, "bidirectional": both}
    more |= {"output": output, "return_state": keep, "bias_vectors": vectors}
    torch.manual_seed(1)
    x = torch.randn(SAMPLES, STEPS, FEATURES)
    rows = levels * (1 + both)
    sizes = [proj or 4, 4] if key == "lstm" and proj else [4, 4] if key == "lstm" else [4]
    starts = [torch.randn(SAMPLES, rows, size).squeeze(1) for size in sizes] if started else []
    padded = made(key, x, *starts, ids, padding_idx=0, **more)
    plain = made(key, x, *starts, **more)
    plain.module.load_state_dict(padded.module.state_dict())

    found = states_of(padded.forward(x, *starts, ids))

    for row in range(SAMPLES):
        there = ids[row] != 0
        if not there.any():
            continue
        alone = states_of(
            plain.forward(x[row : row + 1, there], *(start[row : row + 1] for start in starts))
        )
        mine = [part[row] for part in found]
        if output == "sequence":
            assert not mine[0][~there].any()
            mine[0] = mine[0][there]
        for one, other in zip(mine, alone, strict=True):
            torch.testing.assert_close(one, other[0], rtol=0, atol=1e-6)


@pytest.mark.parametrize("key", KEYS)
def test_a_text_without_a_word_ends_where_it_starts(key):
    x, ids = torch.randn(2, STEPS, FEATURES), torch.zeros(2, STEPS, dtype=torch.int64)
    start = torch.randn(2, 4)
    starts = [start] * (2 if key == "lstm" else 1)

    settled = {"hidden_size": 4, "output": "last", "padding_idx": 0}
    assert torch.equal(run(key, x, *starts, ids, **settled), start)
    assert not run(key, x, ids, **settled).any()


@pytest.mark.parametrize("kind", [nn.RNN, nn.GRU, nn.LSTM])
@pytest.mark.parametrize("both", [False, True])
def test_gradients_are_those_of_packed_sequences(kind, both):
    torch.manual_seed(0)
    key = kind.__name__.lower()
    x = torch.randn(SAMPLES, STEPS, FEATURES, requires_grad=True)
    lengths = torch.tensor([7, 3, 1, 5, 7])
    ids = (torch.arange(STEPS) < lengths[:, None]).long()
    options = {"hidden_size": 4, "num_layers": 2, "bidirectional": both}
    call = made(key, x, ids, padding_idx=0, **options)
    module = kind(FEATURES, 4, 2, bidirectional=both, batch_first=True)
    module.load_state_dict(call.module.state_dict())
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    theirs, _length = pad_packed_sequence(module(packed)[0], batch_first=True, total_length=STEPS)
    mine = call.forward(x, ids)

    torch.testing.assert_close(mine, theirs, rtol=0, atol=1e-6)
    wanted = zip([x, *call.module.parameters()], [x, *module.parameters()], strict=True)
    for one, other in wanted:
        (first,) = torch.autograd.grad(mine.sin().sum(), one, retain_graph=True)
        (second,) = torch.autograd.grad(theirs.sin().sum(), other, retain_graph=True)
        torch.testing.assert_close(first, second, rtol=0, atol=1e-5)


@pytest.mark.parametrize("output", ["sequence", "last"])
@pytest.mark.parametrize("both", [False, True])
@pytest.mark.parametrize("vectors", [1, 2])
def test_a_network_learns_alike_in_faster_code(output, both, vectors):
    reader = {"type": "gru", "hidden_size": 5, "num_layers": 2, "padding_idx": 0}
    reader |= {"output": output, "bidirectional": both, "bias_vectors": vectors}
    built = graph(
        words={"type": "input", "shape": [STEPS], "dtype": "int64"},
        vectors={"type": "embedding", "num_embeddings": 9, "embedding_dim": 3},
        reader={**reader, "from": ["vectors", "words"]},
        flat="flatten",
        linear={"type": "linear", "out_features": 2},
        scores="output",
    )
    network = network_of(built)
    ids = torch.randint(0, 9, (6, STEPS)) * torch.randint(0, 2, (6, STEPS))
    plain = network(ids)["scores"]
    plain.square().sum().backward()
    expected = [parameter.grad.clone() for parameter in network.parameters()]
    network.zero_grad()
    with streamlined(network, 6, channels_last=True):
        calls = {step.name: step.call for step in network.steps}
        assert any(isinstance(part, FastPaddedGru) for part in calls["reader"].args)
        fast = network(ids)["scores"]
        fast.square().sum().backward()

    torch.testing.assert_close(fast, plain, rtol=0, atol=1e-6)
    found = [parameter.grad for parameter in network.parameters()]
    torch.testing.assert_close(found, expected, rtol=1e-5, atol=1e-6)


def test_dropout_between_levels_is_drawn_while_training_only():
    torch.manual_seed(0)
    module = PaddedGRU(
        input_size=3, hidden_size=4, num_layers=2, dropout=0.5, batch_first=True, padding_idx=0
    )
    x, ids = torch.randn(2, 6, 3), torch.ones(2, 6, dtype=torch.int64)
    assert not torch.equal(module(x, ids)[0], module(x, ids)[0])
    module.eval()
    assert torch.equal(module(x, ids)[0], module(x, ids)[0])


@given(ids=texts(), operation=st.sampled_from(("mean", "sum", "max")), dim=st.integers(1, 2))
def test_only_steps_that_are_there_are_pooled(ids, operation, dim):
    x = torch.randn(SAMPLES, STEPS, FEATURES)
    arranged = x if dim == 1 else x.transpose(1, 2)

    pooled = run("pool_tokens", arranged, ids, operation=operation, dim=dim)
    masked = run("mask_tokens", arranged, ids, dim=dim)

    call = getattr(torch, operation.replace("max", "amax"))
    for row in range(SAMPLES):
        there = x[row, ids[row] != 0]
        expected = call(there, 0) if len(there) else torch.zeros(FEATURES)
        torch.testing.assert_close(pooled[row], expected, rtol=0, atol=1e-6)
    assert torch.equal(masked, torch.where((ids != 0).unsqueeze(3 - dim), arranged, 0))


def test_a_step_behind_a_filter_counts_if_all_that_it_saw_is_there():
    ids = torch.tensor([[1, 1, 1, 1, 0], [1, 1, 0, 0, 0]])
    x = torch.tensor([[[1.0, 2.0, 9.0]], [[9.0, 9.0, 9.0]]])

    found = run("pool_tokens", x, ids, operation="max", dim=2)

    assert found.tolist() == [[2.0], [0.0]]


def test_other_ids_than_zero_may_fill_up():
    x, ids = torch.tensor([[[1.0], [5.0], [3.0]]]), torch.tensor([[0, 7, 0]])
    assert run("pool_tokens", x, ids, padding_idx=7).tolist() == [[2.0]]
    one = run("gru", x[:, ::2], torch.tensor([[1, 1]]), padding_idx=0, output="last")
    other = run("gru", x, ids, padding_idx=7, output="last")
    torch.testing.assert_close(one, other, rtol=0, atol=1e-6)
