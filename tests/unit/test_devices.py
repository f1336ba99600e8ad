import pytest

from models.devices import guess_device

MOZILLA = "Mozilla/5.0"
SAFARI = "AppleWebKit/537.36 (KHTML, like Gecko)"


class TestGuessDevice:
    @pytest.mark.parametrize(
        ("user_agent", "device"),
        [
            (f"{MOZILLA} (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"),
            (f"{MOZILLA} (Windows NT 10.0; Win64; x64) {SAFARI} Chrome/141.0 Safari/537.36", "Chrome on Windows"),
            (f"{MOZILLA} (Windows NT 10.0) {SAFARI} Chrome/141.0 Safari/537.36 Edg/141.0", "Edge on Windows"),
            (f"{MOZILLA} (Linux; Android 16; Pixel 9) {SAFARI} Chrome/141.0 Mobile Safari/537.36", "Chrome on Android"),
            (
                f"{MOZILLA} (iPhone; CPU iPhone OS 26_1 like Mac OS X) {SAFARI} Version/26 Safari/605",
                "Safari on iPhone",
            ),
            (f"{MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) {SAFARI} Version/26 Safari/605", "Safari on macOS"),
            (f"{MOZILLA} (X11; CrOS x86_64) {SAFARI} Chrome/141.0 Safari/537.36", "Chrome on ChromeOS"),
            ("okhttp/4.12.0", "okhttp"),
            ("x" * 500, "x" * 64),
            ("  ", None),
            ("", None),
        ],
    )
    def test_names_browser_and_system(self, user_agent: str, device: str | None) -> None:
        assert guess_device(user_agent) == device
