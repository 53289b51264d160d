"""Cross-validation, without a fit."""

from tests.support.trainer_fixtures import small_settings
from trainer.experiments.cross_validation import plan_folds


def test_every_fold_is_planned_whatever_fold_the_settings_name(tmp_path):
    """Such as those of the config file of a fold's run."""
    for settings in (small_settings(), small_settings(folds=5, fold=4)):
        tasks = plan_folds(settings, 3, tmp_path)
        assert [(task.settings.folds, task.settings.fold, task.path.name) for task in tasks] == [
            (3, 0, "fold-0"),
            (3, 1, "fold-1"),
            (3, 2, "fold-2"),
        ]
