"""The Security Token Service: AssumeRole, with its XML."""

from __future__ import annotations

import datetime
import re
import uuid
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from .clock import Clock
from .hosts import Host
from .http import Request, Response
from .iam import ASSUME_ROLE, Credentials, Iam, Principal, Role
from .signature import SignatureError, verify

_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_SIGNATURE_ERRORS = {
    "missing": "MissingAuthenticationToken",
    "incomplete": "IncompleteSignature",
    "unknown": "InvalidClientTokenId",
    "expired": "ExpiredToken",
    "mismatch": "SignatureDoesNotMatch",
    "skew": "SignatureDoesNotMatch",
}
_PARAMETERS = {"Action", "Version", "RoleArn", "RoleSessionName", "ExternalId", "DurationSeconds"}


class StsError(Exception):
    """An error of the query protocol."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def response(self) -> Response:
        body = (
            f'<ErrorResponse xmlns="{_NAMESPACE}">\n  <Error>\n    <Type>Sender</Type>\n'
            f"    <Code>{self.code}</Code>\n    <Message>{escape(self.message)}</Message>\n  </Error>\n"
            f"  <RequestId>{uuid.uuid4()}</RequestId>\n</ErrorResponse>\n"
        )
        return _xml(self.status, body)


class Sts:
    """`sts.<region>.amazonaws.com`. `assumed` lists (caller, role ARN, session name) of every session issued."""

    def __init__(self, iam: Iam, clock: Clock) -> None:
        self.iam, self.clock = iam, clock
        self.assumed: list[tuple[str, str, str]] = []

    def answer(self, request: Request, host: Host) -> Response:
        try:
            return self._assume_role(request, host)
        except StsError as error:
            return error.response()

    def _assume_role(self, request: Request, host: Host) -> Response:
        if request.method != "POST" or request.path != "/":
            raise StsError(404, "InvalidAction", f"Could not find operation {request.method} {request.path}")
        try:
            caller = verify(request, self.iam, self.clock, "sts", host.region).principal
        except SignatureError as error:
            raise StsError(403, _SIGNATURE_ERRORS[error.kind], error.message) from None
        form = dict(parse_qsl(request.body.decode(), keep_blank_values=True))
        if form.get("Action") != "AssumeRole" or form.get("Version") != "2011-06-15":
            raise StsError(400, "InvalidAction", f"Could not find operation {form.get('Action')}")
        if set(form) - _PARAMETERS:
            raise StsError(400, "ValidationError", "Unknown parameter")
        name = form.get("RoleSessionName", "")
        if not re.fullmatch(r"[\w+=,.@-]{2,64}", name):
            raise StsError(400, "ValidationError", f"Value '{name}' at 'roleSessionName' failed to satisfy constraint")
        role = self._trusting_role(caller, form)
        session = self.iam.issue_session(role, name, _duration(form, role))
        self.assumed.append((caller.arn, role.arn, name))
        return _xml(200, _assume_role_answer(session))

    def _trusting_role(self, caller: Principal, form: dict[str, str]) -> Role:
        arn = form.get("RoleArn", "")
        role = self.iam.find_role(arn)
        trusted = role is not None and role.trusted & {caller.arn, caller.entity_arn, caller.account}
        named = role is not None and (role.external_id is None or form.get("ExternalId") == role.external_id)
        if role is None or not trusted or not named or not caller.may(ASSUME_ROLE):
            message = f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}"
            raise StsError(403, "AccessDenied", message)
        return role


def _duration(form: dict[str, str], role: Role) -> int:
    text = form.get("DurationSeconds", "3600")
    if not text.isdigit() or not 900 <= int(text) <= 43200:
        raise StsError(400, "ValidationError", f"Value '{text}' at 'durationSeconds' failed to satisfy constraint")
    if int(text) > role.max_session_duration:
        raise StsError(
            400, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )
    return int(text)


def _assume_role_answer(session: Credentials) -> str:
    moment = datetime.datetime.fromtimestamp(session.expiration or 0, datetime.timezone.utc)
    return (
        f'<AssumeRoleResponse xmlns="{_NAMESPACE}">\n  <AssumeRoleResult>\n    <AssumedRoleUser>\n'
        f"      <AssumedRoleId>AROAEXAMPLEEXAMPLEEX:{session.principal.arn.rsplit('/', 1)[1]}</AssumedRoleId>\n"
        f"      <Arn>{session.principal.arn}</Arn>\n    </AssumedRoleUser>\n    <Credentials>\n"
        f"      <AccessKeyId>{session.access_key_id}</AccessKeyId>\n"
        f"      <SecretAccessKey>{session.secret_access_key}</SecretAccessKey>\n"
        f"      <SessionToken>{session.session_token}</SessionToken>\n"
        f"      <Expiration>{moment.strftime('%Y-%m-%dT%H:%M:%SZ')}</Expiration>\n"
        f"    </Credentials>\n  </AssumeRoleResult>\n  <ResponseMetadata>\n    <RequestId>{uuid.uuid4()}</RequestId>\n"
        f"  </ResponseMetadata>\n</AssumeRoleResponse>\n"
    )


def _xml(status: int, body: str) -> Response:
    return Response(status, body.encode(), {"Content-Type": "text/xml"})
