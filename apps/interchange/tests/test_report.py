from apps.interchange.report import ImportReport, Outcome, Result


def test_counts_everything_and_keeps_the_first_refusals():
    report = ImportReport()
    report.add(Outcome(line=2, key="trug", result=Result.CREATED))
    for line in range(3, 153):
        report.add(Outcome(line=line, key="fern", result=Result.REFUSED))
    assert str(report) == "1 created, 0 changed, 0 unchanged, 150 refused"
    assert [outcome.line for outcome in report.refusals] == list(range(3, 103))
