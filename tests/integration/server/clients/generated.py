"""Use the server at an address with a generated client; print its results as JSON. Arguments: folder, HOST:PORT, PNG."""

import json
import sys
from pathlib import Path

sys.path.insert(0, sys.argv[1])

from inkling_client import AuthenticatedClient
from inkling_client.api.feedback import add_feedback, delete_all_feedback
from inkling_client.api.models import list_models
from inkling_client.api.recognition import predict
from inkling_client.types import File

client = AuthenticatedClient(base_url=f"http://{sys.argv[2]}", token="unused")
with Path(sys.argv[3]).open("rb") as picture:
    predictions = predict.sync(client=client, body=File(payload=picture, mime_type="image/png"))
with Path(sys.argv[3]).open("rb") as picture:
    stored = add_feedback.sync(client=client, body=File(payload=picture, mime_type="image/png"), label="7")
found = {
    "label": predictions.predictions[0].label,
    "models": [model.name for model in list_models.sync(client=client).models],
    "feedback": stored.label,
    "deleted": delete_all_feedback.sync(client=client).deleted,
}
json.dump(found, sys.stdout)
