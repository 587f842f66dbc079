"""The parts of a message: which is the body, which are attached, and what their bytes are."""
