"""The distribution as pip knows it. The name `inkling` belongs to another project there; the import package keeps it."""

from importlib.metadata import version

NAME = "inkling-handwriting"


def distribution_version() -> str:
    """The installed version."""
    return version(NAME)


def extra(name: str) -> str:
    """What to give to `pip install` for an extra, such as `trainer`."""
    return f"{NAME}[{name}]"
