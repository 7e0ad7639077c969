"""Compare one world by hand, step by step, and keep its files to look at.

    PYTHONPATH=tests/python python -m oracle WORLD FOLDER [--oracle-only] [--examples N] [--ignore COLUMN ...]

FOLDER must not exist; it gets `landing`, `home` and `expected-<load>.csv`.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from time import monotonic

from .compare import differences, read_table, report
from .oracle import METRICS, expected_metric_values
from .pipeline import MODELS_RAW, SEEDS, Pipeline
from .world import build_world
from .worlds import WORLDS


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m oracle")
    parser.add_argument("world", choices=WORLDS)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--oracle-only", action="store_true", help="do not run the program")
    parser.add_argument("--examples", type=int, default=8, help="rows shown per difference")
    parser.add_argument("--ignore", nargs="*", default=[], help="columns to leave out")
    given = parser.parse_args()
    given.folder.mkdir(parents=True)
    spec = WORLDS[given.world]
    world, pipeline = build_world(spec), Pipeline(given.folder.resolve(), spec.settings)
    for load, as_of in ((1, spec.first_as_of), (2, spec.second_as_of)):
        world.write(pipeline.landing, load, MODELS_RAW)
        since = monotonic()
        expected = expected_metric_values(pipeline.landing, SEEDS, MODELS_RAW, spec.settings, as_of)
        expected.to_csv(given.folder / f"expected-{load}.csv", index=False)
        say(f"load {load}: {len(expected)} rows expected, {monotonic() - since:.1f} s")
        if given.oracle_only:
            continue
        for command in ("load", "build"):
            since = monotonic()
            pipeline.run(command, as_of)
            say(f"load {load}: evenkeel {command}, {monotonic() - since:.1f} s")
        table = read_table(pipeline.database, metrics=METRICS)
        found = differences(expected, table, given.ignore)
        say(f"load {load}: {report(found, given.examples)}")


if __name__ == "__main__":
    main()
