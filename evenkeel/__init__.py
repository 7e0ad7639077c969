"""evenkeel: customer satisfaction and employee engagement, measured together and reported."""

__version__ = "0.1.0"
