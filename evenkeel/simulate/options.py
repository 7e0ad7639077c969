"""What a simulation is asked for, written down once for the command line, the steps and the run."""

from dataclasses import dataclass
from datetime import date

from evenkeel.errors import UsageError
from evenkeel.simulate.dirt import MOST_DIRT
from evenkeel.simulate.scenario import DEFAULT
from evenkeel.simulate.tools.files import FILE_TYPES

MOST_MONTHS = 240
EARLIEST, LATEST = date(2010, 1, 1), date(2100, 12, 31)


@dataclass(frozen=True)
class Options:
    """What is asked for. The same options give the same bytes.

    Attributes
    ----------
    size
        ``tiny``, ``small``, ``medium`` or ``large``, or a number of contacts in 24 months.
    seed
        Any whole number from 0 on.
    months
        How many calendar months, the last being that of ``until``; None: as many as the size has.
    until
        The last simulated day. Nothing that would happen after it is in any file.
    file_type
        ``csv`` or ``parquet``; None: CSV, but for contacts, and Parquet from a million on.
    dirt
        What share of the rows of each file goes wrong on its way, from 0 to 0.08.
    scenario
        A shipped scenario or a YAML file: what the organisation is, and what goes wrong when.
    language
        ``en`` or ``zh-Hans``: of the names and words in the files.
    """

    size: str = "small"
    seed: int = 1
    months: int | None = None
    until: date = date(2026, 10, 31)
    file_type: str | None = None
    dirt: float = 0.0
    scenario: str = DEFAULT
    language: str = "en"

    def check(self) -> None:
        """Refuse what is out of range; size, scenario and language are judged where they are read.

        Raises
        ------
        UsageError
            If an option is out of range.
        """
        if self.file_type not in (None, *FILE_TYPES):
            raise UsageError(
                f"Files of type {self.file_type!r} are not written: choose {FILE_TYPES}."
            )
        if self.months is not None and not 1 <= self.months <= MOST_MONTHS:
            raise UsageError(f"Months is {self.months}: choose 1 to {MOST_MONTHS}.")
        if self.seed < 0:
            raise UsageError(f"Seed is {self.seed}: choose a whole number from 0 on.")
        if not EARLIEST <= self.until <= LATEST:
            raise UsageError(
                f"The last day is {self.until}: choose one from {EARLIEST} to {LATEST}."
            )
        if not 0 <= self.dirt <= MOST_DIRT:
            raise UsageError(f"Dirt is {self.dirt}: choose a share from 0 to {MOST_DIRT}.")
