"""Fits the polynomials of macros/quantiles.sql and prints their coefficients with the error reached.

The 97.5% quantile of Student's t is exp of a polynomial in 1/df. Gamma quantiles, from which
Garwood's limits follow, are the shape times the cube of a polynomial in 1/sqrt(shape), after
Wilson and Hilferty. Both are smooth on the whole of (0, 1]. The two-sided tail of the normal distribution at z
is exp(-z^2 / 2) times u times exp of a polynomial in u = 1 / (1 + 0.3 z).
"""

import numpy as np
from numpy.polynomial import Chebyshev, Polynomial
from scipy import special, stats

DEGREE = 14
NODES = np.cos(np.pi * (np.arange(6000) + 0.5) / 6000) / 2 + 0.5


def fit(values: np.ndarray) -> Polynomial:
    """Return the polynomial through values at the nodes, its coefficients rounded to 12 digits."""
    exact = Chebyshev.fit(NODES, values, DEGREE, domain=[0, 1]).convert(kind=Polynomial)
    return Polynomial([float(f"{coefficient:.12g}") for coefficient in exact.coef])


def main() -> None:
    """Print coefficients and the largest relative errors."""
    student = fit(np.log(stats.t.ppf(0.975, 1 / NODES)))
    inverse_df = np.concatenate([10 ** np.linspace(-8, 0, 20_000), np.linspace(1e-3, 1, 20_000)])
    error = np.exp(student(inverse_df)) / stats.t.ppf(0.975, 1 / inverse_df) - 1
    print("t", student.coef.tolist(), np.abs(error).max())
    shapes = np.unique(
        np.concatenate([np.arange(1, 3000), np.geomspace(3000, 1e9, 3000).astype(int)])
    )
    for name, tail in (("poisson_low", 0.025), ("poisson_high", 0.975)):
        root = fit((stats.gamma.ppf(tail, 1 / NODES**2) * NODES**2) ** (1 / 3))
        error = root(1 / np.sqrt(shapes)) ** 3 * shapes / stats.gamma.ppf(tail, shapes) - 1
        print(name, root.coef.tolist(), np.abs(error).max())
    scaled = fit(np.log(special.erfcx((1 / NODES - 1) / 0.3 / np.sqrt(2)) / NODES))
    z = np.linspace(0, 37, 40_000)
    u = 1 / (1 + 0.3 * z)
    error = u * np.exp(scaled(u) - z**2 / 2) / (2 * stats.norm.sf(z)) - 1
    print("chi_square_tail", scaled.coef.tolist(), np.abs(error).max())


if __name__ == "__main__":
    main()
