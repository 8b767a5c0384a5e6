"""Which keys a schema knows, and what changes of them from one microversion to the next."""


def of(schema: dict, above: str = "") -> set[str]:
    """Paths of all keys: ``server.name``; ``[]`` is an item of a list, ``*`` any key."""
    found: set[str] = set()
    for name, below in schema.get("properties", {}).items():
        path = f"{above}.{name}" if above else name
        found |= {path} | of(below, path)
    for choice in (*schema.get("oneOf", ()), *schema.get("anyOf", ())):
        found |= of(choice, above)
    if isinstance(items := schema.get("items"), dict):
        found |= of(items, f"{above}[]")
    if isinstance(more := schema.get("additionalProperties"), dict):
        found |= {f"{above}.*" if above else "*"} | of(more, f"{above}.*" if above else "*")
    return found


def changes(steps) -> list[tuple[str, list[str], list[str]]]:
    """(microversion, keys that come, keys that go) of ``((since, schema), …)``.

    The first step tells every key, later ones what comes and goes, as a whole; those that change none are left out.
    """
    found, before = [], set()
    for since, schema in steps:
        after = of(schema)
        come, go = _highest(after - before) if found else _lowest(after), _highest(before - after)
        if come or go or not found:
            found.append((since, come, go))
        before = after
    return found


def _lowest(paths: set[str]) -> list[str]:
    """Sorted, without what only holds others."""
    return sorted(path for path in paths if not any(
        other.startswith((f"{path}.", f"{path}[")) for other in paths))


def _highest(paths: set[str]) -> list[str]:
    """Sorted, without what is below another that comes or goes as a whole."""
    return sorted(path for path in paths if not any(
        path.startswith((f"{other}.", f"{other}[")) for other in paths))
