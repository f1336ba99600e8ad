"""One migrated database for all tests of a process, put back before each: a new one takes ten times as long."""

from types import TracebackType
from typing import Self

import psycopg

_KEEP = """
CREATE SCHEMA pristine;
CREATE TABLE pristine.sequences AS
    SELECT format('public.%I', sequencename)::regclass AS name, start_value, last_value FROM pg_sequences;
DO $$
DECLARE name text;
        is_filled boolean;
BEGIN
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM public.%I)', name) INTO is_filled;
        IF is_filled THEN
            EXECUTE format('CREATE TABLE pristine.%I AS TABLE public.%I', name, name);
        END IF;
    END LOOP;
END $$;
"""
# Rows are cheaper to delete one by one than files are to replace, while they are few. Those of `aerich` are large, and
# if anything some are added.
_RESTORE = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid();
DO $$
DECLARE name text;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'aerich' LOOP
        IF pg_relation_size(format('public.%I', name)) > 100000 THEN
            EXECUTE format('TRUNCATE public.%I CASCADE', name);
        ELSE
            EXECUTE format('DELETE FROM public.%I', name);
        END IF;
    END LOOP;
    FOR name IN SELECT tablename FROM pg_tables
            WHERE schemaname = 'pristine' AND tablename NOT IN ('sequences', 'aerich') LOOP
        EXECUTE format('INSERT INTO public.%I OVERRIDING SYSTEM VALUE TABLE pristine.%I', name, name);
    END LOOP;
    DELETE FROM public.aerich WHERE version NOT IN (SELECT version FROM pristine.aerich);
    PERFORM setval(s.name, coalesce(s.last_value, s.start_value), s.last_value IS NOT NULL)
        FROM pristine.sequences AS s;
END $$;
"""


class SharedDatabase:
    """A database whose rows come and go; its tables stay as they are."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._connection = psycopg.connect(url, autocommit=True)

    def __enter__(self) -> Self:
        self._connection.execute(_KEEP)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def restore(self) -> None:
        """As the migrations left it, and nobody connected."""
        self._connection.execute(_RESTORE)
