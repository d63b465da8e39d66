"""Clips through an engine: several sessions side by side, what is done kept, a clip that fails left out."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from loadtests.clips import Clip
from loadtests.extraction.cache import Cache
from loadtests.extraction.engine import Engine, Extracted, Session
from loadtests.extraction.errors import ClipRefused


@dataclass
class Extraction:
    """By clip name: what was extracted, and why the rest was not. `identity`: what made it (see Session)."""

    identity: dict[str, Any] = field(default_factory=dict)
    extracted: dict[str, Extracted] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)


@asynccontextmanager
async def open_sessions(engine: Engine, count: int) -> AsyncIterator[list[Session]]:
    """Raises LoadtestError where the engine cannot be started."""
    async with AsyncExitStack() as stack:
        # One after the other: they take the processor from each other while they load.
        yield [await stack.enter_async_context(engine.session()) for _ in range(count)]


async def extract_all(
    sessions: list[Session], clips: list[Clip], cache: Cache | None, seen: Callable[[Clip, ClipRefused | None], None]
) -> Extraction:
    """Every clip, by whichever session is free. `seen` is called after each, with its refusal if it was refused.

    Without a `cache` every clip is extracted anew and none is kept. Raises LoadtestError where the engine keeps
    failing; what was extracted until then, or until this is cancelled, is in the cache.
    """
    result = Extraction(sessions[0].identity)
    waiting = iter(clips)

    async def work(session: Session) -> None:
        for clip in waiting:
            try:
                result.extracted[clip.name] = await _extract(session, clip, cache)
                seen(clip, None)
            except ClipRefused as refusal:
                result.refused[clip.name] = str(refusal)
                seen(clip, refusal)

    workers = [asyncio.create_task(work(session)) for session in sessions]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return result


async def _extract(session: Session, clip: Clip, cache: Cache | None) -> Extracted:
    if cache is None:
        return await session.extract(clip.path)
    try:
        key = cache.key(clip.path, session.identity)
    except OSError as error:
        raise ClipRefused("not_a_video", f"{clip.path} cannot be read ({error.strerror}).") from error
    if (known := cache.find(key)) is not None:
        return known
    extracted = await session.extract(clip.path)
    cache.keep(key, extracted)
    return extracted
