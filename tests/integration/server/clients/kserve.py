"""Use the server at an address with the client of kserve; print its results as JSON. Arguments: HOST:PORT, an .npy file."""

import asyncio
import json
import sys

sys.path.pop(0)  # this folder, whose module has the name of the package

import numpy as np
from kserve import InferenceRESTClient, InferInput, InferRequest
from kserve.inference_client import RESTConfig


async def main() -> None:
    """Infer with JSON and with binary tensors."""
    url, images = f"http://{sys.argv[1]}", np.load(sys.argv[2])
    client = InferenceRESTClient(RESTConfig(protocol="v2"))
    found = {
        "live": await client.is_server_live(url),
        "ready": await client.is_server_ready(url),
        "model_ready": await client.is_model_ready(url, "digits"),
        "predictions": [],
    }
    for is_binary in (False, True):
        given = InferInput("images", list(images.shape), "UINT8")
        given.set_data_from_numpy(images, binary_data=is_binary)
        request = InferRequest(model_name="digits", infer_inputs=[given], request_id="a-1")
        result = await client.infer(url, request, model_name="digits")
        outputs = {output.name: output for output in result.outputs}
        found["predictions"].append([result.id, outputs["label"].data, outputs["probabilities"].as_numpy().tolist()])
    await client.close()
    json.dump(found, sys.stdout)


asyncio.run(main())
