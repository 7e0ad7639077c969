"""Shares the tests out to the processors: a file's tests stay together, the longest go first."""

from __future__ import annotations

import pytest

# Each of these builds whole warehouses, for a minute or more.
LONGEST = (
    "test_metric_values",
    "test_crashes",
    "test_incremental",
    "test_size",
    "test_whole_run",
    "test_models",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        name = item.path.stem
        # Its worlds share nothing; the tests of other files share what they set up.
        group = item.nodeid if name == "test_metric_values" else str(item.path)
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: item.path.stem not in LONGEST)
