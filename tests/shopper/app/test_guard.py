"""Who may speak to the app: rebinding, other origins, other paths, used tokens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.shopper.app.folders import a_run
from tests.shopper.app.serving import RunningApp

pytestmark = pytest.mark.slow

HOSTILE = "<script>document.title='run'</script><img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningApp]:
    root = tmp_path_factory.mktemp("guard") / "runs"
    a_run(root / "plain")
    (root.parent / "secret.html").write_text("not for you")
    (root.parent / "outside").mkdir()
    a_run(root.parent / "outside" / "run")
    (root / "link").symlink_to(root.parent / "outside" / "run")
    (root / "plain" / "leak.html").symlink_to(root.parent / "secret.html")
    (root / "plain" / "sessions").mkdir()
    (root / "plain" / "sessions" / "customer-0001.jsonl").write_text("{}")
    running = RunningApp(root, "--port", "0")
    running.enter()
    yield running
    running.close()


def kept(app: RunningApp, path: str) -> str:
    """The address of a file of a run, with its key."""
    page = app.ask("/run/plain")[2]
    key = page.partition("/kept/")[2].partition("/")[0]
    assert len(key) == 40
    return f"/kept/{key}/{path}"


def test_a_name_that_points_here_is_not_ours(app: RunningApp) -> None:
    for host in ("evil.example", f"evil.example:{app.port}", "127.0.0.1", "127.0.0.1:1", "[::1]"):
        status, _, text = app.ask("/", host=host)
        assert status == 421 and "plain" not in text, host
    assert app.ask("/", host=f"localhost:{app.port}")[0] == 200


def test_without_the_cookie_nothing_is_shown(app: RunningApp) -> None:
    for path in ("/", "/new", "/run/plain", "/live/plain", "/compare", "/bin", "/picture/plain"):
        status, _, text = app.ask(path, headers={"Cookie": f"shopper-{app.port}=guess"})
        assert status == 403 and "has not been let in" in text, path
    assert app.ask("/kept/" + "0" * 40 + "/plain/run.json", headers={"Cookie": ""})[0] == 403


def test_a_token_is_good_for_once(app: RunningApp) -> None:
    token = app.address.partition("?")[2]
    assert app.ask(f"/?{token}", headers={"Cookie": ""})[0] == 403
    assert app.ask("/?token=guess", headers={"Cookie": ""})[0] == 403
    status, headers, _ = app.ask(f"/?{token}")
    assert status == 303 and headers["location"] == "/"


def test_the_cookie_is_for_this_site_alone(tmp_path: Path) -> None:
    app = RunningApp(tmp_path / "runs", "--port", "0")
    try:
        _, headers, _ = app.ask("/?" + app.address.partition("?")[2])
        told = headers["set-cookie"].lower()
        assert "httponly" in told and "samesite=strict" in told and "domain" not in told
    finally:
        app.close()


def test_other_origins_change_nothing(app: RunningApp) -> None:
    word = app.word()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = f"word={word}&name=plain"
    for origin in ("https://evil.example", "null", f"http://127.0.0.1:{app.port + 1}", None):
        sent = {**form, **({} if origin is None else {"Origin": origin})}
        assert app.ask("/bin", method="POST", headers=sent, body=body)[0] == 403, origin
    crossed = {**form, "Origin": app.url, "Sec-Fetch-Site": "cross-site"}
    assert app.ask("/bin", method="POST", headers=crossed, body=body)[0] == 403
    ours = {**form, "Origin": app.url}
    assert app.ask("/bin", method="POST", headers=ours, body="name=plain")[0] == 403
    assert app.ask("/bin", method="POST", headers=ours, body="word=guess&name=plain")[0] == 403
    assert (app.folder / "plain").is_dir()


def test_other_origins_read_nothing_either(app: RunningApp) -> None:
    status, headers, text = app.ask("/", headers={"Origin": "https://evil.example"})
    assert status == 403 and "plain" not in text
    _, headers, _ = app.ask("/", headers={"Origin": app.url})
    assert not [name for name in headers if name.startswith("access-control-")]
    assert app.ask("/", method="OPTIONS", headers={"Origin": "https://evil.example"})[0] == 405


def test_forms_that_are_too_large_are_not_read(app: RunningApp) -> None:
    status, _, text = app.post("/bin", name="x" * 400_000)
    assert status == 403 and "more was sent" in text


@pytest.mark.parametrize(
    "path",
    [
        "plain/../../secret.html",
        "plain/%2e%2e/%2e%2e/secret.html",
        "plain/..%2f..%2fsecret.html",
        "../secret.html",
        "%2e%2e/secret.html",
        "plain//etc/passwd",
        "plain/%2fetc%2fpasswd.html",
        "plain/leak.html",
        "plain/sessions/customer-0001.jsonl",
        "plain/run.json%00.html",
        "link/run.json",
        ".shopper/jobs/x.json",
        "plain/.hidden/x.html",
    ],
)
def test_no_path_leads_out_of_the_folder(app: RunningApp, path: str) -> None:
    status, _, text = app.ask(kept(app, path))
    assert status == 404, text
    assert "not for you" not in text and "root:" not in text


@pytest.mark.parametrize("name", ["link", "..", ".shopper", "%2e%2e", "plain%2f..", "a%00b"])
def test_no_name_leads_out_of_the_folder(app: RunningApp, name: str) -> None:
    for page in ("run", "live", "picture"):
        assert app.ask(f"/{page}/{name}")[0] == 404
    app.post("/bin", name=name.replace("%2e", ".").replace("%2f", "/"))
    assert (app.folder.parent / "outside" / "run" / "run.json").is_file()
    assert (app.folder / "link").is_symlink()


def test_what_lies_in_a_folder_is_shown_in_a_sandbox(app: RunningApp) -> None:
    (app.folder / "plain" / "hostile.html").write_text(HOSTILE)
    status, headers, _ = app.ask(kept(app, "plain/hostile.html"), headers={"Cookie": ""})
    policy = headers["content-security-policy"]
    assert status == 200 and policy.startswith("sandbox") and "allow-same-origin" not in policy
    assert "script-src" not in policy and "default-src 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_every_answer_says_what_it_may_do(app: RunningApp) -> None:
    for path in ("/", "/new", "/compare", "/nowhere", "/run/plain", "/static/app.css"):
        _, headers, _ = app.ask(path)
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
        assert f"script-src http://127.0.0.1:{app.port}/static/" in policy


def test_a_hostile_card_is_only_text(app: RunningApp) -> None:
    a_run(app.folder / "hostile", url=f"https://x.example/{HOSTILE}", policy=HOSTILE)
    (app.folder / "<img src=x onerror=alert(1)>").mkdir()
    (app.folder / "<img src=x onerror=alert(1)>" / "run.json").write_text("{")
    for path in ("/", "/run/hostile", "/compare"):
        status, _, text = app.ask(path)
        assert status == 200 and "<script>" not in text and "<img src=x" not in text
