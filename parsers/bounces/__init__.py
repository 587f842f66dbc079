"""Delivery reports and notices: which recipients, what became of them, and of which message."""

from parsers.bounces.read import parse

__all__ = ["parse"]
