"""Progress: how far a fit is, in steps and images, and how far it has to go, also where the size of its batches changes."""

from dataclasses import dataclass


@dataclass
class Progress:
    """Counts what is done. An epoch goes through as many images as fill its batches when it begins."""

    images_an_epoch: int
    epochs: int
    batch_size: int
    epoch: int = 0  # counted from 0
    step: int = 0  # done, over all sittings
    seen: int = 0  # images, over all sittings
    left: int = 0  # images of the epoch at hand

    @property
    def steps_an_epoch(self) -> int:
        """Steps of a whole epoch at this size of batches."""
        return self.images_an_epoch // self.batch_size

    @property
    def steps_left(self) -> int:
        """Steps to the end of the fit; the last one of the epoch at hand may be a smaller one."""
        return -(-self.left // self.batch_size) + (self.epochs - self.epoch - 1) * self.steps_an_epoch

    @property
    def images_left(self) -> int:
        """Images to the end of the fit."""
        return self.left + (self.epochs - self.epoch - 1) * self.steps_an_epoch * self.batch_size

    def begin_epoch(self, epoch: int) -> None:
        """An epoch begins, counted from 0."""
        self.epoch, self.left = epoch, self.steps_an_epoch * self.batch_size

    def step_ends(self) -> int:
        """A step is done; returns how many images it had."""
        images = min(self.batch_size, self.left)
        self.step, self.seen, self.left = self.step + 1, self.seen + images, self.left - images
        return images

    def resize(self, batch_size: int) -> None:
        """Batches are of another size from the next step on, at most all images of an epoch."""
        self.batch_size = min(batch_size, self.images_an_epoch)
