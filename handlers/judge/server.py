"""`POST /judge` and `GET /readyz`."""

import asyncio
import json
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse

from bot.adapters.evidence.files import LIMIT
from bot.adapters.evidence.keys import RingSeal
from bot.domain.verdict import Verdict
from bot.evidence.envelope import write_envelope
from bot.evidence.question import Question
from bot.evidence.vote import sign_vote
from handlers.api.body_limit import BodyLimit
from handlers.api.errors import speak_one_language
from handlers.api.fence import Fence
from handlers.judge.bench import Bench
from handlers.judge.readiness import readiness
from handlers.judge.reading import read_question

_UNCACHED = {"Cache-Control": "no-store"}


def make_judge(bench: Bench) -> FastAPI:
    """The application of one judge."""
    app = FastAPI(title="Interlock judge", docs_url=None, redoc_url=None, openapi_url=None)

    @app.post("/judge")
    async def post_question(request: Request) -> JSONResponse:
        now = bench.clock.now()
        question, nonce = await read_question(request, bench, now)
        return JSONResponse(await asyncio.to_thread(_answer, bench, question, nonce), headers=_UNCACHED)

    @app.get("/readyz")
    async def get_readiness() -> JSONResponse:
        status, body = await readiness(bench)
        return JSONResponse(body, status_code=status, headers=_UNCACHED)

    speak_one_language(app)
    app.add_middleware(BodyLimit, largest=LIMIT)
    app.add_middleware(Fence)
    return app


def _answer(bench: Bench, question: Question, nonce: str) -> dict[str, Any]:
    """The decision as the source system words it (contracts 1.14), and the vote that proves it."""
    now = bench.clock.now()
    vote = bench.judging.vote(bench.judge_id, question, nonce)
    envelope = sign_vote(vote, RingSeal(bench.ring))
    return {
        "decision": "pass" if vote.verdict is Verdict.PASS else "fail",
        "verdict": vote.verdict.value,
        "reasons": [one.model_dump(mode="json", exclude_none=True) for one in vote.reasons],
        "ts": int(now.timestamp()),
        "judge": vote.judge_id,
        "version": vote.version,
        "vote": json.loads(write_envelope(envelope)),
    }
