"""A few rows of contract files, and what the oracle makes of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from oracle.oracle import FACT_METRICS, expected_metric_values
from oracle.pipeline import MODELS_RAW, SEEDS
from oracle.settings import Settings

NET = {"csat_net", "nps"}
MEANS = {
    "ces_mean", "importance_score", "expectation_gap", "csi_weighted", "csi_modules_weighted",
    "csi_touchpoints_weighted", "csi_items_equal", "csi_modules_equal", "acsi_index", "item_score",
    "completion_seconds_median",
}  # fmt: skip
SURVEY_HEAD = "survey_id,survey_name,programme,subject,run_by,version,wave,opened_on"
POST = "s,S,post_contact,customer,internal,1,,2026-01-01"
ITEM_HEAD = (
    "survey_id,item_code,item_text,construct,scale,is_reversed,dimension,touchpoint,module,weight,"
    "position,concept"
)
ANSWER_HEAD = "response_id,item_code,option,answer_value,answer_text,is_not_applicable"
AT = "2026-01-05 10:00:00"
Figures = dict[tuple[str, str, str], tuple[int, float | None]]


def write(file: Path, *lines: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def answers(**given: str) -> list[str]:
    """Lines of answers: a response by its name, then `item=code` words."""
    return [
        f"{response},{word.split('=')[0]},,{word.split('=')[1]},,"
        for response, words in given.items()
        for word in words.split()
    ]


def figures(
    folder: Path,
    slices: str = "all",
    as_of: str = "2026-01-31",
    weights: tuple[str, ...] = (),
    **files: list[str],
) -> Figures:
    """(base, value) of January for the whole organisation, by metric, slice and slice value."""
    for name in ("scales.csv", "targets.csv"):
        write(folder / "seeds" / name, (SEEDS / name).read_text(encoding="utf-8"))
    rows = [
        f"{metric},1,{1 if metric in MEANS | NET or method == 'sum' else 100},u,higher,"
        f"{'adjusted_wald' if metric in NET else 't' if metric in MEANS else 'wilson'},operational,"
        f"month wave,{slices},none"
        for metric, (method, kind) in FACT_METRICS.items()
        if kind in {"answers", "scores", "invitations"}
        and ("item" not in slices or kind == "answers")
    ]
    head = "metric_id,definition_version,factor,unit,better,interval,privacy_class,periods,slices"
    write(folder / "seeds" / "metrics.csv", f"{head},weightings", *rows)
    if weights:
        write(folder / "seeds" / "index_weights.csv", "index_id,part,weight,valid_from", *weights)
    files.setdefault("surveys", [SURVEY_HEAD, POST])
    files.setdefault("org_units", ["org_unit_id,org_unit_name,org_level", "top,Top,company"])
    for entity, lines in files.items():
        write(folder / "landing" / entity / "1-files.csv", *lines)
    frame = expected_metric_values(
        folder / "landing",
        folder / "seeds",
        MODELS_RAW,
        Settings(low_base=1),
        date.fromisoformat(as_of),
    )
    frame = frame[(frame["period_key"] == "2026-01") & (frame["org_unit_id"] == "all")]
    names = ("metric_id", "slice", "slice_value", "base_count", "value")
    return {
        (metric, name, value): (base, None if figure is None else round(figure, 6))
        for metric, name, value, base, figure in frame[list(names)].itertuples(index=False)
    }


def of_all(found: Figures, *metrics: str) -> list[tuple[int, float | None]]:
    return [found[metric, "all", "all"] for metric in metrics]


def responses(*names: str, head: str = "", **more: str) -> list[str]:
    """Lines of responses on 5 January; `more` gives further cells to some of them."""
    lines = [f"{name},s,{AT},{more.get(name, '')}" for name in names]
    return [f"response_id,survey_id,submitted_at,{head}", *lines]
