"""Every layer type says what torch says: 200 drawn settings and inputs for each entry.

A new layer type is tested by being filed; nothing here names it, except to state an exception.
"""

import itertools
import json
from collections import Counter
from typing import Any

import pytest
import torch
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import studio.graph.block  # noqa: F401  files the block, which has tests of its own
from studio.catalogue import CATALOGUE, Layer, Shape
from studio.errors import SettingError, ShapeError
from studio.families import read, written
from tests.contract import drawing
from tests.contract.cases import CASES
from tests.contract.oracle import Refused, meta_facts, torch_facts

ENTRIES = [cls for cls in CATALOGUE if cls.key != "block"]
EXAMPLES = 200
TAKE_IDS = {
    "input", "output", "identity", "embedding", "flatten", "reshape", "permute", "squeeze",
    "unsqueeze", "reduce", "select", "add", "multiply", "concat", "pad", "crop", "roll",
    "split", "slice", "expand", "stack", "subtract", "maximum", "embedding_bag",
    "rotary_positions", "timestep_encoding", "relative_bias", "alibi", "causal_mask",
    "padding_mask", "window_partition", "window_reverse", "patch_gather", "token_ngrams",
}  # fmt: skip
"""Ids mean nothing to the others: they refuse them even where torch would compute with them."""
TAKE_ALL = {"input", "output", "identity", "constant", "parameter", "causal_mask"}
RANKS = {
    "dropout1d": {2}, "dropout2d": {3}, "dropout3d": {4}, "instance_norm1d": {2},
    "instance_norm2d": {3}, "instance_norm3d": {4}, "pixel_shuffle": {3, 4},
    "pixel_unshuffle": {3, 4}, "unfold": {3}, "fold": {2},
}  # fmt: skip
"""Numbers of axes, where torch lets others through."""
GROUPS = [
    "Input and output", "Linear", "Convolution", "Pooling", "Normalization", "Activation",
    "Regularization", "Recurrent", "Attention", "Embedding", "Shape", "Merge", "Structure",
]  # fmt: skip

pytestmark = [
    # both only tell of a slower way to the same numbers
    pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths:UserWarning"),
    pytest.mark.filterwarnings("ignore:dropout.d. Received a:UserWarning"),
    pytest.mark.filterwarnings("ignore:input's size at dim=:UserWarning"),
    pytest.mark.filterwarnings("ignore:LSTM with projections is not supported with oneDNN"),
]
every_layer = pytest.mark.parametrize("cls", ENTRIES, ids=lambda cls: cls.key)
thoroughly = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def _same_numbers():
    torch.manual_seed(0)


def answer(layer: Layer, inputs: tuple[Shape, ...]) -> tuple[Shape, ...] | ShapeError:
    try:
        return layer.shapes(*inputs)
    except ShapeError as refusal:
        return refusal


def torch_answer(layer: Layer, inputs: tuple[Shape, ...]) -> Any:
    """Return torch's facts or refusal, or None where the inputs do not even spell a call."""
    try:
        call = layer.recipe(*inputs)
    except (IndexError, ValueError, ShapeError):
        return None
    # without running statistics the mean of the batch is what is asked for
    mixes = getattr(layer, "track_running_stats", True) is False
    paired = layer.key == "cosine_similarity" and bool(layer.values()["pairwise"])
    # an Input hands on the sample that it is given
    given = layer.shapes() if layer.key == "input" else inputs
    try:
        return torch_facts(call, given, mixes=mixes or paired, paired=paired)
    except Refused as refusal:
        return refusal


def is_lax(layer: Layer, inputs: tuple[Shape, ...]) -> bool:
    """Return whether we refuse by intent what torch happens to let through."""
    # global pooling is a mean in torch, which forgets to count the axes
    if layer.key == "adaptive_avg_pool2d" and len(inputs[0]) > 3:
        return True
    # torch takes samples with an axis less for a whole batch without one, or any number of axes
    if layer.key in RANKS and len(inputs[0]) not in RANKS[layer.key]:
        return True
    # without axes torch reduces all of them, the batch too
    if layer.key == "reduce" and not layer.values()["dim"]:
        return True
    # borders of ids are continued on processors only
    if layer.key == "pad" and layer.values()["mode"] != "constant" and inputs[0].dtype == "int64":
        return True
    # the batch axis is never named, not even where torch leaves it as it is
    named: set[Any] = set()
    for name in ("dim", "start_dim", "end_dim"):
        value = layer.values().get(name)
        named |= set(value) if isinstance(value, tuple) else {value}
    if layer.key == "roll":
        # without axes it would push through the batch
        named |= set(layer.values()["dims"]) or {0}
    return bool(named & {0, *(-len(x) - 1 for x in inputs)})


def takes_ids(layer: Layer, wire: int) -> bool:
    spelled = drawing.ARRIVING.get(layer.key, ())[wire : wire + 1]
    if wire and layer.group == "Recurrent" and layer.values().get("padding_idx") is not None:
        return True
    return layer.key in TAKE_IDS or any(axes.startswith("#") for axes in spelled)


def compare(layer: Layer, inputs: tuple[Shape, ...]) -> str:
    ours = answer(layer, inputs)
    if any(x.dtype == "int64" and not takes_ids(layer, at) for at, x in enumerate(inputs)):
        assert isinstance(ours, ShapeError)
        return "refused"
    theirs = torch_answer(layer, inputs)
    if isinstance(ours, ShapeError):
        if is_lax(layer, inputs):
            return "refused without torch"
        assert theirs is None or isinstance(theirs, Refused), f"torch takes it; we say: {ours}"
        assert ours.problem.endswith(".")
        assert ours.remedy.endswith(".")
        return "refused" if theirs else "refused without torch"
    assert theirs is not None
    assert not isinstance(theirs, Refused), f"torch refuses: {theirs}"
    assert ours == theirs.outputs
    assert list(layer.weights(*inputs).items()) == list(theirs.weights.items())
    assert list(layer.buffers(*inputs).items()) == list(theirs.buffers.items())
    assert layer.multiply_adds(*inputs) == theirs.multiply_adds
    return "accepted"


@every_layer
def test_a_layer_says_what_torch_says(cls):
    tally: Counter[str] = Counter()

    @thoroughly
    @given(data=st.data())
    def check(data):
        if cls.key in CASES and data.draw(st.sampled_from((True, True, False))):
            layer, inputs = data.draw(CASES[cls.key])
        else:
            inputs = data.draw(drawing.inputs(cls))
            layer = data.draw(drawing.layers(cls, rank=len(inputs[0]) if inputs else 0))
        tally[compare(layer, inputs)] += 1

    check()

    assert tally.total() >= EXAMPLES, tally
    assert tally["accepted"] >= 50, tally
    assert tally["refused"] + tally["refused without torch"] >= 5 or cls.key in TAKE_ALL, tally


@every_layer
def test_every_pair_of_settings_is_answered_as_by_torch(cls):
    inputs = drawing.fitting(cls, size=4)[0]
    values = {name: drawing.telling(setting, 4) for name, setting in cls.declared.items()}

    for one, other in itertools.combinations(values, 2):
        for pair in itertools.product(values[one], values[other]):
            compare(cls(**dict(zip((one, other), pair, strict=True))), inputs)


@every_layer
def test_a_setting_at_its_largest_is_answered_as_by_torch(cls):
    for name, setting in cls.declared.items():
        if setting.kind not in {"integer", "sides"} or setting.high is None:
            continue
        layer = cls(**{name: int(setting.high)})
        for inputs in drawing.fitting(cls)[:1]:
            ours = answer(layer, inputs)
            if isinstance(ours, ShapeError):
                theirs = torch_answer(layer, inputs)
                assert theirs is None or isinstance(theirs, Refused), name
            else:
                given = layer.shapes() if cls.key == "input" else inputs
                assert ours == meta_facts(layer.recipe(*inputs), given).outputs


@every_layer
def test_settings_survive_the_file(cls):
    @settings(thoroughly, max_examples=50)
    @given(layer=drawing.layers(cls))
    def check(layer):
        filed = json.loads(json.dumps(written(layer)))

        assert filed.pop("type") == cls.key
        assert read(cls, filed) == layer
        assert isinstance(layer.caption(), str)

    check()


@every_layer
def test_settings_out_of_bounds_are_refused(cls):
    for name, setting in cls.declared.items():
        wrong: list[Any] = [object(), "no such word"]
        wrong += [setting.low - 1] if setting.low is not None else []
        wrong += [setting.high + 1] if setting.high is not None else []
        if setting.kind == "integers":
            wrong = [*((value,) for value in wrong), 3]
        for value in wrong:
            with pytest.raises(SettingError, match=setting.key):
                cls(**{name: value})


@every_layer
def test_a_layer_explains_itself(cls):
    sentences = [cls.about(), *(setting.hint for setting in cls.declared.values())]

    assert cls.title
    assert cls.group in GROUPS
    assert all(len(text) > 10 and text.endswith(".") for text in sentences), sentences


@every_layer
def test_a_layer_works_as_it_is_declared(cls):
    shapes = drawing.fitting(cls)

    assert shapes
    assert compare(cls(), shapes[0]) == "accepted"


def test_the_palette_is_in_order():
    order = [GROUPS.index(cls.group) for cls in ENTRIES]

    assert order == sorted(order)


def test_the_command_bar_has_one_layer_for_each_word():
    words = Counter(word for cls in CATALOGUE for word in {cls.key, *cls.aliases})

    assert {word for word, count in words.items() if count > 1} == set()
