"""An error that a handler of the embedded services answers with; each service gives it its own shape."""


class ApiError(Exception):
    """``code``: HTTP status.  ``type``: the error's name where the service has one (Neutron)."""

    def __init__(self, code: int, message: str, type: str | None = None, headers: dict | None = None):
        super().__init__(message)
        self.code = code
        self.message = message
        self.type = type
        self.headers = headers or {}


def bad_request(message: str, type: str = "BadRequest") -> ApiError:
    return ApiError(400, message, type)


def forbidden(message: str = "You are not authorized to perform the requested action.") -> ApiError:
    return ApiError(403, message, "PolicyNotAuthorized")


def not_found(message: str, type: str = "HTTPNotFound") -> ApiError:
    return ApiError(404, message, type)


def conflict(message: str, type: str = "Conflict") -> ApiError:
    return ApiError(409, message, type)
