"""Loads what users hand over: any export in, accepted rows and an account of the rest out."""

from evenkeel.load.result import LoadResult, RefusedBatch
from evenkeel.load.run import load

__all__ = ["LoadResult", "RefusedBatch", "load"]
