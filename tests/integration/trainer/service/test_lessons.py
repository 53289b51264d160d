"""Lessons by HTTP: a network is taught drawing by drawing."""

import base64
import io
import threading

import numpy as np
import pytest
from PIL import Image

from inkling.imaging.normalization import normalize
from inkling.imaging.strokes import rasterize
from tests.support.lesson_steps import SIGNS, begin, cross, lesson, predict, ring, teach_all, train
from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import Serving
from trainer.lessons.registry import LESSON_NETWORKS, center_crop
from trainer.networks.bitmap import bitmap_to_text, to_bitmap


@pytest.mark.parametrize("network", LESSON_NETWORKS)
def test_x_and_o_are_learnt(serving: Serving, network: str):
    """From a few drawings of each, and told apart in drawings that were not among them."""
    number = begin(serving, network=network)["id"]
    teach_all(serving, number, 6)
    assert predict(serving, number, cross(0.02))["label"] == "X"
    assert predict(serving, number, ring(0.04))["label"] == "O"


def test_a_new_lesson_tells_all_of_itself(serving: Serving):
    """The perceptron of old: 36 bits, 12 neurons, one a label, at 0.5."""
    told = begin(serving, network="perceptron", size=6, name="noughts")
    assert (told["name"], told["network"], told["size"], told["labels"]) == ("noughts", "perceptron", 6, ["X", "O"])
    assert (told["learning_rate"], told["steps"], told["undo_count"], told["drawings"]) == (0.5, 0, 0, {"X": 0, "O": 0})
    shapes = {layer: {name: np.shape(array) for name, array in weights.items()} for layer, weights in told["weights"].items()}
    assert shapes == {"hidden": {"kernel": (36, 12), "bias": (12,)}, "outputs": {"kernel": (12, 2), "bias": (2,)}}
    assert lesson(serving, told["id"]) == told


def test_a_step_tells_all_that_it_did(serving: Serving):
    """Loss and answer before and after, every weight and every neuron, the image and its bits."""
    number = begin(serving)["id"]
    before = predict(serving, number, cross())
    told = train(serving, number, "X", cross(), 7).body
    image = normalize(rasterize([np.array(stroke) for stroke in cross()]))
    np.testing.assert_array_equal(told["image"], image)
    assert told["bits"] == bitmap_to_text(to_bitmap(center_crop(image)))
    assert (told["trained_label"], told["repeats"], told["steps"], told["undo_count"]) == ("X", 7, 7, 1)
    assert told["probabilities_before"] == before["probabilities"]
    assert told["probabilities"][0] > told["probabilities_before"][0]
    assert told["loss"] < told["loss_before"]
    seen = np.array(told["activations"]["bits"])
    assert "".join(map(str, seen)) == told["bits"]
    for layer, into in (("hidden", seen), ("outputs", np.array(told["activations"]["hidden"]))):
        sums = into @ np.array(told["weights"][layer]["kernel"]) + told["weights"][layer]["bias"]
        np.testing.assert_allclose(told["activations"][layer], 1 / (1 + np.exp(-sums)), atol=1e-6)
    outputs = np.array(told["activations"]["outputs"])
    np.testing.assert_allclose(told["probabilities"], outputs / outputs.sum(), atol=1e-6)
    assert told["loss"] == pytest.approx(((outputs - [1, 0]) ** 2).sum() / 2, abs=1e-6)
    assert lesson(serving, number)["weights"] == told["weights"]


@pytest.mark.parametrize("network", LESSON_NETWORKS)
def test_repeats_are_as_many_requests(serving: Serving, network: str):
    """Six steps at once make the network that six steps one by one make."""
    once, often = (begin(serving, network=network)["id"] for _ in range(2))
    told = train(serving, once, "O", ring(), 6).body
    for _ in range(6):
        last = train(serving, often, "O", ring(), 1).body
    assert last["probabilities"] == told["probabilities"]
    assert last["loss"] == told["loss"]
    assert lesson(serving, often)["drawings"] == {"X": 0, "O": 1}


def test_the_learning_rate_changes_from_the_next_step_on(serving: Serving):
    """Half the rate, half the change of an output's bias in the first step."""
    changes = []
    for rate in (0.5, 0.25):
        told = begin(serving, learning_rate=0.5)
        assert serving.ask("PATCH", f"/lessons/{told['id']}", {"learning_rate": rate}).body["learning_rate"] == rate
        after = train(serving, told["id"], "X", cross(), 1).body
        changes.append(np.array(after["weights"]["outputs"]["bias"]) - told["weights"]["outputs"]["bias"])
    np.testing.assert_allclose(changes[0], 2 * changes[1], rtol=1e-4)


def drawn(as_picture: str) -> tuple[object, dict[str, str], str]:
    """A body, its headers and its query, for the same drawing in one of its forms."""
    picture = rasterize([np.array(stroke) for stroke in cross()])
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    png, part = file.getvalue(), b"--edge\r\nContent-Disposition: form-data; "
    form = part + b'name="label"\r\n\r\nX\r\n' + part + b'name="repeats"\r\n\r\n3\r\n'
    form += part + b'name="image"; filename="x.png"\r\n\r\n' + png + b"\r\n--edge--\r\n"
    told, json = {"label": "X", "repeats": 3}, {"Content_Type": "application/json"}
    return {
        "body": (png, {"Content_Type": "image/png"}, "?label=X&repeats=3"),
        "form": (form, {"Content_Type": "multipart/form-data; boundary=edge"}, ""),
        "base64": ({"image": base64.b64encode(png).decode()} | told, json, ""),
        "pixels": ({"pixels": picture.tolist()} | told, json, ""),
        "strokes": ({"strokes": cross()} | told, json, ""),
    }[as_picture]


@pytest.mark.parametrize("form", ["body", "form", "base64", "pixels", "strokes"])
def test_a_drawing_comes_in_every_form(serving: Serving, form: str):
    """They are one drawing, and teach the same."""
    wanted = train(serving, begin(serving)["id"], "X", cross(), 3).body
    number = begin(serving)["id"]
    body, headers, query = drawn(form)
    told = serving.ask("POST", f"/lessons/{number}/train{query}", body, **headers)
    assert told.status == 200, told.body
    assert told.body["drawing"] == wanted["drawing"]
    assert told.body["weights"] == wanted["weights"]


def test_undo_goes_back_step_by_step(serving: Serving):
    """Weights, drawings and labels become what they were, down to the beginning; then there is nothing to undo."""
    number = begin(serving)["id"]
    stands = [lesson(serving, number)]
    for label, strokes in [("X", cross()), ("O", ring()), ("X", ring()), ("O", ring()), *SIGNS[:2]]:
        train(serving, number, label, strokes)
        stands.append(lesson(serving, number))
    serving.ask("POST", f"/lessons/{number}/reset")
    assert lesson(serving, number)["weights"] != stands[-1]["weights"]
    for stand in reversed(stands):
        told = serving.ask("POST", f"/lessons/{number}/undo")
        assert told.status == 200
        assert told.body["undone"] == ("reset" if stand is stands[-1] else "train")
        assert {**told.body, "updated": 0} == stand | {"undone": told.body["undone"], "updated": 0}
    assert_error(serving.ask("POST", f"/lessons/{number}/undo"), 409, "conflict", "undo")


def test_drawings_are_listed_newest_first(serving: Serving):
    """Each once, with the label that it was last taught with; pages follow each other; one can be deleted."""
    number = begin(serving)["id"]
    for label, strokes in [("X", cross()), ("O", ring()), ("X", cross(0.3)), ("O", cross())]:
        train(serving, number, label, strokes)
    first = serving.ask("GET", f"/lessons/{number}/drawings?limit=2").body
    rest = serving.ask("GET", f"/lessons/{number}/drawings?limit=2&before={first['next']}").body
    assert (first["n"], rest["next"]) == (3, None)
    assert [each["label"] for each in first["drawings"] + rest["drawings"]] == ["X", "O", "O"]
    np.testing.assert_array_equal(rest["drawings"][0]["image"], normalize(rasterize([np.array(stroke) for stroke in cross()])))
    gone = f"/lessons/{number}/drawings/{rest['drawings'][0]['id']}"
    weights = lesson(serving, number)["weights"]
    assert serving.ask("DELETE", gone).status == 204
    assert_error(serving.ask("DELETE", gone), 404, "drawing_not_found", "ID of a drawing")
    assert lesson(serving, number)["drawings"] == {"X": 1, "O": 1}
    assert lesson(serving, number)["weights"] == weights


def test_a_reset_draws_weights_anew(serving: Serving):
    """Drawings stay, unless they are to go; then nothing is left to undo either."""
    told = begin(serving)
    path = f"/lessons/{told['id']}"
    train(serving, told["id"], "X", cross())
    after = serving.ask("POST", f"{path}/reset", {}).body
    assert (after["steps"], after["drawings"]) == (0, {"X": 1, "O": 0})
    assert after["weights"] != told["weights"]
    after = serving.ask("POST", f"{path}/reset", {"drawings": False}).body
    assert (after["steps"], after["drawings"], after["undo_count"]) == (0, {"X": 0, "O": 0}, 0)


def test_lessons_are_listed_and_deleted(serving: Serving):
    """Newest first, page by page; what is deleted is not found any more."""
    numbers = [begin(serving, name=f"lesson {place}")["id"] for place in range(3)]
    page = serving.ask("GET", "/lessons?limit=2").body
    assert [each["id"] for each in page["lessons"]] == [numbers[2], numbers[1]]
    following = serving.ask("GET", f"/lessons?limit=1&before={page['next']}").body["lessons"]
    assert [(each["id"], each["name"]) for each in following] == [(numbers[0], "lesson 0")]
    train(serving, numbers[1], "X", cross())
    assert serving.ask("DELETE", f"/lessons/{numbers[1]}").status == 204
    for path in ("", "/drawings"):
        assert_error(serving.ask("GET", f"/lessons/{numbers[1]}{path}"), 404, "lesson_not_found", repr(numbers[1]))
    assert f"lesson:{numbers[1]}" not in [each["name"] for each in serving.ask("GET", "/data").body["data"]]


@pytest.mark.parametrize("network", LESSON_NETWORKS)
def test_forty_signs_can_be_taught(serving: Serving, network: str):
    """As many as there may be; whole numbers are labels, too."""
    told = begin(serving, network=network, labels=list(range(40)))
    assert told["labels"] == [str(number) for number in range(40)]
    answer = train(serving, told["id"], "39", cross(), 20).body
    assert len(answer["probabilities"]) == 40
    assert answer["probabilities"][39] > answer["probabilities_before"][39]


@pytest.mark.parametrize("network", LESSON_NETWORKS)
def test_many_hands_teach_one_lesson(serving: Serving, network: str):
    """At once: no step is lost, and every act can be undone."""
    number = begin(serving, network=network)["id"]
    threads = [threading.Thread(target=train, args=(serving, number, *sign, 2)) for sign in SIGNS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told = lesson(serving, number)
    assert (told["steps"], told["undo_count"], told["drawings"]) == (24, 12, {"X": 6, "O": 6})
    for _ in SIGNS:
        assert serving.ask("POST", f"/lessons/{number}/undo").status == 200
    told = lesson(serving, number)
    assert (told["steps"], told["undo_count"], told["drawings"]) == (0, 0, {"X": 0, "O": 0})


def history(serving: Serving, number: str) -> list[dict]:
    """What the trainings of a lesson did to the loss."""
    answer = serving.ask("GET", f"/lessons/{number}/history")
    assert answer.status == 200, answer.body
    return answer.body["history"]


@pytest.mark.parametrize("network", LESSON_NETWORKS)
def test_the_history_is_what_each_training_told(serving: Serving, network: str):
    """Loss before and after with the label of the time, less what was undone, deleted, or forgotten in a reset."""
    number = begin(serving, network=network)["id"]
    taught = [("X", cross()), ("O", ring()), ("X", ring()), ("O", ring()), ("X", cross(0.3))]
    told = [train(serving, number, *sign, 3).body for sign in taught]
    wanted = [
        {"label": each["trained_label"]} | {name: each[name] for name in ("steps", "loss_before", "loss")} for each in told
    ]
    assert history(serving, number) == wanted
    serving.ask("POST", f"/lessons/{number}/undo")
    assert history(serving, number) == wanted[:-1]
    serving.ask("DELETE", f"/lessons/{number}/drawings/{told[1]['drawing']}")
    assert history(serving, number) == wanted[:1]
    serving.ask("POST", f"/lessons/{number}/reset")
    assert history(serving, number) == []
    serving.ask("POST", f"/lessons/{number}/undo")
    assert history(serving, number) == wanted[:1]
    assert_error(serving.ask("GET", "/lessons/none/history"), 404, "lesson_not_found", "ID of a lesson")


def test_the_first_kernels_of_a_cnn_are_told(serving: Serving):
    """Eight of 5×5, which a step changes."""
    told = begin(serving, network="cnn")
    shapes = {name: np.shape(array) for name, array in told["weights"]["conv1"].items()}
    assert shapes == {"kernel": (5, 5, 1, 8), "bias": (8,)}
    assert train(serving, told["id"], "X", cross(), 1).body["weights"]["conv1"] != told["weights"]["conv1"]
