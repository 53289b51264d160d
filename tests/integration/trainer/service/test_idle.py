"""The idle service."""

from pathlib import Path

import pytest

from tests.support.trainer_process import SHORT_FIT, TrainerProcess, wait_for

pytestmark = pytest.mark.slow


def test_the_idle_service_takes_less_than_80_mb(tmp_path):
    """TensorFlow is loaded in worker processes only."""
    with TrainerProcess(tmp_path, "--warm-workers", "0") as service:
        for path in ("/health/ready", "/jobs", "/data"):
            assert service.request("GET", path).status == 200
        (line,) = (line for line in Path(f"/proc/{service.pid}/status").read_text().splitlines() if line.startswith("VmRSS"))
        assert int(line.split()[1]) < 80_000


@pytest.mark.slow
def test_a_warm_worker_runs_the_next_job(tmp_path):
    """Then another worker is started."""
    with TrainerProcess(tmp_path) as service:
        wait_for(lambda: service.request("GET", "/health/ready").body["warm"] == 1, "the warm process")
        (warm,) = service.child_pids()
        job_id = service.submit(**SHORT_FIT)
        assert service.child_pids() == [warm]
        assert service.wait_for_end(job_id)["state"] == "finished"
        wait_for(lambda: service.request("GET", "/health/ready").body["warm"] == 1, "the next warm process")
        assert warm not in service.child_pids()
