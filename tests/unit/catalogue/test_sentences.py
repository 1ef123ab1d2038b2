"""Every refusal says what is wrong with both numbers, then what would help."""

import pytest

from studio.catalogue import CATALOGUE, Shape
from studio.errors import ShapeError

PICTURE = Shape(3, 8, 8)
STEPS = Shape(5, 12)
IDS = Shape(7, dtype="int64")


@pytest.mark.parametrize(
    ("key", "settings", "inputs", "sentence"),
    [
        (
            "conv2d", {}, [Shape(784)],
            "Expected 3 axes (channels height width) but received 1 (784)."
            " Put a Reshape in between.",
        ),
        (
            "batch_norm1d", {}, [PICTURE],
            "Expected 1 axes (features) but received 3 (3 × 8 × 8). Put a Flatten in between.",
        ),
        (
            "conv2d", {"kernel_size": (3, 9)}, [PICTURE],
            "The window spans 9 along the width, but only 8 are there."
            " Choose a smaller kernel or dilation, add padding, or shrink the input less.",
        ),
        (
            "conv2d", {"groups": 2}, [PICTURE],
            "2 groups cannot share 3 channels in and 32 out evenly."
            " Choose a number of groups that divides both; 1 connects everything.",
        ),
        (
            "conv2d", {"padding": "same", "stride": 2}, [PICTURE],
            "Padding “same” needs stride 1, but the stride is 2."
            " Set stride to 1, or give padding as a number.",
        ),
        (
            "conv1d", {"padding": 8, "padding_mode": "reflect"}, [Shape(3, 8)],
            "Padding mode reflect adds at most 7 along the length, not 8."
            " Choose less padding, or padding mode zeros.",
        ),
        (
            "conv_transpose2d", {"output_padding": 2}, [PICTURE],
            "Output padding 2 must be below stride 2 or dilation 1."
            " Choose a smaller output padding; 0 adds nothing.",
        ),
        (
            "conv_transpose2d", {"padding": 8}, [PICTURE],
            "Padding 8 cuts off more than the 8 places grow to."
            " Choose less padding or a larger kernel.",
        ),
        (
            "max_pool2d", {"padding": 2}, [PICTURE],
            "Padding 2 is more than half of the kernel of 2. Choose padding 1 or less.",
        ),
        (
            "linear", {}, [IDS],
            "Expected numbers but received ids (whole numbers). Put an Embedding in between.",
        ),
        (
            "embedding", {}, [Shape(7)],
            "Expected ids (whole numbers) but received values with decimals."
            " Set the Input's dtype to int64, or leave this layer out.",
        ),
        (
            "embedding", {"num_embeddings": 5, "padding_idx": 5}, [IDS],
            "The padding id 5 is not among the 5 ids from 0."
            " Choose a smaller padding id or more embeddings.",
        ),
        (
            "layer_norm", {"axes": 3}, [STEPS],
            "Layer Norm over 3 axes received only 2 (5 × 12)."
            " Choose fewer axes, or put a Reshape in between.",
        ),
        (
            "group_norm", {"num_groups": 2}, [PICTURE],
            "2 groups cannot share 3 channels evenly."
            " Choose a number of groups that divides the channels.",
        ),
        (
            "group_norm", {"num_groups": 3}, [Shape(3)],
            "Each of the 3 groups has 1 value, too few for mean and spread. Choose fewer groups.",
        ),
        (
            "batch_norm1d", {"track_running_stats": False}, [Shape(3)],
            "A single sample has 1 value per channel, too few for statistics of its own."
            " Switch track_running_stats on.",
        ),
        (
            "softmax", {"dim": 0}, [STEPS],
            "Axis 0 is the batch: its samples must stay apart."
            " Choose an axis from 1 on, or −1 for the last.",
        ),
        (
            "softmax", {"dim": 3}, [STEPS],
            "There is no axis 3: 5 × 12 has 2 axes after the batch."
            " Choose an axis from 1 to 2, or −1 for the last.",
        ),
        (
            "lstm", {"hidden_size": 4, "proj_size": 4}, [STEPS],
            "Projection 4 must be smaller than the hidden size 4."
            " Choose a smaller projection; 0 leaves the state as it is.",
        ),
        (
            "attention", {"num_heads": 5}, [STEPS],
            "5 heads cannot share 12 features evenly."
            " Choose a number of heads that divides the features.",
        ),
        (
            "attention", {}, [STEPS, STEPS, Shape(6, 12)],
            "Key has 5 steps but value has 6. Feed key and value from the same sequence.",
        ),
        (
            "flatten", {"start_dim": 2, "end_dim": 1}, [STEPS],
            "Flatten starts at axis 2, after its end at axis 1. Choose a start before the end.",
        ),
        (
            "reshape", {"shape": [7, -1]}, [STEPS],
            "60 numbers (5 × 12) do not fill the axes [7, -1]."
            " Choose axes whose product is 60, or leave one open with −1.",
        ),
        (
            "reshape", {"shape": [-1, -1]}, [STEPS],
            "A shape may have one −1 and no 0, but [-1, -1] was given."
            " Give every axis its size, or leave one open with −1.",
        ),
        (
            "permute", {"dims": [0, 1, 1]}, [STEPS],
            "[0, 1, 1] is not an order of the axes 0 to 2."
            " Name each axis once, the batch 0 first.",
        ),
        (
            "permute", {"dims": [1, 0, 2]}, [STEPS],
            "The batch, axis 0, must stay first, but [1, 0, 2] was given. Begin with 0.",
        ),
        (
            "reduce", {"dim": [2, -1]}, [STEPS],
            "Axis 2 is named twice. Name each axis once.",
        ),
        ("reduce", {"dim": []}, [STEPS], "Reduce names no axis. Name at least one, such as −1."),
        (
            "select", {"index": 5}, [STEPS],
            "There is no place 5: axis 1 has 5, from 0. Choose 0 to 4, or −1 for the last.",
        ),
        (
            "add", {}, [STEPS, Shape(4, 12)],
            "5 × 12, 4 × 12 do not fit value by value: 4 meets 5."
            " Bring both to the same shape, or put a Concat here instead.",
        ),
        (
            "multiply", {}, [STEPS, Shape(12)],
            "All wires need as many axes, but 5 × 12 has 2 and 12 has 1."
            " Put a Reshape or an Unsqueeze in between.",
        ),
        (
            "concat", {}, [STEPS, Shape(4, 11)],
            "5 × 12 and 4 × 11 may differ along axis 1 only."
            " Bring the other axes to the same size.",
        ),
        (
            "bilinear", {}, [STEPS, Shape(4, 12)],
            "5 × 12 and 4 × 12 may differ along the last axis only."
            " Bring the other axes to the same size.",
        ),
        (
            "fold", {}, [Shape(6, 49)],
            "Columns of 6 numbers cannot be shared out to windows of 4."
            " Choose the kernel size that the columns were cut with.",
        ),
        (
            "fold", {}, [Shape(8, 48)],
            "A picture of 8 × 8 has 49 windows, not 48."
            " Choose the size, stride, padding and dilation they were cut with.",
        ),
        (
            "avg_pool3d", {"kernel_size": 5, "padding": 2}, [Shape(3, 8, 4, 8)],
            "The window spans 5 along the height, but only 4 are there."
            " Choose a smaller kernel, or shrink the input less.",
        ),
        (
            "rms_norm", {"axes": 3}, [STEPS],
            "RMS Norm over 3 axes received only 2 (5 × 12)."
            " Choose fewer axes, or put a Reshape in between.",
        ),
        (
            "instance_norm2d", {}, [Shape(3, 1, 1)],
            "Each channel of 3 × 1 × 1 has 1 value, too few for mean and spread."
            " Shrink the input less, or put a Layer Norm here instead.",
        ),
        (
            "prelu", {"num_parameters": 4}, [PICTURE],
            "4 slopes do not fit 3 channels."
            " Choose 1 for all channels, or leave it empty for one each.",
        ),
        (
            "glu", {"dim": 1}, [PICTURE],
            "Axis 1 has 3 places, which cannot be halved."
            " Give the layer before it an even number of outputs.",
        ),
        (
            "hardtanh", {"min_val": 2.0}, [STEPS],
            "The lowest value 2 must be below the highest, 1."
            " Choose bounds with something in between, such as −1 and 1.",
        ),
        (
            "upsample", {"mode": "linear"}, [PICTURE],
            "linear resizes 1 axes behind the channels, not 2 (3 × 8 × 8)."
            " Choose linear for signals, bilinear for pictures, trilinear for volumes.",
        ),
        (
            "upsample", {"size": (4,)}, [PICTURE],
            "1 sizes do not fit the 2 axes behind the channels. Give one size per axis, or none.",
        ),
        (
            "upsample", {}, [PICTURE, STEPS],
            "The reference needs 3 axes like 3 × 8 × 8, but has 2."
            " Connect what has the size that is wanted.",
        ),
        (
            "pad", {"pad": (1, 2, 3)}, [PICTURE],
            "3 numbers do not pad 3 × 8 × 8: two for each axis are needed."
            " Give 2 to 6 numbers, the last axis first.",
        ),
        (
            "pad", {"pad": (1, 0, -4, -4)}, [PICTURE],
            "-4 and -4 leave nothing of the 8 places of axis 2. Cut off less.",
        ),
        (
            "pad", {"pad": (8, 0, 0, 0), "mode": "reflect"}, [PICTURE],
            "Mode reflect adds at most 7 to axis 3, not 8. Choose less padding, or mode constant.",
        ),
        (
            "crop", {"size": (9, 9)}, [PICTURE],
            "9 × 9 cannot be cut out of 3 × 8 × 8."
            " Choose a size no larger than the picture, or put a Pad in front.",
        ),
        (
            "roll", {"shifts": (1, 2)}, [PICTURE],
            "2 shifts do not fit 1 axes. Give one shift for each axis, and at least one.",
        ),
        (
            "pixel_shuffle", {}, [PICTURE],
            "3 channels cannot be laid out in squares of 4."
            " Give the layer before it a multiple of 4 channels.",
        ),
        (
            "pixel_unshuffle", {"downscale_factor": 3}, [PICTURE],
            "8 × 8 cannot be cut into squares of 3 × 3."
            " Choose a factor that divides height and width, or put a Pad in front.",
        ),
        (
            "channel_shuffle", {}, [PICTURE],
            "2 groups cannot share 3 channels evenly."
            " Choose a number of groups that divides the channels.",
        ),
    ],
)  # fmt: skip
def test_a_refusal_names_both_numbers_and_a_remedy(key, settings, inputs, sentence):
    layer = CATALOGUE[key]().changed(**settings)

    with pytest.raises(ShapeError) as refusal:
        layer.shape(*inputs)

    assert str(refusal.value) == sentence


def test_a_batch_norm_for_signals_takes_rows_too():
    assert CATALOGUE["batch_norm1d"]().shape(Shape(4, 9)) == Shape(4, 9)
    assert CATALOGUE["batch_norm1d"]().shape(Shape(4)) == Shape(4)
