"""Prometheus metrics of the trainer service."""

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from inkling.service.http.errors import StoreUnavailable
from inkling.service.observability.http_metrics import HttpMetrics, build_info
from trainer.service.jobs.queue import JobQueue
from trainer.service.workers.pool import WorkerPool
from trainer.store.jobs import STATES


class TrainerMetrics:
    """The metrics of the service, which is one process."""

    def __init__(self, jobs: JobQueue, pool: WorkerPool):
        self.registry = CollectorRegistry()
        self.http = HttpMetrics(self.registry)
        for counter in (jobs.counters.steps, jobs.counters.images):
            self.registry.register(counter)
        self.registry.register(_CurrentStateCollector(jobs, pool))

    def render(self) -> bytes:
        """All metrics in Prometheus' text format."""
        return generate_latest(self.registry)


class _CurrentStateCollector(Collector):
    """Reads the state of jobs and workers when the metrics are scraped."""

    def __init__(self, jobs: JobQueue, pool: WorkerPool):
        self.jobs, self.pool = jobs, pool

    def collect(self) -> Iterator[Metric]:
        yield build_info()
        speed = sum(runner.images_per_second for runner in list(self.jobs.running.values()))
        yield GaugeMetricFamily("inkling_training_images_per_second", "Speed of the running jobs, together.", speed)
        yield GaugeMetricFamily("inkling_warm_workers", "Idle worker processes that can start a job.", self.pool.count_ready())
        try:
            counts = self.jobs.store.count_by_state()
        except StoreUnavailable:
            counts = None
        yield GaugeMetricFamily("inkling_store_up", "1 if the database works.", int(counts is not None))
        if counts is not None:
            states = GaugeMetricFamily("inkling_jobs", "Stored jobs by state.", labels=["state"])
            for state in STATES:
                states.add_metric([state], counts.get(state, 0))
            yield states
