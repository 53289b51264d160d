"""Keras' `model.predict` behind Flask, as in most demos. Served by `app.run`, or by waitress."""

import sys

import digits
import keras
import numpy as np
from flask import Flask, jsonify, request

import trainer.networks.network  # noqa: F401  registers custom layers, which Keras needs to load the model

app = Flask(__name__)
model = keras.models.load_model(digits.FOLDER / "model.keras")


@app.route("/predict", methods=["POST"])
def predict():
    """Predict the label of the picture in the body."""
    crops = digits.cut(digits.read_image(request.get_data())).astype(np.float32) / 255
    return jsonify(digits.to_json(model.predict(crops, verbose=0)))


if __name__ == "__main__":
    app.run(host=sys.argv[1], port=int(sys.argv[2]))
