"""What a mail says: bytes in, frozen values out. Nothing here waits, writes or knows the time."""
