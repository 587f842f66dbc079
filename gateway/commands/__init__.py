"""The commands of `postern`, one module each."""
