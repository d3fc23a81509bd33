"""The Security Token Service: AssumeRole, AssumeRoleWithWebIdentity and GetCallerIdentity."""

from __future__ import annotations

import re

from .clock import Clock
from .hosts import Host
from .http import Request, Response
from .iam import ASSUME_ROLE, Credentials, Iam, Principal, Role
from .signature import SignatureError, verify
from .sts_protocol import StsError, checked, form_of, identity_answer, invalid, session_answer
from .web_identity import IdentityProviders, InvalidToken

_SIGNATURE_ERRORS = {
    "missing": "MissingAuthenticationToken",
    "incomplete": "IncompleteSignature",
    "unknown": "InvalidClientTokenId",
    "expired": "ExpiredToken",
    "mismatch": "SignatureDoesNotMatch",
    "skew": "SignatureDoesNotMatch",
}
_CHAINED = 3600


class Sts:
    """`sts.<region>.amazonaws.com`.

    `assumed` lists (caller, role ARN, session name) of every session issued, `callers` the access key ids that asked
    who they are.
    """

    def __init__(self, iam: Iam, clock: Clock, providers: IdentityProviders) -> None:
        self.iam, self.clock, self.providers = iam, clock, providers
        self.assumed: list[tuple[str, str, str]] = []
        self.callers: list[str] = []

    def answer(self, request: Request, host: Host) -> Response:
        try:
            form = form_of(request)
            match form.get("Action"):
                case "AssumeRole":
                    return self._assume_role(request, host, form)
                case "AssumeRoleWithWebIdentity":
                    return self._web_identity(request, form)
                case "GetCallerIdentity":
                    caller = self._caller(request, host)
                    self.callers.append(caller.access_key_id)
                    return identity_answer(caller)
            raise StsError(400, "InvalidAction", f"Could not find operation {form.get('Action')}")
        except StsError as error:
            return error.response()

    def _caller(self, request: Request, host: Host) -> Credentials:
        try:
            return verify(request, self.iam, self.clock, "sts", host.region)
        except SignatureError as error:
            raise StsError(403, _SIGNATURE_ERRORS[error.kind], error.message) from None

    def _assume_role(self, request: Request, host: Host, form: dict[str, str]) -> Response:
        credentials = self._caller(request, host)
        caller = credentials.principal
        checked(
            form,
            {"RoleArn", "RoleSessionName"},
            {"ExternalId", "DurationSeconds", "SerialNumber", "TokenCode"},
        )
        role = self._trusting_role(caller, form)
        self._check_mfa(caller, role, form)
        duration = _duration(form, role)
        if credentials.session_token is not None and duration > _CHAINED:
            raise StsError(
                400,
                "ValidationError",
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
            )
        return self._issue("AssumeRole", caller.arn, role, form, duration)

    def _issue(
        self, operation: str, caller: str, role: Role, form: dict[str, str], duration: int, more: str = ""
    ) -> Response:
        session = self.iam.issue_session(role, form["RoleSessionName"], duration)
        self.assumed.append((caller, role.arn, form["RoleSessionName"]))
        return session_answer(operation, session, more)

    def _trusting_role(self, caller: Principal, form: dict[str, str]) -> Role:
        arn = form["RoleArn"]
        role = self.iam.find_role(arn)
        trusted = role is not None and role.trusted & {caller.arn, caller.entity_arn, caller.account}
        named = role is not None and (role.external_id is None or form.get("ExternalId") == role.external_id)
        if role is None or not trusted or not named or not caller.may(ASSUME_ROLE):
            raise _denied(caller, arn)
        return role

    def _check_mfa(self, caller: Principal, role: Role, form: dict[str, str]) -> None:
        serial, code = form.get("SerialNumber"), form.get("TokenCode")
        if serial is None and code is None:
            if role.requires_mfa:
                raise _denied(caller, role.arn)
            return
        if code is not None and not re.fullmatch(r"\d{6}", code):
            raise invalid("tokenCode", code)
        device = self.iam.mfa_device(serial or "")
        if device is None or device.user_arn != caller.arn:
            raise StsError(
                403,
                "AccessDenied",
                "MultiFactorAuthentication failed, unable to validate MFA code.  "
                "Please verify your MFA serial number is valid and associated with this user.",
            )
        if not device.accepts(code):
            raise StsError(
                403, "AccessDenied", "MultiFactorAuthentication failed with invalid MFA one time pass code. "
            )

    def _web_identity(self, request: Request, form: dict[str, str]) -> Response:
        if request.header("Authorization") is not None:
            raise StsError(400, "InvalidAction", "This operation is not signed")
        checked(form, {"RoleArn", "RoleSessionName", "WebIdentityToken"}, {"DurationSeconds", "ProviderId"})
        try:
            token = self.providers.verify(form["WebIdentityToken"])
        except InvalidToken as wrong:
            raise StsError(wrong.status, wrong.code, wrong.message) from None
        role = self.iam.find_role(form["RoleArn"])
        if role is None or token.provider_arn not in role.trusted:
            raise StsError(403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
        more = (
            f"    <SubjectFromWebIdentityToken>{token.subject}</SubjectFromWebIdentityToken>\n"
            f"    <Provider>{token.provider_arn}</Provider>\n    <Audience>sts.amazonaws.com</Audience>\n"
        )
        return self._issue("AssumeRoleWithWebIdentity", token.subject, role, form, _duration(form, role), more)


def _denied(caller: Principal, arn: str) -> StsError:
    message = f"User: {caller.arn} is not authorized to perform: sts:AssumeRole on resource: {arn}"
    return StsError(403, "AccessDenied", message)


def _duration(form: dict[str, str], role: Role) -> int:
    text = form.get("DurationSeconds", "3600")
    if not text.isdigit() or not 900 <= int(text) <= 43200:
        raise invalid("durationSeconds", text)
    if int(text) > role.max_session_duration:
        raise StsError(
            400, "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
        )
    return int(text)
