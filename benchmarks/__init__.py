"""Measures side by side: see `benchmarks/run`."""
