"""Simulated organisations, made once."""

from collections.abc import Iterator

import pytest

from evenkeel.simulate import Options, simulate
from simulate.landed import Landed


@pytest.fixture(scope="session")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Landed]:
    """Return the files of the tiny organisation."""
    out = tmp_path_factory.mktemp("tiny") / "landing"
    simulate(out, Options("tiny"))
    files = Landed(out)
    yield files
    files.connection.close()


@pytest.fixture(scope="session")
def worlds(tmp_path_factory: pytest.TempPathFactory, landed: Landed) -> Iterator[list[Landed]]:
    """Return four tiny organisations that differ by chance only."""
    files = [landed]
    for seed in (2, 3, 4):
        out = tmp_path_factory.mktemp("tiny") / "landing"
        simulate(out, Options("tiny", seed))
        files.append(Landed(out))
    yield files
    for other in files[1:]:
        other.connection.close()


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Landed]:
    """Return the files of the organisation of the demo."""
    out = tmp_path_factory.mktemp("small") / "landing"
    simulate(out, Options("small"))
    files = Landed(out)
    yield files
    files.connection.close()
