"""Progress: steps and images done and left, including fits whose batch size changes."""

from dataclasses import dataclass


@dataclass
class TrainingProgress:
    """Step and image counters.

    keeps_last_batch: whether an epoch has a last, smaller batch; without it, an epoch has as many images as fill whole batches
    when it begins.
    """

    images_per_epoch: int
    epochs: int
    batch_size: int
    keeps_last_batch: bool = False
    epoch: int = 0  # counted from 0
    step: int = 0  # steps done, including those before a resume
    images_seen: int = 0  # including those before a resume
    epoch_images_left: int = 0

    @property
    def steps_per_epoch(self) -> int:
        """Steps of a whole epoch at this batch size."""
        return -(-self.epoch_images // self.batch_size)

    @property
    def epoch_images(self) -> int:
        """Images of a whole epoch at this batch size."""
        return self.images_per_epoch - (0 if self.keeps_last_batch else self.images_per_epoch % self.batch_size)

    @property
    def steps_left(self) -> int:
        """Steps to the end of the fit; the last step of the current epoch may have a smaller batch."""
        return -(-self.epoch_images_left // self.batch_size) + (self.epochs - self.epoch - 1) * self.steps_per_epoch

    @property
    def images_left(self) -> int:
        """Images to the end of the fit."""
        return self.epoch_images_left + (self.epochs - self.epoch - 1) * self.epoch_images

    def begin_epoch(self, epoch: int) -> None:
        """Begin an epoch, counted from 0."""
        self.epoch, self.epoch_images_left = epoch, self.epoch_images

    def end_step(self) -> int:
        """Count a step; return how many images it had."""
        images = min(self.batch_size, self.epoch_images_left)
        self.step, self.images_seen, self.epoch_images_left = (
            self.step + 1,
            self.images_seen + images,
            self.epoch_images_left - images,
        )
        return images

    def resize(self, batch_size: int) -> None:
        """Change the batch size from the next step on, to at most the images of an epoch."""
        self.batch_size = min(batch_size, self.images_per_epoch)
