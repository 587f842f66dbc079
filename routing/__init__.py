"""What a mail does: a situation and an intent in, a decision out. Nothing here waits, writes or knows the time."""
