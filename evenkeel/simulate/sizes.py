"""How large a simulated organisation is, and what is planted in it."""

from dataclasses import dataclass, replace

from evenkeel.errors import UsageError


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
    bridge_month: int
    """In which both versions of the survey after a contact are sent; the second from then on."""
    responsible_month: int
    """From which on whoever receives a complaint answers for it."""
    shifts: tuple[Shift, ...]
    is_parquet: bool = False
    """Whether every file is Parquet by default: as text they would be too many bytes."""
    drifts: tuple[float, ...] = ()
    """What 24 months add to the satisfaction of single teams: the busiest where no shift comes
    first, so that it shows."""

    def scaled(self, volume: float, heads: float, shifts: tuple[Shift, ...]) -> "Size":
        """Return the same size with other contacts and heads, and other shifts planted."""
        return replace(
            self,
            contacts_per_month=round(self.contacts_per_month * volume),
            heads_per_team=max(4, round(self.heads_per_team * heads)),
            shifts=shifts,
        )

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
        bridge_month=4,
        responsible_month=2,
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
        invited_share=0.36,
        relationship_sample=5_200,
        third_party_sample=800,
        vendor_sites=(4, 11),
        moved=Move(team=18, site=6, month=14),
        opened=(59, 9),
        closed=(34, 17),
        vanished_month=10,
        bridge_month=19,
        responsible_month=12,
        shifts=(
            Shift(2, 16, -0.6, -0.5, _SYSTEM),
            Shift(0, 23, 0.5, 0.4, _SPECIALISTS),
        ),
        drifts=(0.9, -0.9, 0.8, -0.8),
    ),
}

NAMED_SIZES = ("tiny", "small", "medium", "large")
_CONTACTS = {"medium": 10_000_000, "large": 100_000_000}
FEWEST_CONTACTS, MOST_CONTACTS = 20_000, 200_000_000
_PARQUET_FROM = 1_000_000


def size_of(name: str) -> Size:
    """Return a size by its name, or by how many contacts it has in 24 months.

    Raises
    ------
    UsageError
        If it is neither.
    """
    if name in SIZES:
        return SIZES[name]
    contacts = _CONTACTS.get(name) or _number(name)
    if contacts is None:
        raise UsageError(
            f"Size {name!r} is unknown: choose {', '.join(NAMED_SIZES)} or a number of contacts "
            f"from {FEWEST_CONTACTS:,} to {MOST_CONTACTS:,}."
        )
    return _grown(name, contacts)


def _number(name: str) -> int | None:
    digits = name.replace("_", "").replace(",", "")
    number = int(digits) if digits.isdecimal() and len(digits) < 12 else 0
    return number if FEWEST_CONTACTS <= number <= MOST_CONTACTS else None


def _grown(name: str, contacts: int) -> Size:
    """Return the organisation of the demo, grown or shrunk: more teams, and larger ones."""
    small = SIZES["small"]
    factor = contacts / (small.contacts_per_month * small.months)
    sites = max(4, round(small.sites * factor**0.45))
    regions = max(2, min(sites // 4, round(small.regions * factor**0.3)))
    teams = sites * small.kinds
    heads = max(8, round(small.heads_per_team * (factor * small.teams / teams) ** 0.5))
    return replace(
        small,
        name=name,
        regions=regions,
        sites=sites,
        contacts_per_month=contacts // small.months,
        customers=round(small.customers * factor),
        heads_per_team=heads,
        relationship_sample=round(small.relationship_sample * min(factor, 20.0) ** 0.7),
        third_party_sample=round(small.third_party_sample * min(factor, 20.0) ** 0.5),
        vendor_sites=(sites // 3, sites - 1),
        moved=Move(team=3 * small.kinds + 3, site=sites // 2, month=small.moved.month),
        opened=(teams - 1, small.opened[1]),
        closed=(teams // 2 + 4, small.closed[1]),
        shifts=(replace(small.shifts[0], region=regions - 1), small.shifts[1]),
        is_parquet=contacts >= _PARQUET_FROM,
    )
