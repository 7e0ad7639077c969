"""Fieldwork of the survey after a contact: who is reached, who answers, how far and how fast."""

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from evenkeel.simulate.tools.arrays import NONE, Bools, Floats, Ints, Rows, logistic, rank_within
from evenkeel.simulate.tools.timeline import DAY

CHANNELS = ("sms", "ivr", "web", "email", "app")
SMS, IVR, WEB, MAIL, IN_APP = range(5)
DISPOSITIONS = ("complete", "partial", "refused", "non_contact", "unknown")
COMPLETE, PARTIAL, REFUSED, NON_CONTACT, UNKNOWN = range(5)

BOUNCED = np.array([0.03, 0.0, 0.01, 0.06, 0.02])
"""Share of the invitations of each channel that never arrive."""
LOOKED_AT = np.array([0.35, 0.6, 0.3, 0.22, 0.4])
"""Share of those who do not answer that open the invitation all the same, by channel."""

BASE_ODDS = -1.95
FEELING_ODDS, SQUARE_ODDS = -0.02, 0.02
"""Log odds of an answer per step of feeling above the usual and per its square: it is little, as
no weighting by what is known of customers repairs it."""
USUAL = 0.9
TIER_ODDS = np.array([0.0, 0.4, 1.1])
CHANNEL_ODDS = np.array([0.0, 0.35, 0.1, -0.35, 0.4])
SITE_ODDS = -1.5
"""Log odds of an answer per step of a site's satisfaction: where it is low, people have more to say."""
RECENT_ODDS = -0.35
"""Log odds of an answer per invitation (two at most) that came in the 30 days before."""

OPTS_OUT, OPTS_OUT_PER_RECENT = 0.006, 0.6
"""Share of those reached who do not answer that want no more invitations; what each invitation of
the 30 days before adds to its logarithm."""
STARTS_ONLY = 0.02
"""Share of those reached who do not answer that begin and leave at the first question."""
DROP_OFF = (0.0, 0.01, 0.03, 0.01, 0.01, 0.005, 0.02)
"""Share of those who answered all before a question that leave at it."""
SECONDS, LOG_SECONDS_SPREAD = 90.0, 0.35
"""Median of the seconds that all questions take, and standard deviation of their logarithm."""
STRAIGHT_SHARE = 0.05
"""Share of the respondents who give all things asked about the code of the first."""
STRAIGHT_SECONDS, STRAIGHT_LOG_SPREAD = 26.0, 0.25

WINDOW_DAYS, CAP = 30, 2
"""More invitations than this in so many days are too many for one customer."""


def response_probability(rows: Rows) -> Floats:
    """Return how likely each invited customer answers.

    Rows hold feeling, tier, channel, site_satisfaction and recent (invitations just before).
    """
    above = rows["feeling"] - USUAL
    odds = BASE_ODDS + FEELING_ODDS * above + SQUARE_ODDS * above**2
    odds = odds + TIER_ODDS[rows["tier"]] + CHANNEL_ODDS[rows["channel"]]
    odds = odds + SITE_ODDS * rows["site_satisfaction"] + RECENT_ODDS * rows["recent"]
    return logistic(odds)


def opt_out_probability(rows: Rows) -> Floats:
    """Return how likely each customer who is reached and does not answer opts out."""
    return np.asarray(OPTS_OUT * np.exp(OPTS_OUT_PER_RECENT * rows["recent"]))


def stops(rng: Generator, n: int) -> Ints:
    """Draw how many questions each respondent answers before leaving."""
    left_by = 1 - np.cumprod(1 - np.array(DROP_OFF))
    return np.asarray(np.searchsorted(left_by, rng.random(n), side="right"))


def seconds(rng: Generator, straight: Bools, answered: Ints) -> Ints:
    """Draw how long each respondent takes for the questions that are answered."""
    z = rng.normal(size=len(answered))
    whole = np.where(
        straight,
        STRAIGHT_SECONDS * np.exp(STRAIGHT_LOG_SPREAD * z),
        SECONDS * np.exp(LOG_SECONDS_SPREAD * z),
    )
    return np.maximum(np.rint(whole * answered / len(DROP_OFF)), 3).astype(np.int64)


@dataclass
class Fatigue:
    """Who was invited of late: customer and moment of the invitations of the last 30 days."""

    customer: Ints
    sent: Ints

    @classmethod
    def none(cls) -> "Fatigue":
        """Return that nobody was invited yet."""
        return cls(np.zeros(0, np.int64), np.zeros(0, np.int64))

    def add(self, customer: Ints, sent: Ints) -> Ints:
        """Add invitations; return for each how many came in the 30 days before it, two at most.

        All later invitations must be sent after the first of these: what is older than 30 days
        before it is forgotten.
        """
        if not len(customer):
            return np.zeros(0, np.int64)
        kept = self.sent > sent.min() - WINDOW_DAYS * DAY
        who = np.r_[self.customer[kept], customer]
        when = np.r_[self.sent[kept], sent]
        order = np.lexsort((when, who))
        place, moments = rank_within(who[order]), when[order]
        recent = np.zeros(len(who), np.int64)
        for back in range(1, CAP + 1):
            before = np.r_[np.full(back, NONE), moments[:-back]]
            is_near = (place >= back) & (moments - before < WINDOW_DAYS * DAY)
            recent[order] += is_near
        self.customer, self.sent = who, when
        return recent[len(who) - len(customer) :]
