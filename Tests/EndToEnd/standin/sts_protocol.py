"""The query protocol of the Security Token Service: a form goes in, XML comes out."""

from __future__ import annotations

import datetime
import re
import uuid
from urllib.parse import parse_qsl
from xml.sax.saxutils import escape

from .http import Request, Response
from .iam import Credentials

_NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/"
_KIND = "application/x-www-form-urlencoded"


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


def invalid(name: str, value: str) -> StsError:
    return StsError(400, "ValidationError", f"Value '{value}' at '{name}' failed to satisfy constraint")


def form_of(request: Request) -> dict[str, str]:
    """The form of a request, each name once."""
    if request.method != "POST" or request.path != "/":
        raise StsError(404, "InvalidAction", f"Could not find operation {request.method} {request.path}")
    if (request.header("Content-Type") or "").split(";")[0].strip() != _KIND:
        raise StsError(400, "InvalidAction", f"Content-Type must be {_KIND}")
    pairs = parse_qsl(request.body.decode(), keep_blank_values=True)
    form = dict(pairs)
    if len(form) != len(pairs) or form.get("Version") != "2011-06-15":
        raise StsError(400, "InvalidAction", f"Could not find operation {form.get('Action')}")
    return form


def checked(form: dict[str, str], required: set[str], optional: set[str]) -> dict[str, str]:
    """The form, when it has what the operation takes."""
    names = set(form) - {"Action", "Version"}
    if required - names or names - required - optional:
        raise StsError(400, "ValidationError", f"Missing or unknown parameter: {sorted(names ^ required)}")
    session = form.get("RoleSessionName", "")
    if not re.fullmatch(r"[\w+=,.@-]{2,64}", session):
        raise invalid("roleSessionName", session)
    for name, pattern in {"ExternalId": r"[\w+=,.@:/-]{2,1224}", "SerialNumber": r"[\w+=/:,.@-]{9,256}"}.items():
        if name in form and not re.fullmatch(pattern, form[name], re.ASCII):
            raise invalid(name, form[name])
    return form


def session_answer(operation: str, session: Credentials, more: str = "") -> Response:
    """The answer of AssumeRole and its kin."""
    moment = datetime.datetime.fromtimestamp(session.expiration or 0, datetime.timezone.utc)
    return _result(
        operation,
        f"{more}    <AssumedRoleUser>\n"
        f"      <AssumedRoleId>AROAEXAMPLEEXAMPLEEX:{session.principal.arn.rsplit('/', 1)[1]}</AssumedRoleId>\n"
        f"      <Arn>{session.principal.arn}</Arn>\n    </AssumedRoleUser>\n    <Credentials>\n"
        f"      <AccessKeyId>{session.access_key_id}</AccessKeyId>\n"
        f"      <SecretAccessKey>{session.secret_access_key}</SecretAccessKey>\n"
        f"      <SessionToken>{session.session_token}</SessionToken>\n"
        f"      <Expiration>{moment.strftime('%Y-%m-%dT%H:%M:%SZ')}</Expiration>\n"
        "    </Credentials>\n",
    )


def identity_answer(caller: Credentials) -> Response:
    """The answer of GetCallerIdentity."""
    principal = caller.principal
    return _result(
        "GetCallerIdentity",
        f"    <Arn>{principal.arn}</Arn>\n    <UserId>{caller.access_key_id}</UserId>\n"
        f"    <Account>{principal.account}</Account>\n",
    )


def _result(operation: str, inner: str) -> Response:
    return _xml(
        200,
        f'<{operation}Response xmlns="{_NAMESPACE}">\n  <{operation}Result>\n{inner}  </{operation}Result>\n'
        f"  <ResponseMetadata>\n    <RequestId>{uuid.uuid4()}</RequestId>\n  </ResponseMetadata>\n"
        f"</{operation}Response>\n",
    )


def _xml(status: int, body: str) -> Response:
    return Response(status, body.encode(), {"Content-Type": "text/xml"})
