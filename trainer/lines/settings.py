"""The settings of a fit of a line network."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class LineSettings:
    """data: SPECs of labeled datasets of single digits, at least one with strokes and writers. letters: of other characters.

    lines: number of training lines that are composed. The rest is as in `FitSettings`: `seed` and `validation_split` must be
    those of the model to which the line network is added.
    """

    data: tuple[str, ...]
    letters: tuple[str, ...] = ()
    lines: int = 40_000
    epochs: int = 16
    batch_size: int = 32
    learning_rate: float = 0.003
    validation_split: float = 0.05
    seed: int = 0

    def to_dict(self) -> dict[str, Any]:
        """All settings as JSON-serializable values."""
        return asdict(self) | {"data": list(self.data), "letters": list(self.letters)}

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> "LineSettings":
        """The inverse of `to_dict`."""
        return cls(**values | {"data": tuple(values["data"]), "letters": tuple(values["letters"])})
