"""nginx with the configurations in deploy/nginx, in front of services on this machine."""

import os
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from tests.support.server_process import TIMEOUT_SECONDS, read_body, wait_for

FOLDER = Path(__file__).parents[2] / "deploy" / "nginx"

HOST = "read.example.org"
"""The name in inkling.conf."""

MAIN = """
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/client;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/inkling.conf;
}}
"""


def find_nginx() -> str | None:
    """The program: in PATH, or where Debian installs it, which is not in every user's PATH."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")


@dataclass(frozen=True)
class Nginx:
    """A running nginx. certificate: what it presents; None if it speaks plain HTTP."""

    port: int
    certificate: Path | None

    def connect(self) -> HTTPConnection:
        """Open a connection, over TLS if it has a certificate, which must be that of HOST."""
        connection = HTTPConnection(HOST if self.certificate else "127.0.0.1", timeout=TIMEOUT_SECONDS)
        stream = socket.create_connection(("127.0.0.1", self.port), TIMEOUT_SECONDS)
        if self.certificate:
            stream = ssl.create_default_context(cafile=str(self.certificate)).wrap_socket(stream, server_hostname=HOST)
        connection.sock = stream
        return connection

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send one request over a new connection. `.body` of the response is its content, parsed if it is JSON."""
        connection = self.connect()
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            return read_body(connection.getresponse())
        finally:
            connection.close()


def replace(text: str, *pairs: tuple[str, str]) -> str:
    """Replace each text, which must occur."""
    for old, new in pairs:
        if old not in text:
            raise ValueError(f"{old!r} is not in the configuration")
        text = text.replace(old, new)
    return text


def write_configuration(folder: Path, tls: bool, port: int, server: str, trainer: str) -> Path | None:
    """Write inkling.conf with TLS, or compose.conf, with its paths and addresses replaced; return the certificate."""
    shutil.copy(FOLDER / "locations.conf", folder / "locations.conf")
    include = ("/etc/nginx/inkling/locations.conf", str(folder / "locations.conf"))
    if not tls:
        paths = [("/tmp/", f"{folder}/"), ("/dev/stdout", "off"), ("/dev/stderr", f"{folder}/error.log"), include]  # noqa: S108
        pairs = [("server:8000", server), ("trainer:8001", trainer), ("listen 8080", f"listen 127.0.0.1:{port}")]
        (folder / "nginx.conf").write_text(replace((FOLDER / "compose.conf").read_text("utf-8"), *paths, *pairs))
        return None
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={HOST}"]
    command += ["-addext", f"subjectAltName=DNS:{HOST}", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    pairs = [("127.0.0.1:8000", server), ("127.0.0.1:8001", trainer), ("listen 443", f"listen 127.0.0.1:{port}"), include]
    files = [(f"/etc/ssl/{HOST}.pem", str(certificate)), (f"/etc/ssl/private/{HOST}.key", str(key))]
    (folder / "inkling.conf").write_text(replace((FOLDER / "inkling.conf").read_text("utf-8"), *pairs, *files))
    (folder / "nginx.conf").write_text(MAIN.format(folder=folder))
    return certificate


@contextmanager
def running(folder: Path, server: str, trainer: str, tls: bool = False) -> Iterator[Nginx]:
    """Run nginx in front of two addresses HOST:PORT. tls: with inkling.conf, otherwise with compose.conf."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    certificate = write_configuration(folder, tls, port, server, trainer)
    account = "user root; " if os.geteuid() == 0 else ""  # as another user, it could not write into the folder
    command = [str(find_nginx()), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", f"{account}daemon off;"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        wait_for(lambda: process.poll() is not None or _accepts(port), "nginx to listen")
        if process.poll() is not None:
            raise RuntimeError(process.stderr.read() if process.stderr else "nginx has stopped")
        yield Nginx(port, certificate)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(TIMEOUT_SECONDS)
        if process.stderr:
            process.stderr.close()


def _accepts(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
