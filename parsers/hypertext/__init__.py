"""HTML: as the text that a person would have typed, and as HTML that is safe to show."""
