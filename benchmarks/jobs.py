"""jobs: what the trainer's service costs a fit, and how soon it begins, steps, publishes."""

import os
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.harness.options import Options
from benchmarks.harness.report_section import Section, load_average_note
from benchmarks.trainer_service import idle_memory, job_startup, lessons, overhead, publishing
from benchmarks.trainer_service.trainer_client import training
from trainer.recipes import recipe


def measure(options: Options) -> Section:
    """Ask a service without a warm process, then one with it."""
    busy = os.getloadavg()[0]
    fits = options.pick({"the default recipe": ("inkling", options.data)}, {}) | {"`convnetjs`": ("convnetjs", "digits")}
    jobs = {f"{name} on {data}": {"recipe": known, "data": [data], "epochs": 60} for name, (known, data) in fits.items()}
    settings = recipe(*options.pick(("inkling",), ("tfjs",)), data=(options.data,), epochs=3)
    times: dict[tuple[str, str], list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="inkling-bench-") as name:
        folder = Path(name)
        with training(_made(folder / "cold"), warm=0) as trainer:
            resident = {"idle": idle_memory.at_rest(trainer)}
            for job, given in jobs.items():
                times[job, "cold"] = [job_startup.first_batch(trainer, given) for _ in range(options.pick(2, 1))]
        with training(_made(folder / "warm"), warm=1) as trainer:
            for job, given in jobs.items():
                times[job, job_startup.WARM] = [_warm(trainer, given) for _ in range(options.pick(2, 1))]
            if not options.quick:
                given = next(iter(jobs.values())) | {"seed": time.time_ns() % 2**31}
                times[next(iter(jobs)), job_startup.NEW_SEED] = [_warm(trainer, given)]
            turns, job = overhead.in_turns(trainer, settings, folder, options.pick(3, 1))
            trainer.warmed()  # so that nothing else is being done
            steps = lessons.lesson_steps(trainer, options.pick(200, 5))
            published = publishing.publishes(trainer, job, options.model, folder / "server", options.pick(3, 1))
            resident["after all of this"] = idle_memory.at_rest(trainer)
    bare = [job_startup.bare_import()]
    return Section(
        "Jobs",
        "The trainer as a service: what a job takes beside `trainer fit` of the same settings, and how soon the service "
        "begins, steps and publishes, as its clients see it.",
        [
            overhead.overhead_table(turns, f"epochs 2 to 3 of `{settings.recipe}` on {options.data}"),
            job_startup.begin_table(times, bare),
            lessons.lesson_table(steps),
            publishing.publish_table(published),
            idle_memory.memory_table(resident, idle_memory.bare_process()),
        ],
        [
            "A warm process has loaded Keras and the sets that are here, and has taken a step of a tiny network. What is made "
            "up for a seed is drawn once, and kept.",
            *overhead.overhead_verdicts(turns),
            job_startup.begin_verdict(times),
            *lessons.lesson_verdicts(steps),
            publishing.publish_verdict(published),
            idle_memory.memory_verdict(resident),
            *load_average_note(busy),
        ],
        ("inkling", "keras", "tensorflow", "flask", "waitress", "sqlalchemy"),
    )


def _warm(trainer: Any, settings: dict[str, Any]) -> float:
    trainer.warmed()
    return job_startup.first_batch(trainer, settings)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder
