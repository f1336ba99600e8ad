from collections import Counter

from tests.clients.conftest import RunProgram

_AUDITS = {"MUST": 13, "SHOULD": 23, "MAY": 25}


class TestGraphQLOverHTTP:
    async def test_every_audit_of_the_public_suite_is_passed(self, run: RunProgram) -> None:
        async with run("audit") as program:
            audits = await program.rest()
        found = Counter(audit["name"].split()[0] for audit in audits)
        failures = [audit for audit in audits if audit["status"] != "ok"]
        print(f"{len(audits) - len(failures)} of {len(audits)} audits are passed, among them {dict(found)}")  # noqa: T201
        assert failures == []
        assert found == _AUDITS
