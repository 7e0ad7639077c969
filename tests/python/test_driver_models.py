"""The models of drivers on a made-up survey, from answers to marts, against pandas and least squares."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pytest

from evenkeel.statistics.asymmetry import asymmetry_figures
from evenkeel.statistics.driver_figures import driver_figures

ROOT = Path(__file__).resolve().parents[2]
SUMS = ("questions", "strips", "items", "members", "bases", "sums")
MARTS = ("satisfaction_drivers", "driver_asymmetry")
DRIVERS = [f"q{j:02d}" for j in range(1, 12)]
RARE, CONSTANT, TWIN = "q04", "q06", "q09"
KEYS = ["survey_id", "outcome", "org_unit_id", "slice", "slice_value", "driver"]


def compiled(home: Path) -> dict[str, str]:
    """Return the SQL of the models as dbt makes it."""
    models = [*(f"int_driver_{name}" for name in SUMS), *MARTS]
    command = [
        str(Path(sys.executable).parent / "dbt"), "--quiet", "compile", "--select", *models,
        "--project-dir", str(ROOT), "--profiles-dir", str(ROOT),
        "--target-path", str(home / "target"), "--log-path", str(home / "logs"),
    ]  # fmt: skip
    environment = {**os.environ, "EVENKEEL_HOME": str(home), "EVENKEEL_AS_OF": "2026-10-31"}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return {path.stem: path.read_text() for path in (home / "target").rglob("compiled/**/*.sql")}


def responses(n: int = 700) -> pd.DataFrame:
    """Scores of a survey of likert5: some answers missing, some questions of no use."""
    rng = np.random.default_rng(3)
    feeling = rng.normal(size=(n, 1))
    x = 0.8 * feeling + rng.normal(size=(n, len(DRIVERS)))
    y = x @ np.linspace(0.2, 1.5, len(DRIVERS)) / 4 + rng.normal(size=n)
    data = pd.DataFrame(25.0 * np.digitize(x + 0.5, (-1.2, -0.3, 0.5, 1.4)), columns=DRIVERS)
    data["overall"] = 25.0 * np.digitize(y + 0.5, (-1.2, -0.3, 0.5, 1.4))
    data["recommend"] = 10.0 * np.clip(np.round(6 + 2 * y), 0, 10)
    data[CONSTANT] = 75.0
    data[TWIN] = data["q02"]
    missing = rng.random((n, len(DRIVERS))) < 0.03
    data[DRIVERS] = data[DRIVERS].mask(missing)
    # Twins of missing answers are missing, or they would no longer be twins.
    data[TWIN] = data["q02"]
    data.loc[rng.random(n) < 0.8, RARE] = np.nan
    data.loc[rng.random(n) < 0.1, "recommend"] = np.nan
    data["response_id"] = [f"r{k:05d}" for k in range(n)]
    data["person_key"] = [f"p{k:05d}" for k in range(n)]
    data["org_unit_id"] = rng.choice(["north", "south", "gone"], size=n, p=[0.6, 0.35, 0.05])
    data["tier"] = rng.choice(["gold", "blue", ""], size=n, p=[0.4, 0.59, 0.01])
    data["tier"] = data["tier"].replace("", None)
    data["is_counted"] = rng.random(n) < 0.98
    return data


def write_inputs(connection: duckdb.DuckDBPyConnection, data: pd.DataFrame) -> None:
    """Write what the models read, as the models before them would."""
    frames = {
        "staging.stg_surveys": pd.DataFrame({"survey_id": ["s"], "subject": ["customer"]}),
        "staging.stg_survey_items": pd.DataFrame(
            [("s", name, "satisfaction", "likert5", 3 + k) for k, name in enumerate(DRIVERS)]
            + [("s", "overall", "overall_satisfaction", "likert5", 1)]
            + [("s", "recommend", "recommend", "nps11", 2)],
            columns=["survey_id", "item_code", "construct", "scale", "position"],
        ),
        "marts.scales": pd.read_csv(ROOT / "seeds" / "scales.csv"),
        "intermediate.int_org_unit_paths": pd.DataFrame(
            [(f"{unit}@1", unit, a) for unit in ("north", "south") for a in (unit, "top", "all")]
            + [("unknown", None, "all")],
            columns=["path_id", "org_unit_id", "ancestor_id"],
        ).assign(valid_from=pd.Timestamp("2026-01-01"), valid_to=pd.Timestamp("2099-01-01")),
        "intermediate.int_survey_responses": data.assign(
            survey_id="s", subject="customer", date_day=pd.Timestamp("2026-03-01"),
            segment=None, channel="sms",
        ).drop(columns=[*DRIVERS, "overall", "recommend"]),
        "intermediate.int_survey_scores": data.melt(
            "response_id", [*DRIVERS, "overall", "recommend"], "item_code", "score"
        ).assign(
            option=None,
            is_top2=lambda long: long["score"] >= np.where(long["item_code"] == "recommend", 90, 75),
            is_bottom2=lambda long: long["score"] <= np.where(long["item_code"] == "recommend", 10, 25),
        ),
    }  # fmt: skip
    for name, frame in frames.items():
        schema = name.split(".")[0]
        connection.execute(f"create schema if not exists evenkeel.{schema}")
        connection.register("frame", frame)
        connection.execute(f"create table evenkeel.{name} as select * from frame")
    connection.execute(
        "alter table evenkeel.intermediate.int_survey_responses alter segment type text"
    )
    connection.execute("alter table evenkeel.intermediate.int_survey_scores alter option type text")


def run_models(
    connection: duckdb.DuckDBPyConnection, sql: dict[str, str]
) -> dict[str, pd.DataFrame]:
    """Build the sums, finish them as the Python models do, and return the marts."""
    for name in SUMS:
        connection.execute(
            f"create table evenkeel.intermediate.int_driver_{name} as {sql[f'int_driver_{name}']}"
        )
    items = connection.table("evenkeel.intermediate.int_driver_items").filter("is_included")
    sums = connection.table("evenkeel.intermediate.int_driver_sums")
    questions = items.fetchnumpy()
    scores = {**questions, "variable": 1 + questions["driver_number"]}
    dummies = {**questions, "variable": 2 * questions["driver_number"]}
    for name, figures in (
        ("weights", driver_figures(scores, sums.filter("kind = 'score'").fetchnumpy())),
        ("contrasts", asymmetry_figures(dummies, sums.filter("kind = 'box'").fetchnumpy(), 5)),
    ):
        connection.register("figures", figures)
        connection.execute(
            f"create table evenkeel.intermediate.int_driver_{name} as select * from figures"
        )
    return {name: connection.execute(sql[name]).df() for name in MARTS}


@pytest.fixture(scope="module")
def data() -> pd.DataFrame:
    return responses()


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory, data: pd.DataFrame) -> dict[str, pd.DataFrame]:
    connection = duckdb.connect()
    connection.execute("attach ':memory:' as evenkeel")
    write_inputs(connection, data)
    return run_models(connection, compiled(tmp_path_factory.mktemp("home")))


CELLS = {
    ("all", "all", "all"): lambda rows: rows["org_unit_id"].notna(),
    ("top", "all", "all"): lambda rows: rows["org_unit_id"] != "gone",
    ("north", "all", "all"): lambda rows: rows["org_unit_id"] == "north",
    ("all", "tier", "gold"): lambda rows: rows["tier"] == "gold",
    ("all", "channel", "sms"): lambda rows: rows["org_unit_id"].notna(),
}


def base_of(
    data: pd.DataFrame, cell: tuple[str, str, str], outcome: str
) -> tuple[int, pd.DataFrame]:
    """Respondents to the outcome, and those of them who answered all but the rare question."""
    asked = data[data["is_counted"] & data[outcome].notna() & CELLS[cell](data)]
    return len(asked), asked.dropna(subset=[name for name in DRIVERS if name != RARE])


def rows_of(frame: pd.DataFrame, cell: tuple[str, str, str], outcome: str) -> pd.DataFrame:
    wanted = dict(zip(("org_unit_id", "slice", "slice_value"), cell, strict=True))
    found = frame[frame["outcome"] == outcome]
    for column, value in wanted.items():
        found = found[found[column] == value]
    return found.set_index("driver")


@pytest.mark.parametrize("outcome", ["overall", "recommend"])
@pytest.mark.parametrize("cell", CELLS)
def test_figures_are_those_of_least_squares_on_the_rows(
    marts: dict[str, pd.DataFrame], data: pd.DataFrame, cell: tuple[str, str, str], outcome: str
) -> None:
    asked, base = base_of(data, cell, outcome)
    rows = rows_of(marts["satisfaction_drivers"], cell, outcome)
    assert list(rows.index.sort_values()) == DRIVERS
    refused = {RARE: "mostly_unanswered", CONSTANT: "constant", TWIN: "collinear"}
    good = [name for name in DRIVERS if name not in refused]
    assert rows["state"].to_dict() == {name: refused.get(name, "ok") for name in DRIVERS}
    assert set(rows["base_count"]) == {len(base)}
    assert set(rows["lost_count"]) == {asked - len(base)}
    assert rows.loc[list(refused), "lmg_share"].isna().all()
    z = (base[good] - base[good].mean()) / base[good].std(ddof=0)
    y = (base[outcome] - base[outcome].mean()) / base[outcome].std(ddof=0)
    betas, left, _, _ = np.linalg.lstsq(z.to_numpy(), y.to_numpy(), rcond=None)
    rows = rows.loc[good]
    assert rows["beta"].to_numpy() == pytest.approx(betas, abs=1e-11)
    assert rows["r_squared"].to_numpy() == pytest.approx(1 - left[0] / len(base), abs=1e-11)
    assert rows["correlation"].to_numpy() == pytest.approx(z.T @ y / len(base), abs=1e-11)
    assert rows["performance"].to_numpy() == pytest.approx(base[good].mean(), abs=1e-11)
    errors = base[good].sem()
    low = base[good].mean() - errors * t_of(len(base) - 1)
    assert rows["performance_low"].to_numpy() == pytest.approx(low, abs=1e-7)
    assert rows["lmg"].sum() == pytest.approx(rows["r_squared"].iloc[0], abs=1e-10)
    assert rows["lmg_share"].sum() == pytest.approx(1, abs=1e-10)
    assert (rows["lmg_low"] <= rows["lmg_share"]).all()
    assert (rows["lmg_share"] <= rows["lmg_high"]).all()
    assert rows["quadrant"].to_dict() == rows.apply(quadrant, axis=1).to_dict()


def t_of(df: int) -> float:
    from scipy import stats

    return float(stats.t.ppf(0.975, df))


def quadrant(row: pd.Series[Any]) -> str:
    if row["lmg_low"] <= row["importance_cut"] <= row["lmg_high"]:
        return "undecided"
    if row["performance_low"] <= row["performance_cut"] <= row["performance_high"]:
        return "undecided"
    is_good = row["performance"] > row["performance_cut"]
    if row["lmg_share"] > row["importance_cut"]:
        return "keep_up" if is_good else "concentrate_here"
    return "possible_overkill" if is_good else "low_priority"


def test_penalties_are_those_of_least_squares_on_the_rows(
    marts: dict[str, pd.DataFrame], data: pd.DataFrame
) -> None:
    cell = ("all", "all", "all")
    _, base = base_of(data, cell, "overall")
    rows = rows_of(marts["driver_asymmetry"], cell, "overall")
    good = [name for name in DRIVERS if rows["state"][name] == "ok"]
    assert set(DRIVERS) - set(good) == {RARE, CONSTANT, TWIN}
    dummies = pd.concat(
        {"penalty": base[good] <= 25, "reward": base[good] >= 75}, axis="columns"
    ).astype(float)
    x = np.column_stack([np.ones(len(base)), dummies])
    slopes = np.linalg.lstsq(x, base["overall"].to_numpy(), rcond=None)[0][1:]
    found = [*rows.loc[good, "penalty"], *rows.loc[good, "reward"]]
    assert found == pytest.approx(slopes, abs=1e-9)
    assert rows.loc[good, "low_count"].tolist() == dummies["penalty"].sum().tolist()


def test_every_cell_has_its_rows_and_small_ones_show_nothing(
    marts: dict[str, pd.DataFrame], data: pd.DataFrame
) -> None:
    frame = marts["satisfaction_drivers"]
    assert not frame.duplicated(KEYS).any()
    assert set(frame["org_unit_id"]) == {"all", "top", "north", "south"}
    hidden = frame[frame["state"] == "hidden_small"]
    assert set(hidden["slice_value"]) == {"unknown"}
    assert hidden.select_dtypes("number").isna().all(axis=None)
    unknown = data["is_counted"] & data["overall"].notna() & data["tier"].isna()
    assert 0 < unknown.sum() < 10
