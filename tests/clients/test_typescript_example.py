"""The client that front-end developers copy from."""

from tests.clients.example import FOLDER, node


class TestTypes:
    async def test_the_compiler_finds_nothing(self) -> None:
        async with node("node_modules/typescript/bin/tsc") as compiler:
            assert await compiler.end() == (0, [], "")

    async def test_operations_are_typed_as_the_schema_has_them(self) -> None:
        async with node("generate.ts") as generator:
            code, lines, complaint = await generator.end()
        assert (code, complaint) == (0, "")
        assert lines == (FOLDER / "operations.ts").read_text("utf-8").splitlines()
