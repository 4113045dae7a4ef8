"""DeepAR of gluonts: one network for all series, which learns what they have in common and draws what may come.

It knows the season by lags, not by the calendar, so it needs no dates. The draws of a run are the same each time.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable, Sequence
from tempfile import TemporaryDirectory
from typing import Any, Final

from awsml_cli.local.engines.forecast import DEEPAR

Made = dict[str, list[float]]
EPOCHS, BATCHES, BATCH = 15, 40, 32
DRAWS: Final = 200
CONTEXT: Final = 90  # steps of the past that the network looks at, at most
SEED: Final = 0


def forecast(
    series: Sequence[Any],
    horizon: int,
    season: int,
    types: Sequence[str],
    *,
    stopping: Callable[[], bool] = lambda: False,
) -> list[Made]:
    """HORIZON steps after each of SERIES (arrays), learnt from all of them.

    Raises ConfigError where gluonts or torch is not installed, InterruptedError with STOPPING.
    """
    if not DEEPAR.installed():
        raise DEEPAR.missing()
    import numpy as np
    import pandas as pd
    import torch

    with warnings.catch_warnings(), TemporaryDirectory(prefix="awsml-deepar-") as folder:
        warnings.simplefilter("ignore")
        from gluonts.dataset.common import ListDataset
        from gluonts.torch import DeepAREstimator

        for name in ("lightning", "lightning.pytorch", "lightning.fabric", "gluonts"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # they set it themselves when they are imported
        torch.set_num_threads(1)  # the network is small: threads cost more than they bring
        torch.manual_seed(SEED)
        np.random.seed(SEED)  # gluonts chooses windows by this one
        lags = sorted({*range(1, 8), season, season + 1, 2 * season} - {0})
        begin = pd.Period("2000-01-01", freq="D")
        told = ListDataset([{"start": begin, "target": values.astype("float32")} for values in series], freq="D")
        estimator = DeepAREstimator(
            freq="D",
            prediction_length=horizon,
            context_length=min(max(2 * horizon, season), CONTEXT),
            lags_seq=lags,
            time_features=[],
            num_layers=2,
            hidden_size=32,
            lr=5e-3,
            batch_size=BATCH,
            num_batches_per_epoch=BATCHES,
            num_parallel_samples=DRAWS,
            trainer_kwargs={
                "max_epochs": EPOCHS,
                "accelerator": "cpu",
                "callbacks": [_stopper(stopping)],
                "default_root_dir": folder,
                **dict.fromkeys(("enable_progress_bar", "logger", "enable_model_summary"), False),
            },
        )
        predictor = estimator.train(told)
        if stopping():
            raise InterruptedError
        drawn = [one.samples for one in predictor.predict(told, num_samples=DRAWS)]
    return [
        {
            one: [float(each) for each in (draws.mean(0) if one == "mean" else np.quantile(draws, float(one), axis=0))]
            for one in types
        }
        for draws in drawn
    ]


def _stopper(stopping: Callable[[], bool]) -> Any:
    """What gives the training up, between two batches."""
    from lightning.pytorch.callbacks import Callback

    class Stopper(Callback):
        def on_train_batch_start(self, trainer: Any, *_: Any) -> None:
            """Look whether it is to go on."""
            if stopping():
                trainer.should_stop = True

    return Stopper()
