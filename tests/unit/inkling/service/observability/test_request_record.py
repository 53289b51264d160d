"""RequestRecord: IDs and trace contexts from headers."""

import pytest

from inkling.service.observability.request_record import RequestRecord

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"


@pytest.mark.parametrize("request_id", ["a", "5f2c-1", "Root=1-67891233-abcdef012345678912345678", "x" * 128])
def test_request_id_is_kept(request_id: str):
    """Proxies and clients use different forms."""
    assert RequestRecord.from_headers(request_id, None).request_id == request_id


@pytest.mark.parametrize("request_id", [None, "", "two words", "line\nbreak", 'quote"', "ü", "x" * 129])
def test_other_request_id_is_replaced(request_id: str | None):
    """By a new one each time."""
    first, second = (RequestRecord.from_headers(request_id, None).request_id for _ in range(2))
    assert len(first) == len(second) == 16
    assert len({first, second, request_id}) == 3


@pytest.mark.parametrize("suffix", ["", "-future"])
def test_traceparent(suffix: str):
    """W3C Trace Context: also later versions, which may be longer."""
    record = RequestRecord.from_headers(None, f"00-{TRACE}-{SPAN}-01{suffix}")
    assert (record.trace_id, record.span_id) == (TRACE, SPAN)


@pytest.mark.parametrize(
    "header",
    [
        "",
        f"ff-{TRACE}-{SPAN}-01",
        f"00-{'0' * 32}-{SPAN}-01",
        f"00-{TRACE}-{'0' * 16}-01",
        f"00-{TRACE.upper()}-{SPAN}-01",
        f"00-{TRACE}-{SPAN}",
        f"00-{TRACE}-{SPAN}-01 ",
    ],
)
def test_invalid_traceparent_is_ignored(header: str):
    """As the specification demands."""
    record = RequestRecord.from_headers(None, header)
    assert (record.trace_id, record.span_id) == (None, None)
