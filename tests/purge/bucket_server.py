"""Object store on loopback over HTTP: moto's server behind a layer with the behaviour of COS.

It handles one request at a time, so a conditional put is atomic and tests do not depend on scheduling.
"""

import threading
from collections.abc import Callable, Iterable
from datetime import datetime
from email.utils import format_datetime
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import WSGIRequestHandler, make_server

from im_stack.purge.plan import UTC

Answer = tuple[str, bytes]


def error(status: str, code: str, message: str = "") -> Answer:
    """An S3 error document."""
    return status, f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()


class BucketServer:
    """`flavour`: `s3` (If-None-Match), `cos` (ignores it, knows its own header), `strict-cos` (answers 501 to it)."""

    def __init__(self) -> None:
        self._app = DomainDispatcherApplication(create_backend_app)
        outer = self

        class Handler(WSGIRequestHandler):
            def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002
                return format_datetime(outer.clock or datetime.now(UTC), usegmt=True)

            def log_request(self, *_: object) -> None:
                pass

        self._server = make_server("127.0.0.1", 0, self, threaded=False, request_handler=Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.reset()

    def reset(self) -> None:
        self.flavour = "s3"
        self.clock: datetime | None = None
        self.intercept: Callable[[dict[str, Any]], Answer | None] = lambda _: None
        self.seen: list[tuple[str, str, str]] = []  # method, path, status

    def close(self) -> None:
        self._server.shutdown()

    def put(self, bucket: str, name: str, body: bytes = b"wrapped") -> None:
        """Put an object without a request."""
        s3_backends[DEFAULT_ACCOUNT_ID]["aws"].put_object(bucket, name, body)

    def fill(self, bucket: str, names: Iterable[str]) -> None:
        """Many objects of one content, without requests."""
        store = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
        one = store.put_object(bucket, "one", b"wrapped")
        keys = store.buckets[bucket].keys
        del keys["one"]
        for name in names:
            keys[name] = one

    def objects(self, bucket: str) -> dict[str, bytes]:
        """Content of the bucket, read without a request."""
        keys = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets[bucket].keys
        return {name: key.value for name, key in keys.items() if hasattr(key, "value")}

    def _before(self, environ: dict[str, Any]) -> Answer | None:
        if environ["REQUEST_METHOD"] != "PUT" or self.flavour == "s3":
            return None
        if environ.pop("HTTP_IF_NONE_MATCH", None) and self.flavour == "strict-cos":
            return error("501 Not Implemented", "NotImplemented")
        bucket, _, name = environ["PATH_INFO"].lstrip("/").partition("/")
        forbidden = environ.get("HTTP_X_COS_FORBID_OVERWRITE") == "true"
        return error("409 Conflict", "FileAlreadyExists") if forbidden and name in self.objects(bucket) else None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        answer = self.intercept(environ) or self._before(environ)

        def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            self.seen.append((environ["REQUEST_METHOD"], environ["PATH_INFO"], status[:3]))
            return start_response(status, [pair for pair in headers if pair[0].lower() != "date"], exc_info)

        if answer:
            environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
            start(answer[0], [("Content-Type", "application/xml"), ("Content-Length", str(len(answer[1])))])
            return [answer[1]]
        return self._app(environ, start)  # type: ignore[no-any-return]
