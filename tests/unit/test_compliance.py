"""Findings of checkov and the answers to them in the code: `make compliance`."""

from __future__ import annotations

from pathlib import Path

from compliance.findings import Finding, Place, answers, findings, problems
from compliance.scan import PAGE, module_folders

BUCKET = Place("modules/store", "aws_s3_bucket.this")


def finding(check: str) -> Finding:
    return Finding(check, "Ensure that it is so", BUCKET, ("one",))


def test_a_finding_without_an_answer_is_told_with_what_to_write_where() -> None:
    (told,) = problems([finding("CKV_AWS_18")], {})
    assert told.startswith("modules/store: aws_s3_bucket.this: CKV_AWS_18 (Ensure")
    assert "#checkov:skip=CKV_AWS_18:" in told


def test_an_answer_needs_words_and_a_finding() -> None:
    answered = {("CKV_AWS_18", BUCKET): "no", ("CKV_AWS_19", BUCKET): "It is not so."}
    without_words, without_finding = problems([finding("CKV_AWS_18")], answered)
    assert "Write the reason" in without_words
    assert "CKV_AWS_19 fails in no example" in without_finding


def test_a_finding_leads_to_the_module_that_wrote_the_resource(tmp_path: Path) -> None:
    store = tmp_path / "modules" / "store"
    store.mkdir(parents=True)
    (store / "main.tf").write_text(
        'resource "aws_s3_bucket" "this" {\n  #checkov:skip=CKV_AWS_18:Nobody reads it.\n}\n'
    )
    call = {"source": "../../modules/store", "module": {}}
    plan = {"configuration": {"root_module": {"module_calls": {"mine": call}}}}
    failed = {
        "check_id": "CKV_AWS_18",
        "check_name": "Ensure logging",
        "file_path": "/one.json",
        "resource": 'module.mine["a.b"].aws_s3_bucket.this[0]',
    }
    found = list(findings({"results": {"failed_checks": [failed]}}, {"one": plan}, tmp_path))
    assert [one.place for one in found] == [BUCKET]
    assert list(problems(found, answers(tmp_path, [store]))) == []


def test_the_page_has_every_answer_of_the_code() -> None:
    page = PAGE.read_text()
    root = PAGE.parents[1]
    for (check, place), words in answers(root, module_folders()).items():
        assert f"(`{check}`) | `{place.name}` in [{place.folder}]" in page, "make compliance"
        assert f"| {words} |" in page, "make compliance"
