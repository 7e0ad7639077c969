"""Random numbers: one independent generator per purpose and month."""

from hashlib import sha256

from numpy.random import PCG64, Generator


def stream(seed: int, purpose: str, *parts: int) -> Generator:
    """Return the generator of one purpose.

    Parameters
    ----------
    seed
        The seed of the whole world.
    purpose
        What the numbers are for, such as ``contacts.arrivals``.
    parts
        What they are for in particular, such as the month as 202610.

    Notes
    -----
    The state follows from the arguments only. A new purpose, a new entity or one month more
    therefore leaves every other number as it was.
    """
    name = "/".join([str(seed), purpose, *map(str, parts)])
    return Generator(PCG64(int.from_bytes(sha256(name.encode()).digest()[:16], "big")))
