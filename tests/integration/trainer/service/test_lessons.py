"""Lessons: networks trained drawing by drawing."""

import base64
import io
import threading

import numpy as np
import pytest
from PIL import Image

from inkling.imaging.normalization import normalize
from inkling.imaging.strokes import rasterize
from tests.support.lesson_steps import (
    EXAMPLES,
    create_lesson,
    draw_cross,
    draw_ring,
    get_lesson,
    predict,
    train,
    train_on_examples,
)
from tests.support.trainer_assertions import assert_error
from tests.support.trainer_process import TrainerProcess
from trainer.lessons.registry import LESSON_NETWORKS
from trainer.networks.bitmap import bitmap_to_text, to_bitmap


@pytest.mark.parametrize("network", LESSON_NETWORKS)
def test_x_and_o_are_learned(service: TrainerProcess, network: str):
    """From a few drawings of each; other drawings are recognized."""
    lesson_id = create_lesson(service, network=network)["id"]
    train_on_examples(service, lesson_id, 6)
    assert predict(service, lesson_id, draw_cross(0.02))["label"] == "X"
    assert predict(service, lesson_id, draw_ring(0.04))["label"] == "O"


def test_a_new_lesson(service: TrainerProcess):
    """A perceptron of 36 inputs, 12 hidden neurons and one output per label."""
    result = create_lesson(service, network="perceptron", size=6, name="noughts")
    assert (result["name"], result["network"], result["size"], result["labels"]) == ("noughts", "perceptron", 6, ["X", "O"])
    assert (result["learning_rate"], result["steps"], result["undo_count"], result["drawings"]) == (0.5, 0, 0, {"X": 0, "O": 0})
    shapes = {layer: {name: np.shape(array) for name, array in weights.items()} for layer, weights in result["weights"].items()}
    assert shapes == {"hidden": {"kernel": (36, 12), "bias": (12,)}, "outputs": {"kernel": (12, 2), "bias": (2,)}}
    assert get_lesson(service, result["id"]) == result


def test_the_response_to_a_training(service: TrainerProcess):
    """Loss and probabilities before and after, weights, activations, the image and its bitmap."""
    lesson_id = create_lesson(service)["id"]
    before = predict(service, lesson_id, draw_cross())
    result = train(service, lesson_id, "X", draw_cross(), 7).body
    image = normalize(rasterize([np.array(stroke) for stroke in draw_cross()]))
    np.testing.assert_array_equal(result["image"], image)
    assert result["bits"] == bitmap_to_text(to_bitmap(image))
    assert (result["trained_label"], result["repeats"], result["steps"], result["undo_count"]) == ("X", 7, 7, 1)
    assert result["probabilities_before"] == before["probabilities"]
    assert result["probabilities"][0] > result["probabilities_before"][0]
    assert result["loss"] < result["loss_before"]
    bits = np.array(result["activations"]["bits"])
    assert "".join(map(str, bits)) == result["bits"]
    for layer, inputs in (("hidden", bits), ("outputs", np.array(result["activations"]["hidden"]))):
        sums = inputs @ np.array(result["weights"][layer]["kernel"]) + result["weights"][layer]["bias"]
        np.testing.assert_allclose(result["activations"][layer], 1 / (1 + np.exp(-sums)), atol=1e-6)
    outputs = np.array(result["activations"]["outputs"])
    np.testing.assert_allclose(result["probabilities"], outputs, atol=1e-6)
    assert result["loss"] == pytest.approx(((outputs - [1, 0]) ** 2).sum() / 2, abs=1e-6)
    assert get_lesson(service, lesson_id)["weights"] == result["weights"]


@pytest.mark.parametrize("network", LESSON_NETWORKS)
def test_repeats_equal_separate_requests(service: TrainerProcess, network: str):
    """Six repeats give the same network as six requests."""
    once, often = (create_lesson(service, network=network)["id"] for _ in range(2))
    result = train(service, once, "O", draw_ring(), 6).body
    for _ in range(6):
        last = train(service, often, "O", draw_ring(), 1).body
    assert last["probabilities"] == result["probabilities"]
    assert last["loss"] == result["loss"]
    assert get_lesson(service, often)["drawings"] == {"X": 0, "O": 1}


def test_the_learning_rate_can_be_changed(service: TrainerProcess):
    """Half the rate halves the first change of an output's bias."""
    changes = []
    for rate in (0.5, 0.25):
        result = create_lesson(service, learning_rate=0.5)
        assert service.request("PATCH", f"/lessons/{result['id']}", {"learning_rate": rate}).body["learning_rate"] == rate
        after = train(service, result["id"], "X", draw_cross(), 1).body
        changes.append(np.array(after["weights"]["outputs"]["bias"]) - result["weights"]["outputs"]["bias"])
    np.testing.assert_allclose(changes[0], 2 * changes[1], rtol=1e-4)


def encode_drawing(as_picture: str) -> tuple[object, dict[str, str], str]:
    """Body, headers and query of the same drawing in one of the accepted forms."""
    picture = rasterize([np.array(stroke) for stroke in draw_cross()])
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG")
    png, part = file.getvalue(), b"--edge\r\nContent-Disposition: form-data; "
    form = part + b'name="label"\r\n\r\nX\r\n' + part + b'name="repeats"\r\n\r\n3\r\n'
    form += part + b'name="image"; filename="x.png"\r\n\r\n' + png + b"\r\n--edge--\r\n"
    result, json = {"label": "X", "repeats": 3}, {"Content_Type": "application/json"}
    return {
        "body": (png, {"Content_Type": "image/png"}, "?label=X&repeats=3"),
        "form": (form, {"Content_Type": "multipart/form-data; boundary=edge"}, ""),
        "base64": ({"image": base64.b64encode(png).decode()} | result, json, ""),
        "pixels": ({"pixels": picture.tolist()} | result, json, ""),
        "strokes": ({"strokes": draw_cross()} | result, json, ""),
    }[as_picture]


@pytest.mark.parametrize("form", ["body", "form", "base64", "pixels", "strokes"])
def test_drawings_are_accepted_in_every_form(service: TrainerProcess, form: str):
    """All of them give the same weights."""
    expected = train(service, create_lesson(service)["id"], "X", draw_cross(), 3).body
    lesson_id = create_lesson(service)["id"]
    body, headers, query = encode_drawing(form)
    result = service.request("POST", f"/lessons/{lesson_id}/train{query}", body, **headers)
    assert result.status == 200, result.body
    assert result.body["drawing"] == expected["drawing"]
    assert result.body["weights"] == expected["weights"]


def test_undo_restores_every_previous_state(service: TrainerProcess):
    """Weights, drawings and labels; then there is nothing to undo."""
    lesson_id = create_lesson(service)["id"]
    states = [get_lesson(service, lesson_id)]
    for label, strokes in [("X", draw_cross()), ("O", draw_ring()), ("X", draw_ring()), ("O", draw_ring()), *EXAMPLES[:2]]:
        train(service, lesson_id, label, strokes)
        states.append(get_lesson(service, lesson_id))
    service.request("POST", f"/lessons/{lesson_id}/reset")
    assert get_lesson(service, lesson_id)["weights"] != states[-1]["weights"]
    for state in reversed(states):
        result = service.request("POST", f"/lessons/{lesson_id}/undo")
        assert result.status == 200
        assert result.body["undone"] == ("reset" if state is states[-1] else "train")
        assert {**result.body, "updated": 0} == state | {"undone": result.body["undone"], "updated": 0}
    assert_error(service.request("POST", f"/lessons/{lesson_id}/undo"), 409, "conflict")


def test_drawings_are_listed_newest_first(service: TrainerProcess):
    """Each once, with the last label it was trained with; a drawing can be deleted."""
    lesson_id = create_lesson(service)["id"]
    for label, strokes in [("X", draw_cross()), ("O", draw_ring()), ("X", draw_cross(0.3)), ("O", draw_cross())]:
        train(service, lesson_id, label, strokes)
    first = service.request("GET", f"/lessons/{lesson_id}/drawings?limit=2").body
    rest = service.request("GET", f"/lessons/{lesson_id}/drawings?limit=2&before={first['next']}").body
    assert (first["n"], rest["next"]) == (3, None)
    assert [each["label"] for each in first["drawings"] + rest["drawings"]] == ["X", "O", "O"]
    np.testing.assert_array_equal(
        rest["drawings"][0]["image"], normalize(rasterize([np.array(stroke) for stroke in draw_cross()]))
    )
    gone = f"/lessons/{lesson_id}/drawings/{rest['drawings'][0]['id']}"
    weights = get_lesson(service, lesson_id)["weights"]
    assert service.request("DELETE", gone).status == 204
    assert_error(service.request("DELETE", gone), 404, "drawing_not_found")
    assert get_lesson(service, lesson_id)["drawings"] == {"X": 1, "O": 1}
    assert get_lesson(service, lesson_id)["weights"] == weights


def test_a_reset_initializes_new_weights(service: TrainerProcess):
    """It keeps the drawings unless they are to be deleted, which also clears the undo log."""
    result = create_lesson(service)
    path = f"/lessons/{result['id']}"
    train(service, result["id"], "X", draw_cross())
    after = service.request("POST", f"{path}/reset", {}).body
    assert (after["steps"], after["drawings"]) == (0, {"X": 1, "O": 0})
    assert after["weights"] != result["weights"]
    after = service.request("POST", f"{path}/reset", {"drawings": False}).body
    assert (after["steps"], after["drawings"], after["undo_count"]) == (0, {"X": 0, "O": 0}, 0)


def test_lessons_are_listed_and_deleted(service: TrainerProcess):
    """Newest first, in pages."""
    numbers = [create_lesson(service, name=f"lesson {index}")["id"] for index in range(3)]
    page = service.request("GET", "/lessons?limit=2").body
    assert [each["id"] for each in page["lessons"]] == [numbers[2], numbers[1]]
    following = service.request("GET", f"/lessons?limit=1&before={page['next']}").body["lessons"]
    assert [(each["id"], each["name"]) for each in following] == [(numbers[0], "lesson 0")]
    train(service, numbers[1], "X", draw_cross())
    assert service.request("DELETE", f"/lessons/{numbers[1]}").status == 204
    for path in ("", "/drawings"):
        assert_error(service.request("GET", f"/lessons/{numbers[1]}{path}"), 404, "lesson_not_found")
    assert f"lesson:{numbers[1]}" not in [each["name"] for each in service.request("GET", "/data").body["data"]]


@pytest.mark.parametrize("network", LESSON_NETWORKS)
def test_forty_labels(service: TrainerProcess, network: str):
    """The maximum; integers are labels, too."""
    result = create_lesson(service, network=network, labels=list(range(40)))
    assert result["labels"] == [str(lesson_id) for lesson_id in range(40)]
    response = train(service, result["id"], "39", draw_cross(), 20).body
    assert len(response["probabilities"]) == 40
    assert response["probabilities"][39] > response["probabilities_before"][39]


@pytest.mark.parametrize("network", LESSON_NETWORKS)
def test_concurrent_training_of_one_lesson(service: TrainerProcess, network: str):
    """No step is lost, and every training can be undone."""
    lesson_id = create_lesson(service, network=network)["id"]
    threads = [threading.Thread(target=train, args=(service, lesson_id, *example, 2)) for example in EXAMPLES]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    result = get_lesson(service, lesson_id)
    assert (result["steps"], result["undo_count"], result["drawings"]) == (24, 12, {"X": 6, "O": 6})
    for _ in EXAMPLES:
        assert service.request("POST", f"/lessons/{lesson_id}/undo").status == 200
    result = get_lesson(service, lesson_id)
    assert (result["steps"], result["undo_count"], result["drawings"]) == (0, 0, {"X": 0, "O": 0})


def get_history(service: TrainerProcess, lesson_id: str) -> list[dict]:
    """GET the history of a lesson."""
    response = service.request("GET", f"/lessons/{lesson_id}/history")
    assert response.status == 200, response.body
    return response.body["history"]


@pytest.mark.parametrize("network", LESSON_NETWORKS)
def test_the_history_lists_every_training(service: TrainerProcess, network: str):
    """Without what was undone, deleted or reset."""
    lesson_id = create_lesson(service, network=network)["id"]
    examples = [("X", draw_cross()), ("O", draw_ring()), ("X", draw_ring()), ("O", draw_ring()), ("X", draw_cross(0.3))]
    result = [train(service, lesson_id, *example, 3).body for example in examples]
    expected = [
        {"label": each["trained_label"]} | {name: each[name] for name in ("steps", "loss_before", "loss")} for each in result
    ]
    assert get_history(service, lesson_id) == expected
    service.request("POST", f"/lessons/{lesson_id}/undo")
    assert get_history(service, lesson_id) == expected[:-1]
    service.request("DELETE", f"/lessons/{lesson_id}/drawings/{result[1]['drawing']}")
    assert get_history(service, lesson_id) == expected[:1]
    service.request("POST", f"/lessons/{lesson_id}/reset")
    assert get_history(service, lesson_id) == []
    service.request("POST", f"/lessons/{lesson_id}/undo")
    assert get_history(service, lesson_id) == expected[:1]
    assert_error(service.request("GET", "/lessons/none/history"), 404, "lesson_not_found")


def test_a_cnn_shows_its_first_kernels(service: TrainerProcess):
    """Eight of 5×5, which a step changes."""
    result = create_lesson(service, network="cnn")
    shapes = {name: np.shape(array) for name, array in result["weights"]["conv1"].items()}
    assert shapes == {"kernel": (5, 5, 1, 8), "bias": (8,)}
    assert train(service, result["id"], "X", draw_cross(), 1).body["weights"]["conv1"] != result["weights"]["conv1"]
