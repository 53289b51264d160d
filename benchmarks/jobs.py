"""jobs: the overhead of the trainer service, and how soon it starts a job, trains a step and publishes a model."""

import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.harness.options import Options
from benchmarks.harness.report_section import Section, load_average
from benchmarks.trainer_service import idle_memory, job_startup, lessons, overhead, publishing
from benchmarks.trainer_service.trainer_client import TrainerClient, running_trainer
from trainer.recipes import recipe


def measure(options: Options) -> Section:
    """Measure a service without warm workers, then one with a warm worker."""
    busy = load_average()
    fits = options.pick({"the default recipe": ("inkling", options.data)}, {}) | {"`convnetjs`": ("convnetjs", "digits")}
    jobs = {f"{name} on {data}": {"recipe": known, "data": [data], "epochs": 60} for name, (known, data) in fits.items()}
    settings = recipe(*options.pick(("inkling",), ("tfjs",)), data=(options.data,), epochs=3)
    seconds: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as name:
        folder = Path(name)
        with running_trainer(folder / "cold", warm_workers=0) as trainer:
            memory = {"idle": idle_memory.service_memory(trainer)}
            for job, given in jobs.items():
                seconds[job, job_startup.COLD] = [
                    job_startup.seconds_to_first_batch(trainer, given) for _ in range(options.pick(2, 1))
                ]
        with running_trainer(folder / "warm", warm_workers=1) as trainer:
            for job, given in jobs.items():
                seconds[job, job_startup.WARM] = [_start_warm(trainer, given) for _ in range(options.pick(2, 1))]
            if not options.quick:
                name, given = next(iter(jobs.items()))
                new_seed = given | {"seed": time.time_ns() % 2**31}
                seconds[name, job_startup.NEW_SEED] = [_start_warm(trainer, new_seed)]
            runs, job = overhead.run_interleaved(trainer, settings, folder, options.pick(3, 1))
            trainer.wait_until_warm()  # otherwise a starting worker takes CPU time from the lessons
            steps = lessons.time_steps(trainer, options.pick(200, 5))
            published = publishing.publish_repeatedly(trainer, job, options.model, folder / "server", options.pick(3, 1))
            memory["after this benchmark"] = idle_memory.service_memory(trainer)
    return Section(
        "Training jobs",
        "The trainer service as its clients see it: a job next to `trainer fit` with the same settings, and the time to the "
        "first step of a job, to a step of a lesson and to publish a model.",
        [
            overhead.overhead_table(runs, f"epochs 2 to 3 of `{settings.recipe}` on {options.data}"),
            job_startup.startup_table(seconds, job_startup.time_import()),
            lessons.lesson_table(steps),
            publishing.publish_table(published),
            idle_memory.memory_table(memory),
        ],
        [
            "A warm worker has imported Keras, loaded the datasets that are present and trained one step of a small network. "
            "Synthetic data is generated once per seed and cached.",
            *overhead.overhead_notes(runs),
            job_startup.startup_note(seconds),
            *lessons.lesson_notes(steps),
            publishing.publish_note(published),
            idle_memory.memory_note(memory),
        ],
        ("inkling", "keras", "tensorflow", "flask", "waitress", "sqlalchemy"),
        busy,
    )


def _start_warm(trainer: TrainerClient, settings: dict[str, Any]) -> float:
    trainer.wait_until_warm()
    return job_startup.seconds_to_first_batch(trainer, settings)
