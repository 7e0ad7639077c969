"""Tests of the simulated organisation."""
