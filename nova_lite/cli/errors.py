"""What went wrong, in one line that says what to do.  The only place that reads libraries' exceptions."""


class CommandError(Exception):
    """An error whose text is for the user; the command ends with exit code 1."""


_NO_CLOUD = ("Say which cloud with --os-cloud NAME (an entry of clouds.yaml in ., ~/.config/openstack or "
             "/etc/openstack), or load an openrc file first: source openrc")


def explain(exc: Exception) -> str | None:
    """The line for ``exc``; None for one that is not of the cloud's making (a bug: let it show)."""
    import openstack.exceptions as sdk
    import requests.exceptions
    from keystoneauth1 import exceptions as auth

    if isinstance(exc, CommandError):
        return str(exc)
    if isinstance(exc, auth.MissingRequiredOptions):
        return f"No cloud to talk to, or not enough to sign in: {_first_line(exc)}. {_NO_CLOUD}"
    if isinstance(exc, sdk.ConfigException) and "microversion" in str(exc):
        return f"{_first_line(exc)} Choose one that the cloud has with --os-compute-api-version"
    if isinstance(exc, sdk.ConfigException):
        return f"{_first_line(exc)} {_NO_CLOUD}"
    if isinstance(exc, sdk.HttpException):
        return _http(exc.status_code, exc.details or exc.message, exc.request_id, exc.url)
    if isinstance(exc, auth.SSLError | requests.exceptions.SSLError):
        return f"{_first_line(exc)}. Name the authority's file with --os-cacert, or trust anything with --insecure"
    unreachable = isinstance(exc, auth.DiscoveryFailure) and "Unable to establish connection" in str(exc)
    if unreachable or isinstance(exc, auth.ConnectionError | requests.exceptions.ConnectionError):
        return f"Nothing answers: {_address(exc)}. Is the service running, and is the URL of this cloud right?"
    if isinstance(exc, auth.HttpError):
        return _http(exc.http_status, exc.details or exc.message, exc.request_id, exc.url)
    if isinstance(exc, auth.DiscoveryFailure):
        return f"{_first_line(exc)} Is the service running, and is the URL of this cloud right?"
    if isinstance(exc, auth.EndpointNotFound | sdk.EndpointNotFound):
        return f"The cloud's catalog has no such service in this region or interface: {_first_line(exc)}"
    if isinstance(exc, sdk.DuplicateResource):
        return f"{_first_line(exc)} Use the id."
    if isinstance(exc, sdk.SDKException | auth.ClientException):
        return _first_line(exc)
    return None


def _first_line(exc: Exception) -> str:
    text = str(exc).strip() or type(exc).__name__
    return text.splitlines()[0]


def _address(exc: Exception) -> str:
    """The URL of a failed connection; libraries put it at the front of a long text."""
    text = _first_line(exc)
    for word in text.split():
        if word.startswith(("http://", "https://")):
            reasons = (known for known in ("refused", "timed out") if known in text.lower())
            return f"{word.rstrip(':,')} ({next(reasons, 'no answer')})"
    return text


def _http(status: int | None, text: str, request_id: str | None, url: str | None) -> str:
    # keystoneauth puts the status and the request's id behind the text; they are shown once.
    text = " ".join(str(text or "").partition(" (HTTP ")[0].split()) or "no reason given"
    source = f"HTTP {status}" + (f", request {request_id}" if request_id else "")
    if status == 401:
        return (f"Not signed in ({source}): {text} Check the user, password and project of this cloud: "
                "--os-cloud, clouds.yaml or the OS_* variables of the openrc")
    if status == 403 and "quota" in text.lower():
        return (f"{text} ({source}). See what is used with: nova-lite limits show; "
                "an admin can raise it with: nova-lite quota set")
    if status == 403:
        return f"{text} ({source}). This needs another role; are you the right user in the right project?"
    if status == 406:
        return f"{text} ({source}). Choose a version the cloud has with --os-compute-api-version"
    if status is not None and status >= 500:
        return f"The service failed: {text} ({source}{', ' + url if url else ''}). Its log has more, by the request id"
    return f"{text} ({source})"
