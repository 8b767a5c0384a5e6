"""Versions: for everybody."""
from nova_lite.api.policies import ANY, documented

rules = [documented("nova_lite_api:versions", ANY, "Show the document of a version.", ("GET", "/versions/{version}"))]
