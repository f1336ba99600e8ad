import json
import re
from pathlib import Path
from urllib.parse import urljoin

import pytest
from graphql import GraphQLSchema, OperationDefinitionNode, build_schema, parse, validate
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from medianest.graphiql.page import graphiql_routes

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "medianest" / "graphiql" / "static"
SOURCES = ROOT / "web" / "src"
SDL = ROOT / "schema" / "schema.graphql"
TABS = sorted((SOURCES / "tabs").glob("*.graphql"))

LINK = re.compile(r'(?:src|href)="([^"]+)"')
ASSET_NAME = re.compile(r"[\w.-]+-[\w-]{8}\.(?:js|css|ttf|svg)(?!\w)")
STYLE_URL = re.compile(r"url\(\s*[\"']?([^\"')]*)|@import\s+[\"']([^\"']*)")


@pytest.fixture(scope="module", params=["", "/nest"], ids=["at_the_root", "under_a_base_path"])
def base(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def client(base: str) -> TestClient:
    return TestClient(Starlette(routes=[Mount(base, routes=graphiql_routes())]))


@pytest.fixture(scope="module")
def links(client: TestClient, base: str) -> list[str]:
    page = f"{base}/graphiql"
    return [urljoin(page, link) for link in LINK.findall(client.get(page).text)]


@pytest.fixture(scope="module")
def assets(client: TestClient, base: str, links: list[str]) -> dict[str, str]:
    """What the page links to and everything named in there, as the server gives it: file name -> text."""
    waiting = [link.rsplit("/", 1)[1] for link in links]
    fetched: dict[str, str] = {}
    while waiting:
        name = waiting.pop()
        if name not in fetched:
            answer = client.get(f"{base}/graphiql/assets/{name}")
            fetched[name] = "" if name.endswith(".ttf") else answer.text
            waiting += ASSET_NAME.findall(fetched[name])
    return fetched


class TestPage:
    def test_is_html_that_is_always_revalidated(self, client: TestClient, base: str) -> None:
        first = client.get(f"{base}/graphiql")
        again = client.get(f"{base}/graphiql", headers={"If-None-Match": first.headers["etag"]})

        assert first.headers["content-type"] == "text/html; charset=utf-8"
        assert first.headers["cache-control"] == "no-cache"
        assert again.status_code == 304

    def test_with_a_slash_leads_to_the_one_without(self, client: TestClient, base: str) -> None:
        answer = client.get(f"{base}/graphiql/", follow_redirects=False)

        assert answer.is_redirect
        assert urljoin(f"{base}/graphiql/", answer.headers["location"]) == f"{base}/graphiql"

    def test_links_only_to_its_own_assets(self, links: list[str], base: str) -> None:
        assert len(links) >= 3
        assert all(link.startswith(f"{base}/graphiql/assets/") for link in links)

    def test_is_read_only(self, client: TestClient, base: str) -> None:
        assert client.post(f"{base}/graphiql").status_code == 405


class TestAssets:
    def test_everything_referred_to_is_served_and_nothing_else_is_kept(self, assets: dict[str, str]) -> None:
        # a missing one would stand on the left only
        assert set(assets) == {path.name.removesuffix(".gz") for path in (STATIC / "assets").iterdir()}

    def test_styles_load_only_what_lies_beside_them(self, assets: dict[str, str]) -> None:
        styles = [text for name, text in assets.items() if name.endswith(".css")]
        targets = {url or imported for style in styles for url, imported in STYLE_URL.findall(style)}
        fetched = {target.removeprefix("./") for target in targets if not target.startswith("data:")}

        assert fetched
        assert fetched <= set(assets)

    def test_are_kept_for_ever_and_sent_compressed(self, client: TestClient, links: list[str]) -> None:
        for link in links:
            headers = client.get(link).headers
            assert headers["cache-control"] == "public, max-age=31536000, immutable"
            assert headers["content-encoding"] == "gzip"
            assert headers["etag"]

    def test_have_the_type_the_browser_insists_on(self, client: TestClient, links: list[str]) -> None:
        expected = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml"}

        for link in links:
            media_type = client.get(link).headers["content-type"].partition(";")[0]
            assert media_type == expected[link.rsplit(".", 1)[1]]

    @pytest.mark.parametrize("path", ["missing-12345678.js", "", "../index.html", "%2e%2e/index.html"])
    def test_anything_else_is_not_found(self, client: TestClient, base: str, path: str) -> None:
        assert client.get(f"{base}/graphiql/assets/{path}").status_code == 404


class TestHeaders:
    def test_policy_allows_our_own_origin_only(self, client: TestClient, base: str) -> None:
        directives = client.get(f"{base}/graphiql").headers["content-security-policy"].split("; ")
        policy = dict(directive.split(" ", 1) for directive in directives)

        assert policy["default-src"] == "'none'"
        assert policy["script-src"] == "'self'"
        assert policy["frame-ancestors"] == "'none'"
        sources = {source for value in policy.values() for source in value.split()}
        assert sources == {"'none'", "'self'", "data:", "'unsafe-inline'"}
        assert [name for name, value in policy.items() if "unsafe-inline" in value] == ["style-src"]

    def test_workers_and_scripts_are_under_the_same_policy(
        self, client: TestClient, base: str, links: list[str]
    ) -> None:
        page = client.get(f"{base}/graphiql").headers

        for name in ("content-security-policy", "x-content-type-options", "referrer-policy"):
            assert {client.get(link).headers[name] for link in links} == {page[name]}


class TestBundle:
    def test_is_small_and_without_source_maps(self) -> None:
        files = [path for path in STATIC.rglob("*") if path.is_file()]

        assert sum(path.stat().st_size for path in files) < 3_000_000
        assert [path.name for path in files if ".map" in path.name] == []

    def test_names_the_licences_of_main_and_worker_packages(self) -> None:
        licences = (STATIC / "LICENSES.txt").read_text()

        for package in ("graphiql", "graphql", "graphql-ws", "monaco-editor", "picomatch-browser", "react"):
            assert re.search(rf"^{package} \d+\.\d+\.\d+ \(MIT\)$", licences, re.MULTILINE), package

    def test_lock_file_names_no_registry(self) -> None:
        packages = json.loads((ROOT / "web" / "package-lock.json").read_text())["packages"]

        assert [name for name, package in packages.items() if "resolved" in package] == []


class TestTabs:
    def test_are_six(self) -> None:
        assert [tab.stem for tab in TABS] == [
            "1-log-in", "2-queue-a-download", "3-watch-it", "4-the-queue", "5-ask-for-a-film", "6-watch-requests",
        ]  # fmt: skip

    @pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.stem)
    def test_are_in_the_bundle_as_written(self, assets: dict[str, str], tab: Path) -> None:
        for source in (tab, tab.with_suffix(".json")):
            assert any(source.read_text() in asset for asset in assets.values())

    @pytest.mark.parametrize("tab", TABS, ids=lambda tab: tab.stem)
    def test_have_exactly_the_variables_they_declare(self, tab: Path) -> None:
        operations = [node for node in parse(tab.read_text()).definitions if isinstance(node, OperationDefinitionNode)]
        declared = {variable.variable.name.value for node in operations for variable in node.variable_definitions or ()}

        assert set(json.loads(tab.with_suffix(".json").read_text())) == declared


@pytest.fixture(scope="module")
def sdl() -> GraphQLSchema:
    return build_schema(SDL.read_text())


@pytest.mark.skipif(not SDL.exists(), reason="the schema has not been printed yet")
class TestOperations:
    @pytest.mark.parametrize("path", sorted(SOURCES.rglob("*.graphql")), ids=lambda path: path.stem)
    def test_ask_for_what_the_schema_has(self, sdl: GraphQLSchema, path: Path) -> None:
        assert validate(sdl, parse(path.read_text())) == []
