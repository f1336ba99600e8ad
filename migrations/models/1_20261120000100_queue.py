"""The job queue's own tables, types and functions: procrastinate 3.10.0, as it was published."""

from pathlib import Path

from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True

SCHEMA = Path(__file__).parent.parent / "sql" / "procrastinate-3.10.0.sql"


async def upgrade(db: BaseDBAsyncClient) -> str:
    return SCHEMA.read_text(encoding="utf-8")


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
DROP TABLE procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
DO $$
DECLARE routine record;
BEGIN
    FOR routine IN SELECT oid::regprocedure AS name FROM pg_proc WHERE proname LIKE 'procrastinate\\_%' LOOP
        EXECUTE 'DROP FUNCTION ' || routine.name || ' CASCADE';
    END LOOP;
END $$;
DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_event_type, procrastinate_job_status CASCADE;
"""

