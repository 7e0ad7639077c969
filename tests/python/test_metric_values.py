"""metric_values of random organisations against an independent computation, cell by cell.

Each world is written as contract files, loaded and built twice: first as of an earlier day, then,
in the same home, after a second load of late rows, corrections and deletions, as of a later one.
So the second comparison is also one of an incremental build with a full computation.

A disagreement is printed by metric and column with a few rows of each. `oracle.readings` lists
what the oracle took where the specification leaves a choice; the world `every_reading` has them
all, the other worlds none of them.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from oracle.compare import differences, read_table, report
from oracle.oracle import METRICS, expected_metric_values
from oracle.pipeline import MODELS_RAW, SEEDS, Pipeline
from oracle.world import build_world
from oracle.worlds import WORLDS


@pytest.mark.parametrize("name", WORLDS)
def test_metric_values_of_a_random_world(name: str, tmp_path: Path) -> None:
    spec = WORLDS[name]
    world, pipeline = build_world(spec), Pipeline(tmp_path, spec.settings)
    for load, as_of in ((1, spec.first_as_of), (2, spec.second_as_of)):
        world.write(pipeline.landing, load, MODELS_RAW)
        pipeline.run("load", as_of)
        pipeline.run("build", as_of)
        expected = expected_metric_values(pipeline.landing, SEEDS, MODELS_RAW, spec.settings, as_of)
        found = differences(expected, read_table(pipeline.database, metrics=METRICS))
        assert not found, f"world {name}, load {load}, as of {as_of}: {report(found)}"
