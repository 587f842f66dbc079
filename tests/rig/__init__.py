"""Tools that tests share: peers that do what they are told, and the real daemon as a process."""
