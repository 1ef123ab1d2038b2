"""What several processes cannot train together is refused before they begin."""

import pytest
import torch.distributed as dist

from studio.errors import TrainingError
from studio.training.plan import Plan
from studio.training.sharing.team import Team
from studio.training.sharing.together import Together
from tests.unit.training.toys import chain, made


@pytest.fixture
def team(tmp_path):
    dist.init_process_group("gloo", f"file://{tmp_path}/meeting", rank=0, world_size=1)
    yield Team()
    dist.destroy_process_group()


@pytest.mark.parametrize("setting", [{"max_norm": 1.0}, {"scale_grad_by_freq": True}])
def test_a_table_of_words_that_looks_at_the_whole_batch_is_refused(setting, team):
    network = made(
        chain(
            words=("input", {"sample": (5,), "dtype": "int64"}),
            table=("embedding", {"num_embeddings": 9, "embedding_dim": 4, **setting}),
            flat=("flatten", {}),
            last=("linear", {"out_features": 3}),
            scores=("output", {}),
        )
    )
    refused = pytest.raises(TrainingError, match=r"^table .*processes.* one process")
    with refused, Together(team).opened(network, Plan()):
        pass
