"""How large a simulated organisation is, and what is planted in it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Shift:
    """A lasting step in one region, from the first day of a month (counted from 0) on.

    ``satisfaction`` is added to what customers feel, ``solving`` to the log odds that a contact
    solves the matter. ``description`` is what the organisation itself notes about it.
    """

    region: int
    month: int
    satisfaction: float
    solving: float
    description: str


@dataclass(frozen=True)
class Move:
    """A team that belongs to another site from the first day of a month on."""

    team: int
    site: int
    month: int


@dataclass(frozen=True)
class Size:
    """Numbers of a world; months count from 0, teams are numbered site by site."""

    name: str
    regions: int
    sites: int
    kinds: int
    """Teams per site: the first so many kinds of work."""
    months: int
    contacts_per_month: int
    customers: int
    heads_per_team: int
    invited_share: float
    """Share of the answered contacts that the survey tool picks."""
    relationship_sample: int
    third_party_sample: int
    vendor_sites: tuple[int, ...]
    moved: Move
    opened: tuple[int, int]
    """Team and month."""
    closed: tuple[int, int]
    """Team and month."""
    vanished_month: int
    """Before this month's extract one employee vanishes without a leaving date."""
    shifts: tuple[Shift, ...]
    drifts: tuple[float, ...]
    """What 24 months add to the satisfaction of single teams: the busiest where no shift comes
    first, so that it shows."""

    @property
    def teams(self) -> int:
        """How many teams there ever are."""
        return self.sites * self.kinds


_SYSTEM = "New billing system introduced"
_SPECIALISTS = "Second-line specialists available in the evening"

SIZES = {
    "tiny": Size(
        name="tiny",
        regions=2,
        sites=4,
        kinds=2,
        months=6,
        contacts_per_month=1_000,
        customers=1_500,
        heads_per_team=8,
        invited_share=0.75,
        relationship_sample=600,
        third_party_sample=240,
        vendor_sites=(3,),
        moved=Move(team=3, site=2, month=2),
        opened=(7, 1),
        closed=(5, 4),
        vanished_month=2,
        shifts=(Shift(0, 3, -0.8, -0.6, _SYSTEM),),
        drifts=(0.8,),
    ),
    "small": Size(
        name="small",
        regions=3,
        sites=12,
        kinds=5,
        months=24,
        contacts_per_month=12_000,
        customers=30_000,
        heads_per_team=15,
        invited_share=0.42,
        relationship_sample=5_200,
        third_party_sample=800,
        vendor_sites=(4, 11),
        moved=Move(team=18, site=6, month=14),
        opened=(59, 9),
        closed=(34, 17),
        vanished_month=10,
        shifts=(
            Shift(2, 16, -0.6, -0.5, _SYSTEM),
            Shift(0, 23, 0.5, 0.4, _SPECIALISTS),
        ),
        drifts=(0.9, -0.9, 0.8, -0.8),
    ),
}
