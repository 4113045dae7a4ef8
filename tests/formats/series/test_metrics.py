"""Forecast's metrics, against figures worked out by hand from AWS's formulas."""

from __future__ import annotations

import math

import pytest

from awsml_cli.formats.series import metrics

ACTUAL, MEAN, P90, PAST = (
    [[10.0, 0.0], [30.0, 60.0]],
    [[8.0, 1.0], [33.0, 60.0]],
    [[12.0, 2.0], [36.0, 50.0]],
    [[1.0, 3.0, 5.0], [2.0, 2.0, 8.0]],
)


def test_weighted_quantile_loss_is_twice_the_pinball_loss_by_the_sum() -> None:
    # over by 2, 2, 6 at 0.1 each, under by 10 at 0.9: 1 + 9 = 10; twice that, by 100
    assert metrics.weighted_quantile_loss(ACTUAL, P90, 0.9) == pytest.approx(0.2)


def test_the_loss_of_the_median_is_its_wape() -> None:
    assert metrics.weighted_quantile_loss(ACTUAL, MEAN, 0.5) == pytest.approx(metrics.wape(ACTUAL, MEAN))


def test_where_nothing_was_observed_losses_are_not_divided() -> None:
    assert (metrics.wape([[0.0]], [[3.0]]), metrics.weighted_quantile_loss([[0.0]], [[3.0]], 0.5)) == (3.0, 3.0)


def test_wape_rmse_and_mape() -> None:
    assert metrics.wape(ACTUAL, MEAN) == pytest.approx(6 / 100)
    assert metrics.rmse(ACTUAL, MEAN) == pytest.approx(math.sqrt((4 + 1 + 9 + 0) / 4))
    assert metrics.mape(ACTUAL, MEAN) == pytest.approx((2 / 10 + 3 / 30 + 0) / 3)  # the step at which it is 0 left out


def test_mase_is_scaled_by_what_repeating_would_have_cost() -> None:
    # first: error 1.5 a step, its past changes by 2; second: 1.5, its past by 0 and 6, 3 on average
    assert metrics.mase(ACTUAL, MEAN, PAST, 1) == pytest.approx((1.5 / 2 + 1.5 / 3) / 2)


def test_all_of_them_in_the_shape_of_aws() -> None:
    told = metrics.as_aws(metrics.measured(ACTUAL, {"0.9": P90, "mean": MEAN}, PAST, 1))
    assert told["WeightedQuantileLosses"] == [{"Quantile": 0.9, "LossValue": pytest.approx(0.2)}]
    assert (told["AverageWeightedQuantileLoss"], told["ErrorMetrics"][0]["WAPE"]) == (
        pytest.approx(0.2),
        pytest.approx(0.06),
    )  # type: ignore[index]
