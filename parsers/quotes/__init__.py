"""A text cut into fresh words, quotes and signature, in whatever client and language it was written."""
