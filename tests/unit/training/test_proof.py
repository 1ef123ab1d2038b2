"""The proof of freezing sees a single bit, and follows layers that freeze and thaw."""

import torch

from studio.training.tensors.proof import Proof, fingerprint


def test_the_fingerprint_sees_one_bit_shape_and_type_but_not_the_layout():
    x = torch.rand(2, 3, 4, 5)
    same = x.to(memory_format=torch.channels_last)
    assert fingerprint(x) == fingerprint(same)
    other = x.clone()
    other.view(-1).view(torch.int32)[7] ^= 1
    assert fingerprint(x) != fingerprint(other)
    assert fingerprint(x) != fingerprint(x.reshape(6, 20))
    assert fingerprint(torch.zeros(4)) != fingerprint(torch.zeros(4, dtype=torch.int32))


def test_minus_zero_is_not_zero():
    assert fingerprint(torch.zeros(1)) != fingerprint(-torch.zeros(1))


def test_a_tensor_may_move_after_it_thawed_but_not_before():
    tensors = {"a": torch.zeros(2), "b": torch.zeros(2)}
    proof = Proof()
    proof.follow(tensors, tensors)
    proof.follow({"b": tensors["b"]}, tensors)
    tensors["a"] += 1
    assert proof.closed(tensors) == (2, True)
    tensors["b"] += 1
    assert proof.closed(tensors) == (2, False)


def test_a_move_while_frozen_is_seen_at_the_thaw():
    tensors = {"a": torch.zeros(2)}
    proof = Proof()
    proof.follow(tensors, tensors)
    tensors["a"] += 1
    proof.follow({}, tensors)
    assert proof.closed(tensors) == (1, False)
