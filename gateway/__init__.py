"""All that waits, writes and knows the time: doors, queues, store, loops and the command line."""
