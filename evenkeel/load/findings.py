"""What a finding about a batch says, in one sentence with what to do."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """A batch beyond a limit.

    Attributes
    ----------
    least, most
        What the files before it showed.
    detail
        The column, the code or the day that it is about.
    reasons
        The most frequent reasons for refused rows.
    """

    entity: str
    file: str
    check_name: str
    observed: float
    limit_value: float
    severity: str
    rows_landed: int
    rows_refused: int
    least: float | None = None
    most: float | None = None
    detail: str | None = None
    reasons: str | None = None

    @property
    def sentence(self) -> str:
        """Return what was found and what to do about it."""
        if self.severity == "refuse":
            return (
                f"{self.file} is refused whole as {self.entity}: {self._words}; correct it and "
                f"deliver it again, or if it is right, load it with --accept '{self.file}'."
            )
        return f"{self.file} is loaded as {self.entity}, but {self._words}; check that it is whole."

    @property
    def _words(self) -> str:
        shown, value = self._detail
        before = f"{_number(self.least)} to {_number(self.most)}"
        match self.check_name:
            case "refused_share":
                return (
                    f"{self.rows_refused:,} of its {self.rows_landed:,} rows would be refused, "
                    f"over {self.limit_value:.0%} ({self.reasons})"
                )
            case "blanked_share":
                return f"{self.observed:.0%} of its {shown} is wrong and was left empty"
            case "times_fewer_rows" | "times_more_rows":
                return f"it has {self.rows_landed:,} rows, where files like it had {before}"
            case "columns_lost":
                return f"it has nothing in {shown}, which files like it fill"
            case "filled_share_change":
                return (
                    f"{value:.0%} of its {shown} is filled, where files like it had {self._shares}"
                )
            case "code_share_change":
                return f"{value:.0%} has {shown}, where files like it had {self._shares}"
            case "times_other_mean":
                return (
                    f"the mean of its {shown} is {_number(value)}, where files like it had {before}"
                )
            case "days_behind":
                return f"it ends on {shown}, {self.observed:.0f} days before what came before it"
        return f"what came before it ended on {shown}, {self.observed:.0f} days earlier than usual"

    @property
    def _detail(self) -> tuple[str, float]:
        name, _, value = (self.detail or "").rpartition("|")
        return (name, float(value)) if name else (self.detail or "", 0.0)

    @property
    def _shares(self) -> str:
        return f"{self.least or 0:.0%} to {self.most or 0:.0%}"


def _number(value: float | None) -> str:
    if value is None:
        return "nothing"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.4g}"
