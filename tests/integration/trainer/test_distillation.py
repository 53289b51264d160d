"""Knowledge distillation: fits that learn from teachers."""

import hashlib
import shutil

import numpy as np
import onnx
import pytest

from inkling.errors import InvalidInput
from inkling.models.predictor import Predictor
from tests.support.trainer_fixtures import small_settings, stop_after_one_epoch
from trainer.backend.device import Device
from trainer.data.sklearn_digits import read_digits
from trainer.data.spec import TRAINER_LIMITS
from trainer.data.split import split
from trainer.distillation.loss import TeacherEnsemble
from trainer.distillation.teachers import check_teachers
from trainer.fit import fit
from trainer.networks.network import build_network
from trainer.runs.keras_predictor import load_best_network
from trainer.runs.run import Run
from trainer.training.checkpoint import Checkpoint
from trainer.training.control import FitControl
from trainer.training.trainable_model import TrainableModel

CPU = Device("cpu:0", False, "tensorflow")


def student_settings(teacher: Run, **overrides):
    """Settings of a fit with a teacher."""
    return small_settings(teachers=(str(teacher.path),), **overrides)


@pytest.fixture(scope="module")
def student_run(digits_run, tmp_path_factory) -> Run:
    """A student of the shared run without a loss on labels, from other initial weights."""
    settings = student_settings(digits_run, member=1, distillation_weight=1.0)
    return fit(settings, tmp_path_factory.mktemp("runs") / "student", [])


@pytest.fixture(scope="module")
def parts():
    """The digits as small fits split them."""
    return split([read_digits(TRAINER_LIMITS)], 0, small_settings().validation_split)


def copy_run(run: Run, path) -> Run:
    """A copy of a run folder."""
    shutil.copytree(run.path, path)
    return Run(path)


def test_a_student_learns_from_its_teacher_alone(student_run):
    """Without a loss on labels it still reads most digits."""
    assert student_run.read_json("report.json")["reports"]["4"]["accuracy"] > 0.85


def test_the_teacher_layer_averages_calibrated_probabilities(digits_run, student_run):
    """In training; in validation it returns zeros and runs no network."""
    crops = np.random.default_rng(0).uniform(size=(6, 28, 28, 1)).astype(np.float32)
    layer = TeacherEnsemble([digits_run, student_run])
    networks = [load_best_network(run) for run in (digits_run, student_run)]
    expected = np.mean([np.array(network.probabilities(network.model(crops))) for network in networks], 0)
    np.testing.assert_allclose(layer(crops, training=True), expected, atol=1e-6)
    calls = []
    layer.models = [lambda crops, training: calls.append(training) or networks[0].model(crops)] * 2
    assert not np.array(layer(crops, training=False)).any()
    assert calls == []
    layer(crops, training=True)
    assert calls == [False, False]


def test_validation_is_the_same_without_teachers(digits_run, parts):
    """The same weights give the same loss and accuracy."""
    alone = TrainableModel(small_settings(), parts, CPU)
    taught = TrainableModel(student_settings(digits_run), parts, CPU, [digits_run])
    taught.network.model.set_weights(alone.network.model.get_weights())
    indices, targets = alone.examples.validation
    both = [model.model.evaluate(indices, targets, verbose=0) for model in (alone, taught)]
    assert both[0] == pytest.approx(both[1], abs=1e-6)


def test_teachers_are_frozen_and_not_saved(digits_run, student_run, parts, tmp_path):
    """They are not in the trainable weights, checkpoint, run or exported graph, and training leaves them as they are."""
    model = TrainableModel(student_settings(digits_run), parts, CPU, [digits_run])
    before = [weight.copy() for weight in model.teachers.get_weights()]
    assert before
    assert len(model.model.trainable_variables) == len(model.network.model.trainable_variables)
    assert model.model.losses == []
    model.model.train_on_batch(np.arange(64, dtype=np.int32), model.examples.targets[:64])
    for mine, theirs in zip(before, model.teachers.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    plain = TrainableModel(small_settings(), parts, CPU)
    assert [value.shape for value in model.state().values()] == [value.shape for value in plain.state().values()]
    network = build_network(small_settings(), 10).model
    assert [weight.shape for weight in student_run.read_weights()] == [tuple(weight.shape) for weight in network.weights]
    from trainer.export.exporter import export

    path = export(student_run, tmp_path / "student.onnx")
    exported = sum(np.prod(each.dims) for each in onnx.load(path).graph.initializer if each.data_type == 1)
    assert exported <= network.count_params() + 20
    (teacher,) = Predictor(path).card.raw["training"]["teachers"]
    sha256 = hashlib.sha256(digits_run.file("best.npz").read_bytes()).hexdigest()
    assert teacher == {"name": "small", "network": "tfjs", "layers": None, "sha256": sha256}


def test_a_penalty_on_the_teachers_kernels_is_not_added(digits_run, parts, tmp_path):
    """A teacher trained with an L2 penalty adds nothing to its student's loss."""
    teacher = copy_run(digits_run, tmp_path / "teacher")
    teacher.write_json("settings.json", digits_run.settings.override(weight_decay=0.01).to_dict())
    assert TrainableModel(student_settings(teacher, weight_decay=0.0), parts, CPU, [teacher]).model.losses == []


@pytest.mark.slow
def test_a_resumed_student_has_the_weights_of_an_uninterrupted_one(digits_run, tmp_path):
    """Bit-equal."""
    changes = {"lr_schedule": "one-cycle", "optimizer": "adamw", "augmentation": "elastic"}
    settings = student_settings(digits_run, epochs=2, **changes)
    whole = fit(settings, tmp_path / "whole", [])
    events, control = [], FitControl(settings)
    parted = fit(settings, tmp_path / "parted", [events.append, stop_after_one_epoch(control)], control)
    assert events[-1].interrupted
    fit(settings, tmp_path / "parted", [], resume=True)
    ours, theirs = Checkpoint.read(whole).variables, Checkpoint.read(parted).variables
    assert ours.keys() == theirs.keys()
    for name in ours:
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)


def test_a_student_is_not_resumed_with_another_teacher(digits_run, tmp_path):
    """If the teacher was trained again, so must be the student."""
    teacher = copy_run(digits_run, tmp_path / "teacher")
    control = FitControl(student_settings(teacher))
    run = fit(student_settings(teacher), tmp_path / "student", [stop_after_one_epoch(control)], control)
    teacher.write_weights([weight * 2 for weight in teacher.read_weights()])
    with pytest.raises(InvalidInput, match="teachers have changed"):
        fit(run.settings, run.path, [], resume=True)


@pytest.mark.parametrize(
    ("of_teacher", "of_student", "mentioned"),
    [
        ({"network": "perceptron"}, {}, "softmax"),
        ({}, {"network": "perceptron"}, "softmax"),
        ({}, {"network": "convnetjs"}, "28×28 crops instead of 24×24"),
        ({}, {"seed": 1}, "--seed"),
        ({}, {"validation_split": 0.3}, "--validation-split"),
        ({}, {"data": ("digits", "digits")}, "--data"),
    ],
)
def test_a_teacher_with_another_split_or_network_is_refused(digits_run, of_teacher, of_student, mentioned, tmp_path):
    """Before anything is written."""
    teacher = copy_run(digits_run, tmp_path / "teacher")
    teacher.write_json("settings.json", digits_run.settings.override(**of_teacher).to_dict())
    with pytest.raises(InvalidInput, match=mentioned):
        fit(student_settings(teacher, **of_student), tmp_path / "student", [])
    assert not (tmp_path / "student").exists()


@pytest.mark.parametrize(
    ("damage", "mentioned"),
    [
        (lambda run: run.file("report.json").unlink(), "isn't finished"),
        (lambda run: run.file("settings.json").unlink(), "settings.json"),
        (lambda run: run.write_json("data.json", run.data | {"labels": list("abcdefghij")}), "other labels"),
        (lambda run: run.file("best.npz").write_bytes(b""), "best.npz"),
    ],
)
def test_an_unusable_teacher_is_refused(digits_run, tmp_path, damage, mentioned):
    """Unfinished, not a run, with other labels, damaged."""
    teacher = copy_run(digits_run, tmp_path / "teacher")
    damage(teacher)
    with pytest.raises(InvalidInput, match=mentioned):
        fit(student_settings(teacher), tmp_path / "student", [])


def test_a_teacher_with_other_outliers_is_refused_unless_they_are_synthetic(digits_run, parts, tmp_path):
    """Datasets of outliers are split by writer, so a teacher with another split may have seen held-out images."""
    data = digits_run.data
    letters = {"name": "letters", "n": 9, "sha256": "1" * 64, "role": "outliers"}
    scribbles = letters | {"name": "scribbles", "sha256": "2" * 64}
    teacher = copy_run(digits_run, tmp_path / "teacher")

    def check(theirs: dict[str, dict], ours: dict[str, dict]) -> None:
        both = [data | {"outlier_specs": list(each), "outliers": list(each.values())} for each in (theirs, ours)]
        teacher.write_json("data.json", both[0])
        check_teachers([teacher], small_settings(), both[1], parts)

    check({"letters": letters}, {"letters": letters, "scribbles": scribbles})
    check({}, {"letters": letters})
    check({"letters": letters}, {})
    with pytest.raises(InvalidInput, match="--outliers"):
        check({"letters": letters}, {"other": letters | {"sha256": "3" * 64}})


@pytest.mark.slow
def test_ensemble_members_share_the_split_but_not_the_weights(digits_run, tmp_path):
    """A member is as reproducible as any fit."""
    runs = [fit(small_settings(epochs=1, member=member), tmp_path / f"{index}", []) for index, member in enumerate((1, 1, 2))]
    first, again, other = (run.read_weights() for run in runs)
    assert all((mine == theirs).all() for mine, theirs in zip(first, again, strict=True))
    assert any((mine != theirs).any() for mine, theirs in zip(first, other, strict=True))
    hashes = {run.held_out(part).sha256() for run in (*runs, digits_run) for part in ("validation", "test")}
    assert len(hashes) == 2
    assert runs[0].settings.member == 1
