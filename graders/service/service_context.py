"""A running service: all that its routes share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from starlette.requests import ClientDisconnect, Request

from graders.service.admission import Admission
from graders.service.api_keys import ApiKeys
from graders.service.exposition import ServiceFigures
from graders.service.jobs.fine_tuning import FineTuning
from graders.service.problems import Problem
from graders.service.scoring.inline_scoring import InlineScoring, warm_up
from graders.service.scoring.known_references import KnownReferences
from graders.service.scoring.pool_call import CallTerms, PoolCall
from graders.service.scoring.pool_errors import CallEndsWorkersError, CallOverdueError, PoolClosedError
from graders.service.scoring.reward_scores import RewardRows, RewardScores
from graders.service.scoring.row_problems import ABOUT_ROWS, about_rows
from graders.service.scoring.scoring_pool import ScoringPool
from graders.service.scoring.scoring_worker import score_rows_of
from graders.service.served_rewards import ServedReward, ServedRewards
from graders.service.service_settings import ServiceSettings

T = TypeVar("T")

FEW_IN_FLIGHT = 8
"""With more requests in hand, rows go to the workers, many at a time: one process would do all the work."""


@dataclass(frozen=True, slots=True)
class Service:
    """What every dialect gets.

    Attributes:
        settings: What the service was started with.
        rewards: The rewards that it answers for.
        pool: Where they are computed.
        admission: How much is in hand.
        keys: Who is let in.
        figures: What `/metrics` says.
        inline: Where few short rows are scored.
        jobs: The fine-tuning endpoint's jobs; None where it isn't served.
    """

    settings: ServiceSettings
    rewards: ServedRewards
    pool: ScoringPool
    admission: Admission
    keys: ApiKeys
    figures: ServiceFigures
    inline: InlineScoring
    jobs: FineTuning | None = None

    @classmethod
    def of(cls, settings: ServiceSettings) -> Service:
        """A service that is not started yet: `start` it in an event loop.

        Raises:
            DefinitionError: a reward that the settings name has mistakes.
            DataError: the file of references can't be read, or another server looks after the folder of jobs.
        """
        references = KnownReferences.of_file(settings.references, settings.reward_settings.reference_column)
        rewards = ServedRewards(settings.rewards, settings.reward_settings, references)
        admission = Admission(settings.queue, settings.queue_bytes)
        pool = ScoringPool(settings.workers, settings.judge_threads)
        figures = ServiceFigures(admission, pool)
        jobs = None if settings.jobs is None else FineTuning(settings.jobs)
        return cls(settings, rewards, pool, admission, ApiKeys.of(settings), figures, InlineScoring(), jobs)

    async def score(
        self,
        reward: ServedReward | str | Mapping[str, Any],
        rows: RewardRows,
        *,
        explain: bool = False,
        seconds: float | None = None,
        request: Request | None = None,
    ) -> RewardScores:
        """Score rows as `graders.load_reward(...)` would in process, bit for bit.

        Args:
            reward: A served reward, its name, or a definition.
            rows: What is scored, at most ``settings.rows``.
            explain: Whether each reward is taken apart.
            seconds: A deadline shorter than the service's own.
            request: Who asks; where the caller goes while this waits for a worker, it is not computed.

        Raises:
            Problem: 404 or 422 for the reward, 413 or 422 for the rows, 504 past the deadline, 503 where no worker can
                be had or the judge is out of reach.
            ClientDisconnect: the caller has gone.
        """
        served = reward if isinstance(reward, ServedReward) else self.rewards.find(reward)
        if len(rows) > self.settings.rows:
            raise Problem(413, f"{len(rows):,} rows at once, and at most {self.settings.rows:,} are taken: send fewer")
        try:
            scores = self._at_once(served, rows) if not explain else None
            if scores is None:
                args = served.pickled, explain, rows.completions, rows.references, rows.prompts, rows.columns
                terms = CallTerms(self._limit(seconds), served.waits, _about_bytes(rows))
                scores = await self._called(score_rows_of, args, terms, request)
        except ABOUT_ROWS as error:
            raise about_rows(error) from error
        self.figures.scored(scores)
        return scores

    async def compute(
        self,
        function: Callable[..., T],
        *args: Any,
        seconds: float | None = None,
        waits: bool = False,
        request: Request | None = None,
        raw: Sequence[bytes] = (),
    ) -> T:
        """Call a function of a module in a worker process; arguments and result must pickle.

        Args:
            function: The function.
            args: Its arguments.
            seconds: A deadline shorter than the service's own.
            waits: Whether it waits for a judge more than it computes: then it runs in a thread beside others.
            request: As in `score`.
            raw: Pieces of a text of bytes, which it takes as one before its arguments, as a memoryview that is its own
                for the time of the call, or as bytes.

        Raises:
            Problem: 504 past the deadline, 503 where no worker can be had or two ended on it.
            Exception: what the function raises.
        """
        result: T = await self._called(function, args, CallTerms(self._limit(seconds), waits, raw=raw), request)
        return result

    def _at_once(self, served: ServedReward, rows: RewardRows) -> RewardScores | None:
        """Few short rows scored here, while little is in hand; None where they aren't."""
        if served.quick is None or self.admission.in_flight > FEW_IN_FLIGHT:
            return None
        return self.inline.scores(served.quick, rows)

    def _limit(self, seconds: float | None) -> float:
        return min(seconds or self.settings.deadline, self.settings.deadline)

    async def _called(
        self, function: Callable[..., Any], args: tuple[Any, ...], terms: CallTerms, request: Request | None
    ) -> Any:
        call = None
        try:
            call = await self.pool.call(function, args, terms)
            if request is not None and not call.is_sent:
                await _while_connected(call, request)
            return await call.future
        except CallOverdueError as error:
            raise Problem(504, f"no answer within {terms.seconds:g} s: {error}") from None
        except CallEndsWorkersError as error:
            raise Problem(422, f"these rows can't be scored: {error}", code="ends_workers") from None
        except PoolClosedError as error:
            raise Problem(503, str(error)) from None
        finally:
            del call  # an error would hold it, and it the error: the body with them, until the collector comes

    async def start(self) -> None:
        """Start the workers; returns when they are ready.

        Raises:
            PoolClosedError: they end before they are.
        """
        warm_up()
        named = self.rewards.named.values()
        pickled = [served.pickled for served in named]
        await self.pool.start(pickled, judging=any(served.waits for served in named))
        if self.jobs is not None:
            self.jobs.start()

    async def stop(self) -> None:
        """End the workers, and leave the jobs to themselves."""
        await self.pool.stop()
        if self.jobs is not None:
            await asyncio.to_thread(self.jobs.stop)


def _about_bytes(rows: RewardRows) -> int:
    """About how many bytes rows are; a megabyte where that isn't seen at a glance."""
    few = len(rows) < 32 and all(type(text) is str for text in rows.completions)
    return sum(map(len, rows.completions)) if few else 1 << 20


async def _while_connected(call: PoolCall, request: Request) -> None:
    """Wait for a call's result, or for its caller to go.

    Raises:
        ClientDisconnect: the caller has gone, and the call is given up.
    """
    gone = asyncio.ensure_future(_disconnected(request))
    try:
        await asyncio.wait((call.future, gone), return_when=asyncio.FIRST_COMPLETED)
        if not call.future.done():
            call.future.cancel()
            raise ClientDisconnect
    finally:
        gone.cancel()


async def _disconnected(request: Request) -> None:
    """Wait until a caller goes, whose body has been read."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
