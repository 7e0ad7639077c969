"""The places of vendors against a comparison of each with each."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from compiled_models import compile_models, runner

AS_OF = "2026-06-30"


def test_a_place_is_open_unless_the_intervals_are_apart(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Compiled alone, over random figures of many vendors, against a comparison of each with each."""
    home = tmp_path_factory.mktemp("vendors")
    run = runner(compile_models(["vendor_scorecard"], home, AS_OF))
    rng = np.random.default_rng(6)
    cells = []
    for better in ("higher", "lower", "none"):
        for n in range(12):
            value, half = rng.uniform(40, 60), rng.uniform(1, 12)
            cells.append(
                {
                    "metric_id": better, "slice": "vendor", "slice_value": f"v{n}", "org_unit_id": "all",
                    "weighting": "none", "period_type": "quarter", "period_key": "2026-Q1", "unit": "percent",
                    "better": better, "base_count": 50, "value": value, "ci_low": value - half,
                    "ci_high": value + half, "state": "hidden_small" if n == 11 else "ok", "is_hidden": n == 11,
                }
            )  # fmt: skip
    keys = "period_type varchar, period_key varchar"
    figures = (
        f"metric_id varchar, {keys}, unit varchar, better varchar, base_count bigint, value double, "
        "ci_low double, ci_high double"
    )
    estimates = (
        f"{figures}, slice varchar, slice_value varchar, org_unit_id varchar, weighting varchar, "
        "state varchar, is_hidden boolean"
    )
    periods = f"{keys}, period_start date, period_end date, is_complete boolean"
    quarter = {"period_type": "quarter", "period_key": "2026-Q1"}
    found = run(
        ["vendor_scorecard"],
        intermediate__int_metric_estimates=(estimates, pd.DataFrame(cells)),
        intermediate__int_vendor_figures=(f"vendor_id varchar, {figures}", pd.DataFrame()),
        marts__periods=(periods, pd.DataFrame([quarter])),
        staging__stg_vendors=(
            "vendor_id varchar, vendor_name varchar, service_class varchar",
            pd.DataFrame(),
        ),
    ).set_index(["metric_id", "vendor_id"])
    assert found.loc[("none", slice(None)), "rank_low"].isna().all()
    assert found.loc[(slice(None), "v11"), ["value", "ci_low", "rank_low"]].isna().all(axis=None)
    frame = pd.DataFrame(cells)
    narrowed = 0
    for better in ("higher", "lower"):
        mine = frame[(frame["better"] == better) & ~frame["is_hidden"]]
        for cell in mine.itertuples():
            above = int((mine["ci_low"] > cell.ci_high).sum())
            below = int((mine["ci_high"] < cell.ci_low).sum())
            ahead, behind = (above, below) if better == "higher" else (below, above)
            row = found.loc[(better, cell.slice_value)]
            assert (row["rank_low"], row["rank_high"]) == (1 + ahead, 11 - behind)
            narrowed += ahead + behind
    assert narrowed > 20
