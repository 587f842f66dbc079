"""The letters that ship with Postern, one folder a letter, one folder a language below it."""
