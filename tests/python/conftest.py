"""Lets the tests that take longest go first, so that no processor waits for them at the end."""

from __future__ import annotations

import pytest

# Each of these builds whole warehouses, for a minute or more.
LONGEST = (
    "test_metric_values",
    "test_crashes",
    "test_figures_measured",
    "test_mappings_by_hand",
    "test_incremental",
    "test_demo",
    "test_whole_run",
    "test_coverage_of_intervals",
    "test_publish",
    "test_models",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))
