"""The job queue: procrastinate's tables, written inside the caller's own transaction."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol


class SqlConnection(Protocol):
    """What the queue needs of a database connection that is in a transaction."""

    async def execute_query_dict(self, query: str, values: list[Any] | None = None) -> list[dict[str, Any]]: ...


async def enqueue(
    connection: SqlConnection,
    queue: str,
    task: str,
    arguments: Mapping[str, str],
    *,
    lock: str | None = None,
    run_at: datetime | None = None,
) -> int:
    """Promise a job, and answer its number. Rolled back with the transaction, nothing was promised.

    Jobs with the same `lock` run one after the other, in the order they were promised.
    """
    rows = await connection.execute_query_dict(
        "SELECT unnest(procrastinate_defer_jobs_v1(ARRAY["
        "ROW($1, $2, 0, $3, NULL, $4::jsonb, $5)::procrastinate_job_to_defer_v1])) AS id",
        [queue, task, lock, json.dumps(dict(arguments)), run_at],
    )
    return int(rows[0]["id"])


async def enqueue_many(
    connection: SqlConnection, queue: str, task: str, arguments: Sequence[Mapping[str, str]]
) -> None:
    """Promise a job for each of `arguments`, in one statement."""
    await connection.execute_query_dict(
        "SELECT procrastinate_defer_jobs_v1(array_agg("
        "ROW($1, $2, 0, NULL, NULL, args, NULL)::procrastinate_job_to_defer_v1)) FROM jsonb_array_elements($3) AS args",
        [queue, task, json.dumps([dict(each) for each in arguments])],
    )


async def hasten(connection: SqlConnection, job_id: int) -> bool:
    """Let a job that waits for its time begin; whether it still waited."""
    moved = "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE id = $1 AND status = 'todo' RETURNING id"
    return bool(await connection.execute_query_dict(moved, [job_id]))


async def cancel(connection: SqlConnection, job_id: int) -> None:
    """Take back a job that waits, and interrupt it where it runs."""
    await connection.execute_query_dict("SELECT procrastinate_cancel_job_v1($1, true, true)", [job_id])
