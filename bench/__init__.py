"""Benches: each prints a table. They need the extra `test`, and tell how they measure."""
