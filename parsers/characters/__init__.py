"""Bytes and encoded words to valid Unicode: declared, wrong, unknown and missing charsets."""
