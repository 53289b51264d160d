"""Keras' `model.predict` behind Flask: what most demos do. `app.run` serves it, or waitress where the command asks for it."""

import sys

import digits
import keras
import numpy as np
from flask import Flask, jsonify, request

import trainer.networks.network  # noqa: F401  a network may hold layers of its own, which Keras must know to load it

app = Flask(__name__)
model = keras.models.load_model(digits.FOLDER / "model.keras")


@app.route("/predict", methods=["POST"])
def predict():
    """Answer the picture in the body."""
    crops = digits.cut(digits.read_image(request.get_data())).astype(np.float32) / 255
    return jsonify(digits.describe(model.predict(crops, verbose=0)))


if __name__ == "__main__":
    app.run(host=sys.argv[1], port=int(sys.argv[2]))
