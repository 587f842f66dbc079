"""The IMAP door: one thread a mailbox, which goes by UID and tells the server nothing before our commit."""
