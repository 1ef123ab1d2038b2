"""The loop that a person would write by hand in torch, as a measure of what a run computes."""

import math
from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.network.network import Network
from studio.training.data.batches import DeviceData
from studio.training.plan import Plan, Target, read_plan
from studio.training.stepping.roles import hidden_matrices, weights
from studio.training.stepping.step import normalizes_batches
from tests.reliability.drawn_networks import SAMPLES, TEST, VALIDATION
from tests.reliability.drawn_running import Case
from tests.unit.training.toys import device_data, made

COUNT = SAMPLES - VALIDATION - TEST
Truths = Mapping[str, Tensor]
"""By the name of an output: what it should have said."""


def plain_losses(one: Case) -> list[float]:
    """Return the loss of every step of a case without ticks and frozen layers."""
    network, plan = made(one.graph), read_plan(one.plan)
    data = device_data(one.drawn.data, VALIDATION, TEST).feeding(network.inputs)
    optimizer = _optimizer(plan, network)
    least = 2 if normalizes_batches(network) else 1
    starts = [at for at in range(0, COUNT, plan.batch_size) if COUNT - at >= least]
    found: list[float] = []
    network.train()
    for epoch in range(plan.epochs):
        random = torch.Generator().manual_seed((plan.seed * 1_000_003 + epoch) * 8 + 1)
        order = torch.randperm(COUNT, generator=random)
        for start in starts:
            rows = order[start : start + plan.batch_size]
            rate = plan.learning_rate(len(found), plan.epochs * len(starts), len(starts))
            found.append(_step(plan, network, optimizer, data, rows, rate, least))
    return found


def _step(
    plan: Plan,
    network: Network,
    optimizer: torch.optim.Optimizer,
    data: DeviceData,
    rows: Tensor,
    rate: float,
    least: int,
) -> float:
    optimizer.zero_grad()
    for group in optimizer.param_groups:
        group["lr"] = rate
    parts = max(1, min(plan.accumulate, len(rows) // least))
    whole, total = _truths(plan, data, rows), 0.0
    for index, few in enumerate(torch.tensor_split(rows, parts)):
        loss = _loss(plan, network(data.samples(few)), _truths(plan, data, few), whole, data)
        (loss + (_penalty(plan, network) if index == 0 else 0.0)).backward()
        total += float(loss.detach())
    if plan.clip_value is not None:
        nn.utils.clip_grad_value_(network.parameters(), plan.clip_value)
    if plan.clip_norm is not None:
        nn.utils.clip_grad_norm_(network.parameters(), plan.clip_norm)
    optimizer.step()
    return total


def _truths(plan: Plan, data: DeviceData, rows: Tensor) -> Truths:
    """Return what outputs should say: class numbers, or numbers scaled as those that train."""
    found = {}
    for target in plan.targets:
        values = data.others[target.field].values if target.field else data.targets
        truth = values[rows]
        if truth.is_floating_point():
            known = values[:COUNT].double()
            spread = known.std(0, correction=0)
            truth = ((truth.double() - known.mean(0)) / spread).float()
        found[target.output] = truth
    return found


def _loss(
    plan: Plan, said: Mapping[str, Tensor], truth: Truths, whole: Truths, data: DeviceData
) -> Tensor:
    """Return the share of some samples in the mean loss of a whole batch."""
    found = torch.zeros(())
    for target in plan.targets:
        y, every = truth[target.output], whole[target.output]
        scores, weight = said[target.output], _class_weights(target, data)
        if weight is None or target.loss.key in {"focal", "multi_margin"}:
            share = torch.tensor(len(y) / len(every))
        else:
            share = weight[y].sum() / weight[every].sum()
        found = found + target.weight * share * _mean(target, scores, y, weight)
    return found


def _mean(target: Target, scores: Tensor, y: Tensor, weight: Tensor | None) -> Tensor:
    settings, key = target.loss.values(), target.loss.key
    if key == "cross_entropy":
        smoothing = settings["label_smoothing"]
        return functional.cross_entropy(scores, y, weight, label_smoothing=smoothing)
    if key == "focal":
        chance = functional.softmax(scores, 1)[torch.arange(len(y)), y]
        each: Tensor = -((1 - chance) ** settings["gamma"]) * chance.log()
        return (each if weight is None else each * weight[y]).mean()
    if key == "multi_margin":
        return functional.multi_margin_loss(scores, y, weight=weight)
    if key == "bce":
        marks = functional.one_hot(y, scores.shape[1]).float()
        return functional.binary_cross_entropy_with_logits(scores, marks)
    plain: dict[str, Any] = {
        "mse": functional.mse_loss,
        "l1": functional.l1_loss,
        "huber": functional.huber_loss,
        "smooth_l1": functional.smooth_l1_loss,
    }
    return plain[key](scores, y)  # type: ignore[no-any-return]


def _class_weights(target: Target, data: DeviceData) -> Tensor | None:
    written = target.loss.values().get("class_weights", "")
    if written == "balanced":
        counts = torch.bincount(data.targets[:COUNT], minlength=len(data.classes)).float()
        return COUNT / (counts > 0).sum() / counts.clamp_min(1)
    return torch.tensor([float(one) for one in written.split(",")]) if written else None


def _penalty(plan: Plan, network: Network) -> Tensor:
    every = weights(network)
    cost: Tensor = plan.l1 * torch.stack([w.abs().sum() for w in every]).sum()
    for penalty in plan.penalties:
        (layer,) = network.layers()[penalty.layer]
        weight = layer.weight
        assert isinstance(weight, Tensor)
        cost = cost + penalty.l1 * weight.abs().sum() + penalty.l2 / 2 * weight.square().sum()
    return cost


def _optimizer(plan: Plan, network: Network) -> torch.optim.Optimizer:
    settings, key = dict(plan.optimizer.values()), plan.optimizer.key
    decay, rate = settings.pop("weight_decay"), settings.pop("learning_rate")
    multiplying = {id(p) for p in weights(network)}
    groups = [
        {"params": [p], "weight_decay": decay * (id(p) in multiplying)}
        for p in network.parameters()
    ]
    if "beta1" in settings:
        settings["betas"] = settings.pop("beta1"), settings.pop("beta2")
    if "decoupled" in settings:
        settings["decoupled_weight_decay"] = settings.pop("decoupled")
    if key in {"lion", "muon"}:
        return _Own(groups, rate, key, settings, hidden_matrices(network))
    if settings.get("nesterov") and (settings["dampening"] or not settings["momentum"]):
        settings["nesterov"] = False
    kinds: Mapping[str, Any] = {
        "sgd": torch.optim.SGD, "adam": torch.optim.Adam, "adamw": torch.optim.AdamW,
        "rmsprop": torch.optim.RMSprop, "adagrad": torch.optim.Adagrad,
        "nadam": torch.optim.NAdam, "radam": torch.optim.RAdam,
    }  # fmt: skip
    made_of: torch.optim.Optimizer = kinds[key](groups, lr=rate, foreach=False, **settings)
    return made_of


class _Own(torch.optim.Optimizer):
    """Lion, and Muon with AdamW beside it, one parameter after the other."""

    def __init__(
        self, groups: Any, rate: float, key: str, settings: Mapping[str, Any], matrices: Any
    ) -> None:
        super().__init__(groups, {"lr": rate})
        self._key, self._settings = key, settings
        flat, stacks = ({id(p) for p in kind} for kind in matrices)
        self._even, self._stacks = flat | stacks, stacks

    @torch.no_grad()
    def step(self, closure: None = None) -> None:  # type: ignore[override]
        for group in self.param_groups:
            (p,) = group["params"]
            if p.grad is not None:
                p.mul_(1 - group["lr"] * group["weight_decay"])
                way = self._lion if self._key == "lion" else self._muon
                p.sub_(group["lr"] * way(p, p.grad, self.state[p]))

    def _lion(self, p: Tensor, g: Tensor, state: dict[str, Any]) -> Tensor:
        first, second = self._settings["betas"]
        m: Tensor = state.get("m", torch.zeros_like(p))
        state["m"] = second * m + (1 - second) * g
        step: Tensor = first * m + (1 - first) * g
        return step.sign()

    def _muon(self, p: Tensor, g: Tensor, state: dict[str, Any]) -> Tensor:
        first, second = self._settings["betas"]
        if id(p) in self._even:
            beta = self._settings["momentum"]
            m = state["m"] = beta * state.get("m", torch.zeros_like(p)) + (1 - beta) * g
            wanted: Tensor = beta * m + (1 - beta) * g if self._settings["nesterov"] else m
            apart = wanted.unbind() if id(p) in self._stacks else [wanted.flatten(1)]
            length = 0.2 * math.sqrt(max(apart[0].shape))
            even = [_even(matrix, self._settings["rounds"]) for matrix in apart]
            return torch.stack(even).view_as(p).mul(length)
        n = state["n"] = state.get("n", 0) + 1
        m = state["m"] = first * state.get("m", torch.zeros_like(p)) + (1 - first) * g
        v = state["v"] = second * state.get("v", torch.zeros_like(p)) + (1 - second) * g * g
        spread: Tensor = (v / (1 - second**n)).sqrt() + self._settings["eps"]
        return torch.div(m / (1 - first**n), spread)


def _even(matrix: Tensor, rounds: int) -> Tensor:
    """Return the published iteration of Muon: five quintic steps, all directions alike."""
    x = matrix.T if matrix.shape[0] > matrix.shape[1] else matrix
    x = torch.div(x, x.norm() + 1e-7)
    for _round in range(rounds):
        gram = x @ x.T
        x = torch.add(3.4445 * x, (-4.7750 * gram + 2.0315 * gram @ gram) @ x)
    return x.T if matrix.shape[0] > matrix.shape[1] else x
