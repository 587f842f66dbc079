"""The letters that ship with Postern, one folder a letter, one a language below it; and the pages of a report."""
