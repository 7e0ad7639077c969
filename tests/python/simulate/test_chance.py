"""Random numbers are independent by purpose, and answers follow what people feel."""

import csv

import numpy as np
import pytest

from evenkeel.simulate.service.case_events import in_opening_hours
from evenkeel.simulate.surveys.scales import SCALES, answer, expected_code, share_above
from evenkeel.simulate.tools.arrays import Pending
from evenkeel.simulate.tools.streams import stream
from simulate.landed import ROOT


def test_a_stream_depends_on_all_its_arguments_and_nothing_else() -> None:
    streams = [
        *(stream(1, "a"), stream(2, "a"), stream(1, "b")),
        *(stream(1, "a", 0), stream(1, "a", 0, 0), stream(1, "a", 1)),
    ]
    first = [each.random() for each in streams]
    assert len(set(first)) == len(first)
    assert stream(1, "a", 1).random() == first[-1]


@pytest.mark.parametrize("scale", SCALES)
def test_answers_have_the_expected_mean(scale: str) -> None:
    feeling = np.repeat([-1.0, 0.3, 0.9, 2.0], 20_000)
    codes = answer(stream(5, scale), feeling, scale)
    expected = expected_code(feeling, scale)
    error = codes.std() / np.sqrt(len(codes))
    assert abs(codes.mean() - expected.mean()) < 4 * error
    top = SCALES[scale].lowest + len(SCALES[scale].thresholds)
    assert (codes.min(), codes.max()) == (SCALES[scale].lowest, top)
    assert (codes > top - 1).mean() == pytest.approx(
        share_above(feeling, scale, top - 1).mean(), abs=0.01
    )


@pytest.mark.parametrize("scale", SCALES)
def test_scales_have_the_codes_of_the_seed(scale: str) -> None:
    with (ROOT / "seeds" / "scales.csv").open(encoding="utf-8") as lines:
        codes = {int(row["code"]) for row in csv.DictReader(lines) if row["scale_id"] == scale}
    lowest, steps = SCALES[scale].lowest, len(SCALES[scale].thresholds)
    assert codes == set(range(lowest, lowest + steps + 1))


def test_pending_rows_come_out_once_and_in_order() -> None:
    pending = Pending("at")
    assert pending.take(9) == {}
    pending.add({"at": np.array([5, 1]), "x": np.array([[1, 2], [3, 4]])})
    pending.add({"at": np.array([7, 3]), "x": np.array([[5, 6], [7, 8]])})
    first = pending.take(5)
    assert first["at"].tolist() == [1, 3]
    assert first["x"].tolist() == [[3, 4], [7, 8]]
    assert pending.take(9)["at"].tolist() == [5, 7]
    assert len(pending.take(99)["at"]) == 0


def test_what_falls_into_the_night_is_done_in_the_morning() -> None:
    hour = 3600
    moments = np.array([9, 20, 23, 24 + 7, 24 + 8]) * hour
    moved = in_opening_hours(moments) / hour
    assert moved.tolist() == pytest.approx([9, 32, 32.3, 33.1, 32])
