"""How counts rise with what causes them, without any help of the package."""

import math


def log_slope(cells: list[tuple[float, float, float]]) -> tuple[float, float]:
    """Return the slope of log(observed / expected) on a cause, by Poisson, and its robust error.

    Cells are the cause, what was observed, and what would be expected if the cause did nothing.
    """
    slope = 0.0
    for _ in range(30):
        weights = [expected * math.exp(slope * cause) for cause, _, expected in cells]
        ratio = sum(observed for _, observed, _ in cells) / sum(weights)
        mean = sum(w * s for w, (s, _, _) in zip(weights, cells, strict=True)) / sum(weights)
        gradient = sum(
            (observed - ratio * w) * (cause - mean)
            for w, (cause, observed, _) in zip(weights, cells, strict=True)
        )
        information = ratio * sum(
            w * (s - mean) ** 2 for w, (s, _, _) in zip(weights, cells, strict=True)
        )
        slope += gradient / information
    residual = sum(
        ((observed - ratio * w) * (cause - mean)) ** 2
        for w, (cause, observed, _) in zip(weights, cells, strict=True)
    )
    return slope, math.sqrt(residual) / information
