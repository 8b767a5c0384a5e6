"""The root of the error tree."""


class NovaLiteError(Exception):
    """Base.  ``code`` is the HTTP status; ``safe`` says whether the text may go into a server's fault."""

    code = 500
    message = "An unknown exception occurred."
    safe = True

    def __init__(self, message: str | None = None, **fields):
        self.fields = fields
        super().__init__(message if message is not None else self.message % fields)

    def __str__(self) -> str:
        return self.args[0]
