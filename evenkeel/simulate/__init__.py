"""A simulated organisation whose truth is known.

One causal world, month by month: customers get in touch, queue for the agents who are on duty,
have their matter solved or not, come back, answer surveys or not, and complain. `simulate` writes
what the organisation's systems would export, and `truth.json` with what was planted.
"""

from evenkeel.simulate.options import Options
from evenkeel.simulate.run import simulate

__all__ = ["Options", "simulate"]
