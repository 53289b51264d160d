"""SlowProxy: passes requests on to a service, some of them only after a long time."""

import http.client
import http.server
import re
import threading
from contextlib import closing
from urllib.parse import urlsplit


class SlowProxy:
    """An HTTP proxy in this process, which pages of any origin may use. Use it in a with statement.

    upstream: the service's address. slow: pattern of the paths whose POST requests are held until the proxy is closed.
    held: how many are.
    """

    def __init__(self, upstream: str, slow: str):
        proxy, self.closed = self, threading.Event()
        self.upstream, self.slow, self.held = urlsplit(upstream).netloc, re.compile(slow), 0

        class Handler(http.server.BaseHTTPRequestHandler):
            """Any request."""

            protocol_version = "HTTP/1.1"

            def pass_on(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.command == "POST" and proxy.slow.search(self.path):
                    proxy.held += 1
                    proxy.closed.wait()
                with closing(http.client.HTTPConnection(proxy.upstream, timeout=60)) as connection:
                    headers = {name: value for name, value in self.headers.items() if name.lower() not in ("host", "origin")}
                    connection.request(self.command, self.path, body or None, headers)
                    response = connection.getresponse()
                    content = response.read()
                self.send_response(response.status)
                for name, value in response.getheaders():
                    if name.lower() not in ("content-length", "connection", "date"):
                        self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Access-Control-Allow-Origin", "*")
                self.end_headers()
                self.wfile.write(content)

            def do_GET(self) -> None:
                self.pass_on()

            def do_POST(self) -> None:
                self.pass_on()

            def do_OPTIONS(self) -> None:
                self.send_response(204)
                for name, value in (("Origin", "*"), ("Methods", "GET, POST"), ("Headers", "Content-Type")):
                    self.send_header(f"Access-Control-Allow-{name}", value)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # connections that the browser has closed
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def __enter__(self) -> "SlowProxy":
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closed.set()
        self.server.shutdown()
        self.server.server_close()
