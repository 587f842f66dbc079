"""The SMTP and LMTP doors: aiosmtpd behind a session of our own, on one event loop, the only asyncio of the daemon."""
