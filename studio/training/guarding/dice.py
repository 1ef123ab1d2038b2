"""The random numbers that a step drew, so that it can be made again just as it was."""

import torch


class Dice:
    """Remembers the random states before the latest steps; noting one waits for no device."""

    def __init__(self, device: torch.device) -> None:
        self._generator: torch.Generator | None = None
        if device.type == "cuda":
            self._generator = torch.cuda.default_generators[device.index or 0]
        self._first = 0
        self._seen: list[tuple[int, int]] = []
        self._latest: torch.Tensor | None = None
        self._idle = False  # whether steps draw nothing now

    def note(self, step: int) -> None:
        """Remember the state before `step`; on a GPU, where news come late, all since `forget`."""
        if self._generator is None:
            if not self._idle:
                before, self._latest = self._latest, torch.get_rng_state()
                self._idle = before is not None and torch.equal(before, self._latest)
            return
        if not self._seen:
            self._first = step
        self._seen.append((self._generator.initial_seed(), self._generator.get_offset()))

    def forget(self) -> None:
        """Let go of the steps so far, all of which were good; others may draw otherwise."""
        self._seen.clear()
        self._latest, self._idle = None, False

    def again(self, step: int) -> None:
        """Draw what `step` drew; where that is not known any more, what the latest step drew."""
        if self._generator is None:
            if self._latest is not None:
                torch.set_rng_state(self._latest)
        elif self._seen:
            seed, offset = self._seen[min(max(0, step - self._first), len(self._seen) - 1)]
            self._generator.manual_seed(seed)
            self._generator.set_offset(offset)
