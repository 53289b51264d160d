"""The service at rest: small, ready, and with a warm process at hand."""

from pathlib import Path

from tests.support.trainer_process import SMALL, Serving, wait_for


def test_the_idle_service_is_small(tmp_path):
    """Less than 80 MB: no TensorFlow is in it, nor does a request bring any in."""
    with Serving(tmp_path, "--warm-workers", "0") as serving:
        for path in ("/health/ready", "/jobs", "/data"):
            assert serving.ask("GET", path).status == 200
        (line,) = (line for line in Path(f"/proc/{serving.pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
        assert int(line.split()[1]) < 80_000


def test_a_warm_process_takes_the_next_job(tmp_path):
    """And another one is warmed after it."""
    with Serving(tmp_path) as serving:
        wait_for(lambda: serving.ask("GET", "/health/ready").body["warm"] == 1, "the warm process")
        (warm,) = serving.children()
        number = serving.submit(**SMALL)
        assert serving.children() == [warm]
        assert serving.ended(number)["state"] == "finished"
        wait_for(lambda: serving.ask("GET", "/health/ready").body["warm"] == 1, "the next warm process")
        assert warm not in serving.children()
