"""Key service on loopback over HTTP that verifies the provider's request signature and really wraps keys.

`issued` has every plaintext key it made, including those of intentionally wrong answers.
"""

import base64
import hashlib
import hmac
import json
import os
import re
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SECRET_ID, SECRET_KEY, TOKEN = "AKIDtest", "secret-of-the-role", "token-of-the-role"
KEY_ID = "23e80852-1e38-11e9-b129-5cb9019b4b01"
_AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<id>[^/]+)/(?P<date>\d{4}-\d{2}-\d{2})/kms/tc3_request, "
    r"SignedHeaders=content-type;host, Signature=(?P<signature>[0-9a-f]{64})"
)


def _mac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def _signature(date: str, timestamp: str, content_type: str, host: str, body: bytes) -> str:
    request = (
        f"POST\n/\n\ncontent-type:{content_type}\nhost:{host}\n\ncontent-type;host\n{hashlib.sha256(body).hexdigest()}"
    )
    digest = hashlib.sha256(request.encode()).hexdigest()
    key = _mac(_mac(_mac(f"TC3{SECRET_KEY}".encode(), date), "kms"), "tc3_request")
    return _mac(key, f"TC3-HMAC-SHA256\n{timestamp}\n{date}/kms/tc3_request\n{digest}").hex()


class KmsServer:
    """`mode`: `ok`, or the kind of wrong answer: `down`, `refused`, `garbled`, `echo`, `empty`, `closed`."""

    def __init__(self) -> None:
        self._master = AESGCM(AESGCM.generate_key(256))
        self.issued: list[bytes] = []
        self.contexts: list[str] = []
        self.calls = 0
        self.mode = "ok"
        self.before: Callable[[], object] = lambda: None
        outer = self

        class Handler(BaseHTTPRequestHandler):
            timeout = 10

            def do_POST(self) -> None:
                outer._answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def unwrap(self, blob: bytes, context: str) -> bytes:
        """Decrypt: the plaintext key, if the blob is unchanged and the context is the same text."""
        raw = base64.b64decode(blob.split(b"-k-")[0])
        return self._master.decrypt(raw[:12], raw[12:], context.encode())

    def _wrap(self, plaintext: bytes, context: str) -> str:
        nonce = os.urandom(12)
        raw = nonce + self._master.encrypt(nonce, plaintext, context.encode())
        return f"{base64.b64encode(raw).decode()}-k-{base64.b64encode(KEY_ID.encode()).decode()}"

    def _refusal(self, request: BaseHTTPRequestHandler, body: bytes) -> str | None:
        """First error of the request, in the provider's words."""
        header = request.headers
        match = _AUTHORIZATION.fullmatch(header.get("Authorization", ""))
        stamp = header.get("X-TC-Timestamp", "0")
        checks = {
            "AuthFailure.InvalidAuthorization": match is not None,
            "AuthFailure.SignatureExpire": abs(int(stamp) - time.time()) < 300,
            "AuthFailure.SecretIdNotFound": bool(match and match["id"] == SECRET_ID),
            "AuthFailure.TokenFailure": header.get("X-TC-Token") == TOKEN,
            "InvalidAction": header.get("X-TC-Action") in ("GenerateDataKey", "Decrypt"),
            "InvalidParameterValue.Version": header.get("X-TC-Version") == "2019-01-18",
            "UnsupportedRegion": header.get("X-TC-Region") == "ap-jakarta",
        }
        if match:
            expected = _signature(match["date"], stamp, header["Content-Type"], header["Host"], body)
            checks["AuthFailure.SignatureFailure"] = hmac.compare_digest(expected, match["signature"])
        return next((code for code, good in checks.items() if not good), None)

    def _answer(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        self.calls += 1
        refusal = self._refusal(request, body)
        self.before()
        plaintext = os.urandom(32)
        self.issued.append(plaintext)
        key = base64.b64encode(plaintext).decode()
        if refusal or self.mode == "refused":
            fault = {"Code": refusal or "ResourceUnavailable.CmkDisabled", "Message": f"no {key}"}
            self._send(request, 200, {"Response": {"Error": fault, "RequestId": "r-1"}})
            return
        given = json.loads(body)
        if request.headers["X-TC-Action"] == "Decrypt":
            self._send(request, 200, {"Response": self._decrypted(given) | {"RequestId": "r-1"}})
            return
        assert given["KeyId"] == KEY_ID
        assert given["KeySpec"] == "AES_256"
        self.contexts.append(given["EncryptionContext"])
        blob = {"echo": key, "empty": ""}.get(self.mode) if self.mode in ("echo", "empty") else None
        blob = self._wrap(plaintext, given["EncryptionContext"]) if blob is None else blob
        answer = {"Response": {"Plaintext": key, "CiphertextBlob": blob, "KeyId": KEY_ID, "RequestId": "r-1"}}
        if self.mode == "closed":
            request.close_connection = True
            return
        self._send(request, 500 if self.mode == "down" else 200, answer, cut=self.mode == "garbled")

    def _decrypted(self, given: dict[str, str]) -> dict[str, object]:
        try:
            key = self.unwrap(given["CiphertextBlob"].encode(), given["EncryptionContext"])
        except (InvalidTag, ValueError):
            return {"Error": {"Code": "InvalidParameterValue.InvalidCiphertext", "Message": "not mine"}}
        return {"Plaintext": base64.b64encode(key).decode(), "KeyId": KEY_ID}

    def _send(self, request: BaseHTTPRequestHandler, status: int, answer: object, cut: bool = False) -> None:
        body = json.dumps(answer).encode()
        body = body[:-3] if cut else body
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
