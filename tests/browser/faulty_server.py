"""FaultyServer: answers each request with a fault, which the path names."""

import socket
import struct
import threading

LINGER_NOTHING = struct.pack("ii", 1, 0)
"""Value of SO_LINGER with which closing a socket resets the connection."""


def respond(status: str, body: bytes, length: int | None = None) -> bytes:
    """A response that any page may read. length: that it declares, by default the body's."""
    fields = f"Access-Control-Allow-Origin: *\r\nContent-Type: application/json\r\nContent-Length: {length or len(body)}"
    return f"HTTP/1.1 {status}\r\n{fields}\r\n\r\n".encode() + body


RESPONSES = {
    "fine": respond("200 OK", b'{"fine": true}'),
    "no-content": b"HTTP/1.1 204 No Content\r\nAccess-Control-Allow-Origin: *\r\n\r\n",
    "not-http": b"220 mail.example.org ESMTP\r\n",
    "html": respond("200 OK", b"<h1>Hello!</h1>"),
    "empty": respond("200 OK", b""),
    "half": respond("200 OK", b'{"half":', length=4000),
    "html-503": respond("503 Service Unavailable", b"<h1>No</h1>"),
    "text-error": respond("400 Bad Request", b'{"error": "bad"}'),
    "odd-error": respond("500 Internal Server Error", b'{"error": {"code": 7}}'),
}
"""What is sent before the connection is closed."""


class FaultyServer:
    """A server in this process. Use it in a with statement.

    Besides RESPONSES: /silent never answers, /stalled stops within the body, /reset resets the connection within the body,
    /restarting answers with status 503 once and is fine after that.
    """

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"
        self.held: list[socket.socket] = []
        self.has_restarted = False

    def __enter__(self) -> "FaultyServer":
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for connection in [self.socket, *self.held]:
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=[connection], daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        try:
            request = connection.recv(65536)
        except OSError:
            request = b""
        if not request:  # a connection that the browser opened in advance, or an aborted request
            connection.close()
            return
        fault = request.split(b" ")[1].decode().strip("/")
        if fault == "restarting":
            fault, self.has_restarted = ("fine" if self.has_restarted else "html-503"), True
        if fault in ("silent", "stalled"):
            self.held.append(connection)
            connection.sendall(RESPONSES["half"] if fault == "stalled" else b"")
            return
        if fault == "reset":
            connection.sendall(RESPONSES["half"])
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER_NOTHING)
        else:
            connection.sendall(RESPONSES[fault])
        connection.close()
