"""POST /evaluate with a client that disconnects."""

import json
from pathlib import Path

import numpy as np

from tests.support import evaluation_uploads
from tests.support.dataset_files import npz
from tests.support.server_process import ServerProcess, read_response, wait_for


def test_disconnect_cancels_the_evaluation(tmp_path: Path, models_folder: Path):
    """Its slot is released, and no report is stored."""
    file = npz(
        x=np.tile(evaluation_uploads.images(), (18_000, 1, 1)), y=np.tile(np.arange(5), 18_000)
    )  # at every crop, seconds of work
    body = b'--b\r\nContent-Disposition: form-data; name="data"; filename="big.npz"\r\n\r\n' + file + b"\r\n--b--\r\n"
    head = (
        "POST /evaluate?crops=all HTTP/1.1\r\nHost: localhost\r\nAccept: application/x-ndjson\r\n"
        f"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    small = json.dumps(evaluation_uploads.as_json()).encode()
    again = (
        f"POST /evaluate HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {len(small)}\r\n\r\n"
    )
    with ServerProcess(models_folder, tmp_path, "--workers", "1", "--threads", "2") as running:
        first = running.send(head.encode() + body)
        seen = b""
        while b'"progress"' not in seen:
            seen += first.recv(4096)
        assert read_response(running.send(again.encode() + small)).status == 503
        first.close()
        wait_for(lambda: read_response(running.send(again.encode() + small)).status == 201, "a free slot")
        assert [each["data"]["n"] for each in running.get("/reports").body["reports"]] == [5]
