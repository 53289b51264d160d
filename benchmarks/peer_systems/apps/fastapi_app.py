"""FastAPI: /predict takes the picture as a file in a form, as the documentation shows; /raw takes it as the body."""

import digits
from fastapi import FastAPI, Request, UploadFile

app = FastAPI()
session = digits.make_session()


@app.post("/predict")
async def predict(image: UploadFile) -> dict:
    """Predict the label of the picture in the form."""
    return digits.predict(session, digits.read_image(await image.read()))


@app.post("/raw")
async def raw(request: Request) -> dict:
    """Predict the label of the picture in the body."""
    return digits.predict(session, digits.read_image(await request.body()))
