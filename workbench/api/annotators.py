"""Several annotators: who is at which sample, second opinions, disagreements, agreement."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from workbench.api.models import (
    AgreementOut,
    AnnotatorsOut,
    AnnotatorsQuery,
    AssignmentOut,
    AssignmentsIn,
    ConsistencyOut,
    DisagreementOut,
    ForecastOut,
    ForecastQuery,
    LabelAgreementOut,
    OpinionIn,
    OpinionOut,
    PairOut,
    WhoQuery,
)
from workbench.api.operations import Operation, Request
from workbench.assist.crowd import crowd_quality
from workbench.assist.worth import worth_labeling
from workbench.store import Session, labels, themes
from workbench.store.annotators import agreement, assignments, second_opinions
from workbench.store.annotators.consistency import consistency_of


def assign_samples(request: Request) -> list[AssignmentOut]:
    given: AssignmentsIn = request.body
    with request.store.write() as session:
        found = assignments.assign_samples(
            _theme_id(request, session),
            request.annotator,
            given.number,
            overlap=given.overlap,
            duration=timedelta(minutes=given.minutes),
            session=session,
        )
    return [AssignmentOut(sample_id=row.sample_id, second=row.second) for row in found]


def release_samples(request: Request) -> None:
    with request.store.write() as session:
        assignments.release_samples(_theme_id(request, session), request.annotator, session=session)


def give_opinion(request: Request) -> OpinionOut:
    given: OpinionIn = request.body
    with request.store.write() as session:
        theme_id = _theme_id(request, session)
        outcome = second_opinions.give_opinion(
            theme_id,
            given.sample_id,
            _label_id(given, theme_id, session),
            annotator=request.annotator,
            client_key=given.client_key,
            session=session,
        )
    return OpinionOut(sample_id=outcome.sample_id, status=outcome.status)


def list_disagreements(request: Request) -> list[DisagreementOut]:
    with request.store.read() as session:
        theme_id = _theme_id(request, session)
        names = {label.id: label.name for label in labels.labels_of(theme_id, session=session)}
        queue = second_opinions.review_queue(theme_id, session=session)
    return [
        DisagreementOut(
            sample_id=row.sample_id,
            label=names.get(row.decision.label or 0),
            opinions={annotator: names.get(decision.label or 0) for annotator, decision in row.opinions.items()},
        )
        for row in queue
    ]


def settle_disagreement(request: Request) -> OpinionOut:
    given: OpinionIn = request.body
    with request.store.write() as session:
        theme_id = _theme_id(request, session)
        second_opinions.settle(
            theme_id,
            given.sample_id,
            _label_id(given, theme_id, session),
            annotator=request.annotator,
            client_key=given.client_key,
            session=session,
        )
    return OpinionOut(sample_id=given.sample_id, status="agrees")


def get_agreement(request: Request) -> AgreementOut:
    with request.store.read() as session:
        found = agreement.agreement_of(_theme_id(request, session), session=session)
    return AgreementOut(
        samples=found.samples,
        percent=found.percent,
        fleiss=found.fleiss,
        pairs=[
            PairOut(first=row.first, second=row.second, samples=row.samples, percent=row.percent, kappa=row.kappa)
            for row in found.pairs
        ],
        labels=[
            LabelAgreementOut(label=row.label, answers=row.answers, percent=row.percent, kappa=row.kappa)
            for row in found.labels
        ],
    )


def judge_annotators(request: Request) -> AnnotatorsOut:
    given: AnnotatorsQuery = request.query
    found = crowd_quality(request.store, request.path["theme"], number=given.number, annotator=given.asked)
    return AnnotatorsOut.model_validate(found.as_dict())


def get_consistency(request: Request) -> list[ConsistencyOut]:
    with request.store.read() as session:
        found = consistency_of(_theme_id(request, session), session=session)
    return [ConsistencyOut.model_validate(asdict(row)) for row in found]


def forecast_labels(request: Request) -> ForecastOut:
    found = worth_labeling(
        request.store, request.path["theme"], request.query.more, annotator=request.query.pace_of or request.user
    )
    return ForecastOut.model_validate(found.as_dict())


def _theme_id(request: Request, session: Session) -> int:
    return themes.get_theme(request.path["theme"], session=session).id


def _label_id(given: OpinionIn, theme_id: int, session: Session) -> int | None:
    return None if given.label is None else labels.get_label(theme_id, given.label, session=session).id


OPERATIONS = [
    Operation(
        "POST",
        "/themes/{theme}/assignments",
        "Get samples that nobody else is at",
        assign_samples,
        list[AssignmentOut],
        body=AssignmentsIn,
    ),
    Operation(
        "DELETE", "/themes/{theme}/assignments", "Give one's samples back", release_samples, query=WhoQuery, status=204
    ),
    Operation(
        "POST", "/themes/{theme}/second-opinions", "Give a second opinion", give_opinion, OpinionOut, body=OpinionIn
    ),
    Operation(
        "GET",
        "/themes/{theme}/disagreements",
        "Show where opinions differ",
        list_disagreements,
        list[DisagreementOut],
    ),
    Operation(
        "POST", "/themes/{theme}/reviews", "Settle a disagreement", settle_disagreement, OpinionOut, body=OpinionIn
    ),
    Operation(
        "GET",
        "/themes/{theme}/annotators",
        "Judge annotators and labels, and whom to ask next",
        judge_annotators,
        AnnotatorsOut,
        query=AnnotatorsQuery,
    ),
    Operation(
        "GET",
        "/themes/{theme}/consistency",
        "Tell how often annotators said the same again",
        get_consistency,
        list[ConsistencyOut],
    ),
    Operation(
        "GET",
        "/themes/{theme}/forecast",
        "Say what more labels should bring",
        forecast_labels,
        ForecastOut,
        query=ForecastQuery,
    ),
    Operation("GET", "/themes/{theme}/agreement", "Measure how far annotators agree", get_agreement, AgreementOut),
]
