"""The networks that the tutorials of Keras and PyTorch begin with."""

from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import ReLU
from studio.catalogue.functions.along_axis import LogSoftmax, Softmax
from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.shaping.arrangement import Flatten
from studio.catalogue.windows.convolution import Conv2d
from studio.catalogue.windows.pooling import MaxPool2d
from studio.fields import integers
from studio.gallery.architecture import Entry, architecture, publish
from studio.gallery.areas import PICTURES
from studio.gallery.pictures import PictureNetwork, class_count, color_count, dropped, image_side
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.wording import marked


class _Tutorial(PictureNetwork):
    """What networks for small gray pictures have in common."""

    image: int = image_side(28)
    colors: int = color_count(1)
    classes: int = class_count(10)


@architecture("keras_convnet")
class KerasConvnet(_Tutorial):
    """Convolution and pooling in turns, then one linear layer."""

    filters: tuple[int, ...] = integers(
        default=(32, 64), low=1, high=1_000_000, hint="How many filters each convolution learns."
    )
    dropout: float = dropped(0.5)

    def graph(self) -> Graph:
        draft = Draft()
        last = self.pictures(draft)
        for number, width in enumerate(self.filters, 1):
            found = Conv2d(out_channels=width)
            last = draft.add(f"conv{number}", found, last)
            last = draft.add(f"relu{number}", ReLU(), last)
            last = draft.add(f"pool{number}", MaxPool2d(), last)
        last = draft.chain(
            last,
            flatten=Flatten(),
            dropout=Dropout(p=self.dropout),
            classify=Linear(out_features=self.classes),
            softmax=Softmax(),
        )
        draft.output("probabilities", last)
        return draft.graph()


@architecture("torch_mnist")
class TorchMnist(_Tutorial):
    """Two convolutions, one pooling, two linear layers."""

    filters: tuple[int, ...] = integers(
        default=(32, 64), low=1, high=1_000_000, hint="How many filters each convolution learns."
    )
    hidden: tuple[int, ...] = integers(
        default=(128,), low=1, high=1_000_000, hint="Units of each linear layer but the last."
    )

    def graph(self) -> Graph:
        draft = Draft()
        last = self.pictures(draft)
        for number, width in enumerate(self.filters, 1):
            last = draft.add(f"conv{number}", Conv2d(out_channels=width), last)
            last = draft.add(f"relu{number}", ReLU(), last)
        last = draft.chain(last, pool=MaxPool2d(), dropout1=Dropout(p=0.25), flatten=Flatten())
        for number, width in enumerate(self.hidden, 1):
            last = draft.add(f"linear{number}", Linear(out_features=width), last)
            last = draft.add(f"relu{number + len(self.filters)}", ReLU(), last)
            last = draft.add(f"dropout{number + 1}", Dropout(p=0.5), last)
        last = draft.chain(
            last, classify=Linear(out_features=self.classes), log_softmax=LogSoftmax()
        )
        draft.output("log_probabilities", last)
        return draft.graph()


@architecture("torch_quickstart")
class TorchQuickstart(_Tutorial):
    """Linear layers with ReLU in between."""

    hidden: tuple[int, ...] = integers(
        default=(512, 512), low=1, high=1_000_000, hint="Units of each linear layer but the last."
    )

    def graph(self) -> Graph:
        draft = Draft()
        last = draft.add("flatten", Flatten(), self.pictures(draft))
        for number, width in enumerate(self.hidden, 1):
            last = draft.add(f"linear{number}", Linear(out_features=width), last)
            last = draft.add(f"relu{number}", ReLU(), last)
        last = draft.add("classify", Linear(out_features=self.classes), last)
        draft.output("scores", last)
        return draft.graph()


publish(
    Entry(
        name="keras-mnist",
        title="Keras Simple MNIST Convnet",
        area=PICTURES,
        about=marked("Keras' first example: 99 % of handwritten digits with two convolutions."),
        year=2015,
        paper="https://keras.io/examples/vision/mnist_convnet/",
        reference="own.keras_mnist_convnet",
        architecture=KerasConvnet(),
    ),
    Entry(
        name="torch-mnist",
        title="PyTorch MNIST Example",
        area=PICTURES,
        about=marked("PyTorch's first example: nearly all its weights sit in one linear layer."),
        year=2017,
        paper="https://github.com/pytorch/examples/tree/main/mnist",
        reference="own.torch_mnist_example",
        architecture=TorchMnist(),
    ),
    Entry(
        name="torch-quickstart",
        title="PyTorch Quickstart MLP",
        area=PICTURES,
        about=marked("PyTorch's quickstart: linear layers alone tell clothes apart."),
        year=2021,
        paper="https://docs.pytorch.org/tutorials/beginner/basics/quickstart_tutorial.html",
        reference="own.torch_quickstart_mlp",
        architecture=TorchQuickstart(),
    ),
)
