"""moto's server in this process, and the recorded stacks created in it through boto3."""

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from string import Template
from typing import Any

import boto3
import jmespath  # type: ignore[import-untyped]
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from moto.acm.models import acm_backends
from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, make_server

from im_stack.preflight.recording.recording import Recording, Registration
from tests.readback.compare import differences
from tests.readback.resolve import resolved
from tests.readback.shapes import Misfit, check, fill, place
from tests.readback.table import Call, Given, Kind, Read


class _Quiet(WSGIRequestHandler):
    def log_request(self, *_: object) -> None:
        pass


def _unanswered(record: logging.LogRecord) -> bool:
    """Suppress the traceback of calls that moto does not implement; its answer has the error."""
    return "NotImplementedError" not in record.getMessage()


class Moto:
    """The server on a free loopback port, one request at a time."""

    def __init__(self) -> None:
        application = DomainDispatcherApplication(create_backend_app)
        self._server = make_server("127.0.0.1", 0, application, request_handler=_Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        logging.getLogger("werkzeug").addFilter(_unanswered)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    def reset(self) -> None:
        """Delete the resources of all accounts."""
        moto_api_backend.reset()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)
        logging.getLogger("werkzeug").removeFilter(_unanswered)


class Clients:
    """boto3 clients of one account in one region, each created once."""

    def __init__(self, url: str, account: str, region: str) -> None:
        self._session = boto3.Session("testing", "testing", region_name=region)
        self.region = region
        self.account = account
        self._url, self._made = url, dict[str, Any]()

    def __call__(self, service: str) -> Any:
        if service not in self._made:
            config = Config(retries={"max_attempts": 0}, s3={"addressing_style": "path"})
            client: Any = self._session.client(
                service,  # type: ignore[call-overload]  # any service
                endpoint_url=self._url,
                config=config,
            )
            client.meta.events.register("before-sign", self._as_account)
            self._made[service] = client
        return self._made[service]

    def _as_account(self, request: Any, **_: Any) -> None:
        request.headers["x-moto-account-id"] = self.account


@dataclass
class Applied:
    """A created resource: its arguments as sent, and the service's answer."""

    registration: Registration
    kind: Kind
    given: Given
    held: dict[str, Any]
    refusals: list[str]
    """What moto answered to the calls of a kind that it does not take, in order."""

    def differences(self, inputs: Mapping[str, Any] | None = None) -> list[str]:
        """Differences between the arguments as sent, or as given, and the service's answer."""
        return [] if self.kind.refused else differences(self.kind, inputs or self.given.inputs, self.held)


@dataclass
class Stand:
    """A recorded stack in the service, created in the order of the recording."""

    clients: Clients
    kinds: Mapping[str, Kind]
    made: dict[str, dict[str, Any]] = field(default_factory=dict)
    applied: list[Applied] = field(default_factory=list)

    def apply(self, recording: Recording) -> None:
        """Create every resource. Raises the errors of the model, of botocore and of the service."""
        for registration in recording["registrations"]:
            if "certificateArn" in registration["inputs"]:
                self._certificate(registration["inputs"]["certificateArn"])
        for registration in recording["registrations"]:
            if registration["custom"] and registration["type"].startswith("aws:"):
                try:
                    self.applied.append(self._apply(registration))
                except Exception as error:
                    error.add_note(f"this was {registration['urn']}")
                    raise
        for applied in self.applied:
            if not applied.kind.refused:
                applied.held = {"region": self.clients.region, **self._held(applied)}

    def _certificate(self, arn: str) -> None:
        """A certificate that existed before the stack, under the stack's id for it."""
        made = self.clients("acm").request_certificate(DomainName="im.example.com")["CertificateArn"]
        held = acm_backends[self.clients.account][self.clients.region]._certificates
        held[arn] = held.pop(made)

    def _apply(self, registration: Registration) -> Applied:
        kind = self.kinds[registration["type"]]
        given = Given(registration["name"], self.clients.region, resolved(registration, self.made), {})
        refusals = []
        for call, parameters in self.calls(kind, given):
            try:
                answer = getattr(self.clients(call.service), call.operation)(**parameters) if call.sent else {}
            except (ClientError, ResponseParserError) as error:
                if not kind.refused:
                    raise
                refusals.append(str(error))
                answer = {}
            given.answers[call.operation] = answer
        found = {key: given.at(way) for key, way in kind.outputs.items()}
        self.made[registration["urn"]] = found if not kind.refused else _made_up(registration, kind)
        return Applied(registration, kind, given, {}, refusals)

    def calls(self, kind: Kind, given: Given) -> Iterator[tuple[Call, dict[str, Any]]]:
        """Checked calls of one resource, each with the answers to the previous ones."""
        taken = {argument for call in kind.calls for argument in call.takes or ()} | kind.own.keys()
        nobody_s = given.inputs.keys() - taken
        if nobody_s and all(call.takes is not None for call in kind.calls):
            raise Misfit(f"{given.name}: no call carries {', '.join(sorted(nobody_s))}")
        for call in kind.calls:
            takes = given.inputs.keys() - taken if call.takes is None else given.inputs.keys() & set(call.takes)
            if call.takes and not takes:
                continue
            more = call.more(given)
            if more is not None:
                ways = {"id": kind.outputs.get("id", "")}
                known = {path: given.at(ways.get(way, way)) for path, way in call.of.items()}
                yield call, self._parameters(call, given, takes, {**known, **more})

    def _parameters(self, call: Call, given: Given, takes: Iterable[str], more: Mapping[str, Any]) -> dict[str, Any]:
        client = self.clients(call.service)
        shape = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[call.operation]).input_shape
        parameters: dict[str, Any] = {}
        for way, value in more.items():
            place(parameters, way, value)
        at = {"name": call.named, **call.at} if call.named else call.at
        fill(parameters, shape, {argument: given.inputs[argument] for argument in sorted(takes)}, at)
        if call.named:
            parameters.setdefault(call.named, given.name)
        try:
            check(shape, parameters)
        except Misfit as misfit:
            raise Misfit(f"{given.name}: {call.operation}: {misfit}") from None
        return parameters

    def _held(self, applied: Applied) -> dict[str, Any]:
        held: dict[str, Any] = {}
        outputs = self.made[applied.registration["urn"]]
        for read in applied.kind.reads:
            answer = self._ask(read, {**outputs, "inputs": applied.given.inputs})
            held |= {read.under: answer} if read.under else answer or {}
        return held

    def _ask(self, read: Read, known: dict[str, Any]) -> Any:
        parameters: dict[str, Any] = {}
        for way, where in read.of.items():
            place(parameters, way, jmespath.search(where, known))
        root = Template(read.root).substitute(known["inputs"], id=known["id"])
        try:
            return jmespath.search(root, getattr(self.clients(read.service), read.operation)(**parameters))
        except ClientError as error:
            if error.response["Error"]["Code"] != read.absent:
                raise
            return None


def _made_up(registration: Registration, kind: Kind) -> dict[str, Any]:
    """Outputs of a resource that moto does not support."""
    name = registration["name"]
    arn = f"arn:aws:made-up:::{registration['type'].rpartition(':')[2]}/{name}"
    return {"id": name, "name": name, "arn": arn, **dict.fromkeys(kind.outputs, 1)}
