"""What a server built on h11 hears in a stream of bytes: the second opinion on how to read it."""

from __future__ import annotations

from dataclasses import dataclass, field

import h11

from envs.gateway.http1 import MAX_HEAD

Fields = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Message:
    """A request with its whole body; names of fields in lower case, those of a trailer apart."""

    method: bytes
    target: bytes
    fields: Fields
    body: bytes = b""
    trailer: Fields = field(default_factory=list)


class Listener:
    """A server's end of one connection, which answers every request with 200 and no body."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.refused = ""
        """Why it reads no further."""
        self._connection = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)
        self._body = b""
        self._request: h11.Request | None = None

    def take(self, data: bytes) -> bytes:
        """Hear more; returns the answers to what is complete now."""
        try:
            self._connection.receive_data(data)
            return self._answers()
        except h11.RemoteProtocolError as error:
            self.refused = str(error)
            return b""

    def _answers(self) -> bytes:
        answers = b""
        while True:
            event = self._connection.next_event()
            if isinstance(event, h11.Request):
                self._request, self._body = event, b""
            elif isinstance(event, h11.Data):
                self._body += event.data
            elif isinstance(event, h11.EndOfMessage):
                answers += self._complete(event)
                if self._connection.our_state is not h11.DONE:
                    return answers  # no request follows: it closes, or is a tunnel
                self._connection.start_next_cycle()
            else:
                return answers

    def _complete(self, end: h11.EndOfMessage) -> bytes:
        request = self._request
        assert request is not None
        self.messages.append(
            Message(
                request.method, request.target, list(request.headers), self._body, list(end.headers)
            )
        )
        answer = h11.Response(status_code=200, headers=[("Content-Length", "0")])
        said = self._connection.send(answer) or b""
        if self._connection.our_state is h11.SEND_BODY:  # not a tunnel
            said += self._connection.send(h11.EndOfMessage()) or b""
        return said


def heard(stream: bytes) -> Listener:
    """A listener that was sent all of `stream`."""
    listener = Listener()
    listener.take(stream)
    return listener
