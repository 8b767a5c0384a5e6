"""The proxies of consoles: from a user's websocket to a guest's screen or serial line."""
