"""The SMTP and LMTP doors: sessions of our own, on one event loop, the only asyncio of the daemon."""
