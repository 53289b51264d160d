"""Buffering of standard error."""

import os

import pytest

from trainer.backend.stderr import buffered_stderr


def test_output_is_discarded_on_success(capfd):
    """Also what is written to the file descriptor itself; afterwards it works again."""
    with buffered_stderr():
        os.write(2, b"noise")
    os.write(2, b"signal")
    assert capfd.readouterr().err == "signal"


def test_output_is_printed_on_failure(capfd):
    """It may explain the error."""

    def fail():
        os.write(2, b"the reason")
        raise ImportError("no library")

    with pytest.raises(ImportError), buffered_stderr():
        fail()
    assert capfd.readouterr().err == "the reason"
