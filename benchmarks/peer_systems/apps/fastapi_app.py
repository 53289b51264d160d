"""FastAPI: /predict takes the picture as a form's file, as its documentation shows; /raw takes it as the body."""

import digits
from fastapi import FastAPI, Request, UploadFile

app = FastAPI()
session = digits.make_session()


@app.post("/predict")
async def predict(image: UploadFile) -> dict:
    """Answer the picture in a form."""
    return digits.answer(session, digits.read_image(await image.read()))


@app.post("/raw")
async def raw(request: Request) -> dict:
    """Answer the picture in the body."""
    return digits.answer(session, digits.read_image(await request.body()))
