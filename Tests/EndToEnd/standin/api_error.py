"""How CodeArtifact's API says no."""

from __future__ import annotations

from .http import Response


class ApiError(Exception):
    """An error of the API, with its status and name."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status, self.name, self.message = status, name, message

    def response(self) -> Response:
        response = Response.json(self.status, {"message": self.message})
        response.headers["x-amzn-ErrorType"] = self.name
        if self.status == 429:
            response.headers["Retry-After"] = "1"
        return response


def invalid(message: str) -> ApiError:
    return ApiError(400, "ValidationException", message)


def denied(arn: str, action: str, resource: str) -> ApiError:
    return ApiError(
        403,
        "AccessDeniedException",
        f"User: {arn} is not authorized to perform: {action} on resource: {resource} "
        f"because no identity-based policy allows the {action} action",
    )
