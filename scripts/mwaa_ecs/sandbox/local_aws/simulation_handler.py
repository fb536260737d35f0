"""IAM's policy simulator, which moto lacks, by this project's own evaluator.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from mwaa_ecs.iam.evaluate import decide
from mwaa_ecs.iam.model import Context, Need, NotJudgedError
from mwaa_ecs.sandbox.authorization.principals import policies_of, role_exists, service_session
from mwaa_ecs.sandbox.place import Place
from mwaa_ecs.sandbox.protocol import AwsRequest, AwsResponse, error_response

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/.+")
_UNKNOWN_KEY = re.compile(r"condition key (\S+) is not known")

Form = dict[str, list[str]]


class SimulationHandler:
    """Answers SimulatePrincipalPolicy for roles."""

    def handle(self, request: AwsRequest) -> AwsResponse | None:
        """Return the answer, or None for every other request."""
        if request.service != "iam" or request.action != "SimulatePrincipalPolicy":
            return None
        form = parse_qs(request.body.decode("utf-8", "replace"), keep_blank_values=True)
        role = form.get("PolicySourceArn", [""])[0]
        if not _ROLE.fullmatch(role):
            return error_response(
                request, "InvalidInput", f"The sandbox simulates roles only, not {role}", 400
            )
        if not role_exists(role):
            return error_response(request, "NoSuchEntity", f"There is no role {role}", 404)
        actions = _members(form, "ActionNames")
        resources = _members(form, "ResourceArns") or ["*"]
        context = _context(form)
        results = [
            _result(role, Need(action, resource, context), request.place)
            for action in actions
            for resource in resources
        ]
        return _xml("".join(results))


def _members(form: Form, name: str) -> list[str]:
    found = []
    for number in range(1, len(form) + 1):
        values = form.get(f"{name}.member.{number}")
        if values is None:
            break
        found.append(values[0])
    return found


def _context(form: Form) -> Context:
    found: dict[str, tuple[str, ...]] = {}
    for prefix in _entries(form):
        name = form[f"{prefix}.ContextKeyName"][0]
        found[name] = tuple(_members(form, f"{prefix}.ContextKeyValues"))
    return found


def _entries(form: Form) -> Iterator[str]:
    number = 1
    while f"ContextEntries.member.{number}.ContextKeyName" in form:
        yield f"ContextEntries.member.{number}"
        number += 1


def _result(role: str, need: Need, place: Place) -> str:
    shared: Context = {
        "aws:PrincipalArn": (role,),
        "aws:PrincipalAccount": (place.account_id,),
        "aws:RequestedRegion": (place.region,),
        "aws:SecureTransport": ("true",),
        # The simulator knows no tags of resources but those of the request's context.
        "aws:ResourceTag/*": (),
        "aws:RequestTag/*": (),
    }
    policies = policies_of(service_session(role, "simulation", place))
    missing = ""
    boundary = True
    try:
        whole = Need(need.action, need.resource, {**shared, **need.context})
        decision = decide(whole, policies.identity, policies.boundary)
        verdict = "allowed" if decision.allowed else "implicitDeny"
        if "explicit deny" in decision.because:
            verdict = "explicitDeny"
        boundary = "permissions boundary" not in decision.because
    except NotJudgedError as error:
        verdict = "implicitDeny"
        found = _UNKNOWN_KEY.search(str(error))
        missing = f"<member>{escape(found[1])}</member>" if found else ""
    detail = f"<AllowedByPermissionsBoundary>{str(boundary).lower()}"
    detail += "</AllowedByPermissionsBoundary>"
    limits = (
        ""
        if policies.boundary is None
        else f"<PermissionsBoundaryDecisionDetail>{detail}</PermissionsBoundaryDecisionDetail>"
    )
    return (
        f"<member><EvalActionName>{escape(need.action)}</EvalActionName>"
        f"<EvalResourceName>{escape(need.resource or '*')}</EvalResourceName>"
        f"<EvalDecision>{verdict}</EvalDecision><MatchedStatements/>{limits}"
        f"<MissingContextValues>{missing}</MissingContextValues></member>"
    )


def _xml(results: str) -> AwsResponse:
    body = (
        '<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
        f"<SimulatePrincipalPolicyResult><EvaluationResults>{results}</EvaluationResults>"
        "<IsTruncated>false</IsTruncated></SimulatePrincipalPolicyResult>"
        "</SimulatePrincipalPolicyResponse>"
    )
    return AwsResponse(200, body.encode(), [("Content-Type", "text/xml")])
