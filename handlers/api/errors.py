"""The one shape of every answer that says no: `{"error": {"code", "message", "hint"}}`."""

from collections.abc import Mapping

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match

from bot.domain.refusal import Code, Refusal
from bot.views.api_errors import Mistake, mistaken, refused, trouble
from handlers.api.status_codes import STATUS


class ErrorBody(BaseModel):
    """Why not, for a program (`code`, stable) and for whoever reads its log."""

    code: str
    message: str
    hint: str


class ErrorAnswer(BaseModel):
    """The body of every answer with a status of 400 and above."""

    error: ErrorBody


class ApiError(HTTPException):
    """A request that was not carried out."""

    def __init__(
        self, status: int, code: str, words: tuple[str, str], headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(status, detail=code, headers=dict(headers) if headers else None)
        self.body = ErrorAnswer(error=ErrorBody(code=code, message=words[0], hint=words[1]))


def error(status: int, code: str, reason: str = "", headers: Mapping[str, str] | None = None) -> ApiError:
    """An error that no rule of releases gave."""
    return ApiError(status, code, trouble(code, reason), headers)


def refusal_error(refusal: Refusal) -> ApiError:
    """A refusal as an error, with its own code."""
    return ApiError(STATUS[refusal.code], refusal.code.value, refused(refusal))


def as_response(problem: ApiError) -> Response:
    """The error as it goes out."""
    headers = {"Cache-Control": "no-store", **(problem.headers or {})}
    body = problem.body.model_dump_json()
    return Response(body, problem.status_code, headers=headers, media_type="application/json")


def speak_one_language(app: FastAPI) -> None:
    """Give the application's own errors the same shape."""

    async def on_error(request: Request, problem: Exception) -> Response:
        assert isinstance(problem, HTTPException)
        if isinstance(problem, ApiError):
            return as_response(problem)
        if problem.status_code == 405:
            return as_response(error(405, "method_not_allowed", headers={"Allow": _allowed(app.routes, request)}))
        code = "not_found" if problem.status_code == 404 else "refused"
        return as_response(error(problem.status_code, code, headers=problem.headers))

    async def on_invalid(request: Request, problem: Exception) -> Response:
        assert isinstance(problem, RequestValidationError)
        mistakes = [_mistake(found) for found in problem.errors()]
        return as_response(ApiError(422, Code.INVALID_INPUT.value, mistaken(mistakes)))

    app.add_exception_handler(HTTPException, on_error)
    app.add_exception_handler(RequestValidationError, on_invalid)


def _mistake(found: Mapping[str, object]) -> Mistake:
    """One finding of pydantic, without the value that was found."""
    loc, about = found.get("loc"), found.get("ctx")
    names = [str(part) for part in loc[1:]] if isinstance(loc, tuple) else []
    return Mistake(
        field=".".join(names),
        kind=str(found.get("type")),
        about=about if isinstance(about, Mapping) else {},
        otherwise=str(found.get("msg", "")).replace("{", "(").replace("}", ")"),
    )


def _allowed(routes: list[BaseRoute], request: Request) -> str:
    """The methods of every route at this path: Starlette names those of the first alone."""
    methods = {"GET", "POST"}
    found = {
        method
        for method in methods
        for route in routes
        if route.matches({**request.scope, "method": method})[0] is Match.FULL
    }
    return ", ".join(sorted(found))
