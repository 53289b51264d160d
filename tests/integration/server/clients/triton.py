"""Use the server at an address with tritonclient; print what it returned as JSON. Arguments: HOST:PORT, a file with images."""

import json
import sys

import numpy as np
import tritonclient.http as triton

client, images = triton.InferenceServerClient(sys.argv[1]), np.load(sys.argv[2])
version = client.get_model_metadata("digits")["versions"][0]
found = {
    "live": client.is_server_live(),
    "ready": client.is_server_ready(),
    "model_ready": client.is_model_ready("digits", version),
    "predictions": [],
    "classes": [],
}
for datatype, values in (("UINT8", images), ("FP32", images.astype(np.float32))):
    for is_binary_input in (True, False):
        given = triton.InferInput("images", list(images.shape), datatype)
        given.set_data_from_numpy(values, binary_data=is_binary_input)
        for is_binary_output in (True, False):
            outputs = [triton.InferRequestedOutput(name, binary_data=is_binary_output) for name in ("probabilities", "label")]
            result = client.infer("digits", [given], model_version=version, outputs=outputs, request_id="a-1")
            labels = [label.decode() if isinstance(label, bytes) else label for label in result.as_numpy("label")]
            probabilities = result.as_numpy("probabilities").tolist()
            found["predictions"].append([result.get_response()["id"], labels, probabilities])
        best = client.infer("digits", [given], outputs=[triton.InferRequestedOutput("probabilities", class_count=2)])
        found["classes"].append([[text.decode() for text in row] for row in best.as_numpy("probabilities")])
found["versions"] = [
    [client.is_model_ready("digits", each), client.infer("digits", [given], model_version=each).get_response()["model_version"]]
    for each in client.get_model_metadata("digits")["versions"]
]
try:
    client.infer("none", [given])
except triton.InferenceServerException as error:
    found["error"] = str(error)
json.dump(found, sys.stdout)
