"""Errors of the operating system that mean: no space, or no files, at the moment."""

import errno

from inkling.errors import InklingError, WriteFailed
from inkling.service.http.errors import Busy

NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
NO_FILES = (errno.EMFILE, errno.ENFILE)


def exhaustion_error(error: BaseException | None) -> InklingError | None:
    """What the client is told; None if the error means something else."""
    number = error.errno if isinstance(error, OSError) else None
    if number in NO_SPACE:
        return WriteFailed("The disk of the server is full. Nothing was changed.")
    if number in NO_FILES:
        return Busy("Too many files are open; retry later.")
    return None
