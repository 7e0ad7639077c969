"""Everything that one simulated world consists of."""

from collections import defaultdict
from dataclasses import dataclass, field

from numpy.random import Generator

from evenkeel.simulate.business.customers import Customers
from evenkeel.simulate.organisation import Organisation
from evenkeel.simulate.people.staff import Staff
from evenkeel.simulate.sizes import Size
from evenkeel.simulate.surveys.fieldwork import Fatigue
from evenkeel.simulate.tools.arrays import Pending, Rows
from evenkeel.simulate.tools.files import Landing
from evenkeel.simulate.tools.streams import stream
from evenkeel.simulate.tools.tally import Tally
from evenkeel.simulate.tools.timeline import Month, Timeline


@dataclass(frozen=True)
class World:
    """The parts that act on each other, and what is on its way from one month to a later one."""

    size: Size
    seed: int
    timeline: Timeline
    organisation: Organisation
    staff: Staff
    customers: Customers
    landing: Landing
    tally: Tally
    returning: Pending = field(default_factory=lambda: Pending("start"))
    invitations: Pending = field(default_factory=lambda: Pending("sent"))
    responses: Pending = field(default_factory=lambda: Pending("submitted"))
    complaint_events: Pending = field(default_factory=lambda: Pending("occurred"))
    last_complaints: list[Rows] = field(default_factory=list)
    """The last complaint of each team and cause so far, in one part at most."""
    inspections: Pending = field(default_factory=lambda: Pending("inspected"))
    purchases: Pending = field(default_factory=lambda: Pending("on"))
    sent: list[Rows] = field(default_factory=list)
    """Customer and moment of the invitations that were sent in the month."""
    invited: Fatigue = field(default_factory=Fatigue.none)
    all_invited: Fatigue = field(default_factory=Fatigue.none)
    """Who was asked of late: after a contact, as its survey knows; in any survey."""
    actions: dict[str, list[Rows]] = field(default_factory=lambda: defaultdict(list))
    """Corrective actions by what gave rise to them."""
    ledger: dict[str, list[Rows]] = field(default_factory=lambda: defaultdict(list))
    """What is kept, by entity, to be written at the end in one file."""
    trainings: Pending = field(default_factory=lambda: Pending("day"))
    career_events: Pending = field(default_factory=lambda: Pending("day"))
    recognitions: Pending = field(default_factory=lambda: Pending("day"))
    voices: Pending = field(default_factory=lambda: Pending("day"))

    def stream(self, purpose: str, month: Month) -> Generator:
        """Return the generator of a purpose in a month."""
        return stream(self.seed, purpose, month.number)

    def before(self, month: Month) -> int:
        """Return the end of what is known in a month's files."""
        return min(month.end, self.timeline.horizon)

    def closes_half(self, month: Month) -> bool:
        """Whether the files of a half year are written after a month."""
        return month.first.month % 6 == 0 or month == self.timeline.months[-1]

    def is_year_over(self, month: Month) -> bool:
        """Whether a month is the last of its year or of all: small files hold a year."""
        return month.first.month == 12 or month == self.timeline.months[-1]
