"""A whole conversation, played through real sockets, and the board of what each party received."""
