"""Use the trainer at an address with a generated client; print its results as JSON. Arguments: folder, HOST:PORT, PNG."""

import json
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])

from inkling_trainer_client import AuthenticatedClient
from inkling_trainer_client.api.jobs import list_jobs, submit_job
from inkling_trainer_client.api.lessons import create_lesson, delete_lesson, train_lesson
from inkling_trainer_client.models import JobRequest, LessonRequest
from inkling_trainer_client.types import File

client = AuthenticatedClient(base_url=f"http://{sys.argv[2]}", token="unused")
lesson = create_lesson.sync(client=client, body=LessonRequest(labels=["seven", "other"], seed=1))
with Path(sys.argv[3]).open("rb") as picture:
    trained = train_lesson.sync(lesson.id, client=client, body=File(payload=picture), label="seven", repeats=200)
job = submit_job.sync(client=client, body=JobRequest(data=["digits"], epochs=1, name="generated"))
found = {
    "labels": lesson.labels,
    "trained": trained.trained_label,
    "steps": trained.steps,
    "is_learned": trained.loss < trained.loss_before,
    "predicted": trained.label,
    "deleted": delete_lesson.sync_detailed(lesson.id, client=client).status_code,
    "jobs": [each.name for each in list_jobs.sync(client=client).jobs if each.id == job.id],
}
json.dump(found, sys.stdout)
