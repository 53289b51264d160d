"""Teachers: a fit that learns from what other runs answer."""

import hashlib
import json
import shutil

import keras
import numpy as np
import onnx
import pytest

from inkling.errors import BadInput
from inkling.models.predictor import Predictor
from tests.support.trainer_fixtures import after_an_epoch, small_settings
from trainer.backend.device import Device
from trainer.data.sklearn_digits import read_digits
from trainer.data.spec import TRAINER_LIMITS
from trainer.data.split import split
from trainer.distillation.loss import Teachers, taught
from trainer.networks.network import build, cross_entropy
from trainer.runs.keras_predictor import best_network
from trainer.runs.run import Run
from trainer.training.checkpoint import State
from trainer.training.control import Controls
from trainer.training.fit import fit
from trainer.training.trainable_model import Learner

CPU = Device("cpu:0", False, "tensorflow")


def student(teacher: Run, **overrides):
    """Settings of a fit with a teacher."""
    return small_settings(teachers=(str(teacher.path),), **overrides)


@pytest.fixture(scope="module")
def taught_run(digits_run, tmp_path_factory) -> Run:
    """A student of the shared run that never sees a label's loss, and starts from other weights."""
    return fit(student(digits_run, member=1, teaching=1.0), tmp_path_factory.mktemp("runs") / "student", [])


@pytest.fixture(scope="module")
def parts():
    """The digits, parted as the small fits do."""
    return split([read_digits(TRAINER_LIMITS)], 0, small_settings().validation)


def test_a_student_learns_from_its_teacher_alone(taught_run):
    """With no share left for the labels it reads nine in ten: what it learnt came from the teacher."""
    assert taught_run.read_json("report.json")["reports"]["4"]["accuracy"] > 0.85


def test_the_loss_is_the_mix_that_the_settings_name():
    """By hand: cross-entropy with the label, divergence from the teacher, and neither for outliers nor in validation."""
    rng = np.random.default_rng(0)
    logits, wanted = rng.normal(size=(4, 3)).astype(np.float32), rng.dirichlet(np.ones(3), 4).astype(np.float32)
    wanted[3] = 0  # as in validation
    targets = np.array([0, 1, 3, 2])  # the third is an outlier
    for softening in (1.0, 3.0):
        got = taught(cross_entropy, 3, 0.7, softening)(targets, np.concatenate([logits, wanted], 1))
        soft = [np.exp(np.log(wanted[row]) / softening) for row in range(3)]
        soft = [each / each.sum() for each in soft]
        mine = np.exp(logits / softening) / np.exp(logits / softening).sum(1, keepdims=True)
        apart = [softening**2 * (soft[row] * np.log(soft[row] / mine[row])).sum() for row in range(3)]
        own = np.array(cross_entropy(targets, logits))
        expected = [0.3 * own[row] + 0.7 * apart[row] for row in range(2)] + [own[2], own[3]]
        np.testing.assert_allclose(got, expected, rtol=1e-4, atol=1e-6)


def test_a_student_that_answers_as_its_teacher_does_has_no_loss():
    """0 is perfect, at any temperature, so that losses of different fits compare."""
    logits = np.random.default_rng(1).normal(size=(5, 4)).astype(np.float32)
    both = np.concatenate([logits, np.array(keras.ops.softmax(logits))], 1)
    for softening in (1.0, 4.0):
        loss = taught(cross_entropy, 4, 1.0, softening)(np.zeros(5, np.int32), both)
        np.testing.assert_allclose(loss, np.zeros(5), atol=1e-5)


def test_teachers_answer_with_the_mean_of_their_calibrated_probabilities(digits_run, taught_run):
    """While training; in validation they give zeros, and no network of theirs is run."""
    crops = np.random.default_rng(0).uniform(size=(6, 24, 24, 1)).astype(np.float32)
    layer = Teachers([digits_run, taught_run])
    networks = [best_network(run) for run in (digits_run, taught_run)]
    wanted = np.mean([np.array(network.probabilities(network.layers(crops))) for network in networks], 0)
    np.testing.assert_allclose(layer(crops, training=True), wanted, atol=1e-6)
    asked = []
    layer.networks = [lambda crops, training: asked.append(training) or networks[0].layers(crops)] * 2
    assert not np.array(layer(crops, training=False)).any()
    assert asked == []
    layer(crops, training=True)
    assert asked == [False, False]


def test_validation_is_that_of_a_fit_without_teachers(digits_run, parts):
    """The same weights, the same loss and accuracy."""
    alone, beside = Learner(small_settings(), parts, CPU), Learner(student(digits_run), parts, CPU, [digits_run])
    beside.network.layers.set_weights(alone.network.layers.get_weights())
    positions, targets = alone.examples.validation
    both = [learner.model.evaluate(positions, targets, verbose=0) for learner in (alone, beside)]
    assert both[0] == pytest.approx(both[1], abs=1e-6)


def test_teachers_are_frozen_and_kept_nowhere(digits_run, taught_run, parts, tmp_path):
    """Not in what is trained, in the state, in the weights or in the exported graph; and a fit leaves them as they were."""
    learner = Learner(student(digits_run), parts, CPU, [digits_run])
    before = [weight.copy() for weight in learner.teachers.get_weights()]
    assert before
    assert len(learner.model.trainable_variables) == len(learner.network.layers.trainable_variables)
    assert learner.model.losses == []
    positions = np.arange(64, dtype=np.int32)
    learner.model.train_on_batch(positions, learner.examples.targets[:64])
    for mine, theirs in zip(before, learner.teachers.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, theirs)
    plain = Learner(small_settings(), parts, CPU)
    assert [value.shape for value in learner.state().values()] == [value.shape for value in plain.state().values()]
    own = build(small_settings(), 10).layers
    assert [weight.shape for weight in taught_run.read_weights()] == [tuple(weight.shape) for weight in own.weights]
    from trainer.export.exporter import export

    place = export(taught_run, tmp_path / "student.onnx")
    sizes = [sum(np.prod(each.dims) for each in onnx.load(place).graph.initializer if each.data_type == 1)]
    assert sizes[0] <= own.count_params() + 20
    (told,) = Predictor(place).card.fields["training"]["teachers"]
    sha = hashlib.sha256(digits_run.file("best.npz").read_bytes()).hexdigest()
    assert told == {"name": "small", "network": "tfjs", "layers": None, "sha256": sha}


def test_a_penalty_on_the_teachers_kernels_is_not_paid(parts, tmp_path):
    """A teacher that was fitted with an L2 penalty adds nothing to its student's loss."""
    teacher = fit(small_settings(epochs=1, weight_decay=0.01), tmp_path / "teacher", [])
    assert Learner(student(teacher, weight_decay=0.0), parts, CPU, [teacher]).model.losses == []


def test_a_resumed_student_ends_where_an_uninterrupted_one_does(digits_run, tmp_path):
    """Bit for bit, from another folder as well."""
    settings = student(digits_run, epochs=3, schedule="one-cycle", network="inkling", optimizer="adamw", augment="elastic")
    whole = fit(settings, tmp_path / "whole", [])
    seen, controls = [], Controls(settings)
    parted = fit(settings, tmp_path / "parted", [seen.append, after_an_epoch(controls)], controls)
    assert seen[-1].interrupted
    fit(settings, tmp_path / "parted", [], resume=True)
    ours, theirs = State.read(whole).variables, State.read(parted).variables
    assert ours.keys() == theirs.keys()
    for name in ours:
        np.testing.assert_array_equal(ours[name], theirs[name], err_msg=name)


def test_a_student_does_not_go_on_with_another_teacher(digits_run, tmp_path):
    """Whoever fits the teacher anew must fit the student anew."""
    shutil.copytree(digits_run.path, tmp_path / "teacher")
    teacher = Run(tmp_path / "teacher")
    controls = Controls(student(teacher))
    run = fit(student(teacher), tmp_path / "student", [after_an_epoch(controls)], controls)
    teacher.write_weights([weight * 2 for weight in teacher.read_weights()])
    with pytest.raises(BadInput, match=r"teachers that .* was fitted with"):
        fit(run.settings, run.path, [], resume=True)


@pytest.mark.parametrize(
    ("of_teacher", "of_student", "said"),
    [
        ({"network": "perceptron"}, {}, "teacher that ends in a softmax"),
        ({"seed": 1}, {}, "same --seed and --validation"),
        ({"validation": 0.3}, {}, "same --seed and --validation"),
        ({"data": ("digits", "digits")}, {}, "same --data"),
        ({}, {"network": "perceptron"}, "network that ends in a softmax"),
    ],
)
def test_a_teacher_that_knows_what_is_kept_aside_or_cannot_teach_is_refused(of_teacher, of_student, said, tmp_path):
    """Before anything is written, in one sentence."""
    teacher = fit(small_settings(epochs=1, **of_teacher), tmp_path / "teacher", [])
    with pytest.raises(BadInput, match=said):
        fit(student(teacher, **of_student), tmp_path / "student", [])
    assert not (tmp_path / "student").exists()


def changed_data(run: Run) -> None:
    """Other labels."""
    run.write_json("data.json", run.data | {"labels": list("abcdefghij")})


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda run: run.file("report.json").unlink(), "Expected a finished run as a teacher"),
        (lambda run: run.file("settings.json").unlink(), "no settings.json"),
        (changed_data, "a teacher with the labels '0, 1"),
        (lambda run: run.file("best.npz").write_bytes(b""), "whole best.npz"),
    ],
)
def test_what_is_no_teacher_is_refused(digits_run, tmp_path, damage, said):
    """Not finished, no run, other labels, damaged."""
    shutil.copytree(digits_run.path, tmp_path / "teacher")
    damage(Run(tmp_path / "teacher"))
    with pytest.raises(BadInput, match=said):
        fit(student(Run(tmp_path / "teacher")), tmp_path / "student", [])


def test_a_teacher_of_other_outliers_is_refused_unless_they_were_made_up(digits_run, tmp_path):
    """Sets of outliers are parted by writer; what was parted otherwise may have been learnt."""
    told = digits_run.data
    letters = {"name": "letters", "n": 9, "sha256": "1" * 64, "role": "outliers"}
    scribbles = letters | {"name": "scribbles", "sha256": "2" * 64}
    from trainer.distillation.teachers import check_teachers

    def check(theirs: list[tuple[str, dict]], ours: list[tuple[str, dict]]) -> None:
        teacher = Run(tmp_path / "teacher")
        shutil.rmtree(teacher.path, ignore_errors=True)
        shutil.copytree(digits_run.path, teacher.path)
        both = [
            told | {"outlier_specs": [spec for spec, _ in each], "outliers": [known for _, known in each]}
            for each in (theirs, ours)
        ]
        teacher.write_json("data.json", both[0])
        parts = split([read_digits(TRAINER_LIMITS)], 0, digits_run.settings.validation)
        check_teachers([teacher], small_settings(), both[1], parts)

    check([("letters", letters)], [("letters", letters), ("scribbles", scribbles)])
    check([], [("letters", letters)])
    check([("letters", letters)], [])
    with pytest.raises(BadInput, match="same --data and --outliers"):
        check([("letters", letters)], [("other", letters | {"sha256": "3" * 64})])


def test_a_member_differs_in_all_but_its_parts(digits_run, tmp_path):
    """`member` 0 is the fit as it always was; another has other weights on the same parts, and is as reproducible."""
    assert small_settings(seed=7).own_seed == 7
    assert len({small_settings(member=member).own_seed for member in range(50)}) == 50
    runs = [fit(small_settings(epochs=1, member=member), tmp_path / f"{place}", []) for place, member in enumerate((1, 1, 2))]
    first, again, other = (run.read_weights() for run in runs)
    assert all((mine == theirs).all() for mine, theirs in zip(first, again, strict=True))
    assert any((mine != theirs).any() for mine, theirs in zip(first, other, strict=True))
    held = {run.held_out(part).sha256() for run in (*runs, digits_run) for part in ("validation", "test")}
    assert len(held) == 2
    assert json.loads(runs[0].file("settings.json").read_text())["member"] == 1
