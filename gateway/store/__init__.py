"""The database: inbox, tickets, outbox and directory, on SQLite or PostgreSQL behind one code."""
