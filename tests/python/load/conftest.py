"""Places to load in, each test its own."""

from pathlib import Path

import pytest

from evenkeel.gate.expectations import Checkpoint
from load.place import ROOT, Place


@pytest.fixture
def place(gated_place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Return a place without the checkpoint of batches, which takes longer than all else."""
    monkeypatch.setattr("evenkeel.load.verdicts.run_checkpoint", lambda *_: Checkpoint())
    return gated_place


@pytest.fixture
def gated_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Return an empty landing folder and home, with the project's contract, scales and limits."""
    monkeypatch.setenv("EVENKEEL_PERSON_KEY", "a key for tests")
    return make_place(tmp_path)


def make_place(root: Path) -> Place:
    """Make the folders of a place; its mappings are its own."""
    place = Place(root)
    (place.project / "models").mkdir(parents=True)
    (place.project / "mappings").mkdir()
    place.landing.mkdir()
    (place.project / "models" / "raw").symlink_to(ROOT / "models" / "raw")
    (place.project / "seeds").symlink_to(ROOT / "seeds")
    return place
