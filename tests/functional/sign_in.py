"""Tokens of whoever a test wants to be, as the embedded identity service signs them."""
import dataclasses

from nova_lite.embedded.identity import tokens


def token(user: str, project: str, *roles: str, **changes) -> str:
    """The user ``admin`` has the role admin, others are members, unless ``roles`` say otherwise.

    ``changes``: other fields of the token.
    """
    claims = tokens.Token(user_id=user, user_name=user, methods=("password",), project_id=project,
                          project_name=f"name of {project}",
                          roles=roles or (("admin",) if user == "admin" else ("member",)))
    return tokens.issue(dataclasses.replace(claims, **changes))[0]
