"""Images: the protocol (client) and its implementation over Glance v2, real or embedded (glance)."""


def connect():
    """The image client of this process."""
    from nova_lite.image.glance import GlanceClient
    return GlanceClient()
