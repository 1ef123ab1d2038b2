"""The variational autoencoder: squeeze a picture into a few numbers, and draw it again."""

from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import ReLU, Sigmoid
from studio.catalogue.meeting.merge import GaussianSample
from studio.catalogue.shaping.arrangement import Flatten
from studio.fields import integer
from studio.gallery.architecture import Architecture, Entry, architecture, publish
from studio.gallery.areas import GENERATING
from studio.gallery.pictures import color_count, image_side
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.wording import marked


@architecture("vae")
class VAE(Architecture):
    """Linear layers down to mean and spread of a code, a draw from it, and linear layers back."""

    image: int = image_side(28)
    colors: int = color_count(1)
    hidden: int = integer(
        default=400, high=1_000_000, hint="Units of the layer between picture and code."
    )
    latent: int = integer(default=20, high=1_000_000, hint="Numbers of the code.")

    def graph(self) -> Graph:
        draft = Draft()
        last = draft.chain(
            draft.input("image", self.colors, self.image, self.image),
            flatten=Flatten(),
            encode=Linear(out_features=self.hidden),
            relu1=ReLU(),
        )
        mean = draft.add("code_mean", Linear(out_features=self.latent), last)
        spread = draft.add("code_log_variance", Linear(out_features=self.latent), last)
        code = draft.add("code", GaussianSample(), mean, spread)
        last = draft.chain(
            code,
            decode=Linear(out_features=self.hidden),
            relu2=ReLU(),
            draw=Linear(out_features=self.colors * self.image**2),
            sigmoid=Sigmoid(),
        )
        draft.output("reconstruction", last)
        draft.output("mean", mean)
        draft.output("log_variance", spread)
        return draft.graph()


publish(
    Entry(
        name="vae-mnist",
        title="Variational autoencoder (MNIST)",
        area=GENERATING,
        about=marked("Drawing the code at random makes codes that can be wandered through."),
        year=2013,
        paper="arXiv:1312.6114",
        reference="own.vae_mnist",
        architecture=VAE(),
    )
)
