"""What every part of the simulation works with: arrays, random numbers, time, files."""
