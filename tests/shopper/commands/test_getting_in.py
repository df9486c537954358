"""Sites that are not open to everyone, visited with the commands as a person types them: real walls
on the loopback, a real browser, and nothing of a credential in any file that a run writes."""

from __future__ import annotations

import base64
import json
import os
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import pyotp
import pytest
import trustme

from agent.runs.card import RunFolder
from agent.runs.folder import finished_sessions, read_card
from agent.sessions.session import Session
from shopper.cli import main
from tests.servers import walls
from tests.servers.walls import PASSWORD, SHOP, USER, ForwardProxy, Members, SecureSite, behind
from tests.website import Reply, Website

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180)]

TOKEN = "t0ken-of-the-gate-77"
LOOK = [
    {"type": "click", "name": "*mug*"},
    {"type": "click", "name": "*home*"},
    {"type": "click", "name": "*cup*"},
    {"type": "terminate"},
]
LOG_IN = [
    {"type": "input", "name": "*user*", "text": "{{user}}"},
    {"type": "type_and_submit", "name": "*password*", "text": "{{password}}"},
]


class Said:
    """What a command said, and how it ended."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, " ".join(err.split())


@pytest.fixture
def shopper(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch):
    """``shopper("run", ...)`` with variables as keywords."""
    for name in list(os.environ):
        if name.upper().endswith("_PROXY") or name.startswith(("SHOPPER_USER", "SHOPPER_PASS")):
            monkeypatch.delenv(name)

    def call(*words: object, **environ: str) -> Said:
        capfd.readouterr()
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in words])
        for name in environ:
            monkeypatch.delenv(name)
        out, err = capfd.readouterr()
        assert "Traceback" not in err, err
        return Said(int(ended.value.code or 0), out, err)

    return call


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "look.json").write_text(json.dumps(LOOK))
    (tmp_path / "login.json").write_text(json.dumps(LOG_IN))
    return tmp_path


def visits(out: Path) -> list[Session]:
    return [*finished_sessions(RunFolder(out)).values()]


def private(path: Path, text: str | bytes) -> Path:
    path.touch(0o600)
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def found(secret: str, root: Path) -> list[str]:
    """The files under `root`, by content or name, that hold a secret in one of its spellings."""
    spellings = {secret, quote(secret, ""), base64.b64encode(secret.encode()).decode()}
    spellings |= {json.dumps(secret)[1:-1]}
    return [
        f"{path.name}: {spelling}"
        for path in root.rglob("*")
        for spelling in spellings
        if spelling in path.name or (path.is_file() and spelling.encode() in path.read_bytes())
    ]


def run(folder: Path, *words: object, customers: int = 2) -> list[object]:
    policy = f"scripted:{folder / 'look.json'}"
    out = ("--out", folder / "out", "--concurrency", 1)
    return ["run", *words, "--customers", customers, "--policy", policy, *out]


def echoing(site: dict[str, object]) -> dict[str, object]:
    """The same, with a start page that repeats what it was told, as careless pages do."""

    def repeat(request: object) -> Reply:
        headers = request.headers  # type: ignore[attr-defined]
        told = f"{headers.get('authorization')} {headers.get('x-gate')} {headers.get('cookie')}"
        inner = SHOP["/"]
        return Reply(f"<title>{told}</title>{inner}<p>You said {told}: {USER} {PASSWORD}</p>")

    return {**site, "/": repeat}


@pytest.mark.parametrize("kind", ["basic", "digest"])
def test_http_credentials(shopper, folder: Path, kind: str) -> None:
    wall = getattr(walls, kind)()
    pages = {**SHOP, **echoing({})}
    with Website(behind(wall, pages)) as site:  # type: ignore[arg-type]
        done = shopper(
            *run(folder, site.url),
            "--http-credentials-file",
            private(folder / "who.txt", f"{USER}:{PASSWORD}\n"),
        )
        assert done.code == 0, done.err
    assert [s.end for s in visits(folder / "out")] == ["terminate"] * 2
    assert found(PASSWORD, folder / "out") == []
    assert found(f"{USER}:{PASSWORD}", folder / "out") == []
    told = read_card(RunFolder(folder / "out")).arguments["access"]
    assert told == [f"user name and password for 127.0.0.1:{site.port}"]


@pytest.mark.parametrize("kind", ["basic", "digest"])
def test_a_wrong_password_is_said_once(shopper, folder: Path, kind: str) -> None:
    with Website(behind(getattr(walls, kind)())) as site:
        done = shopper(
            *run(folder, site.url, customers=5), SHOPPER_HTTP_CREDENTIALS=f"{USER}:wr0ng-password"
        )
    assert done.code == 1
    assert done.err.count("401") == 1
    assert "user name and password for 127.0.0.1" in done.err
    assert len(site.requests) <= 3
    assert visits(folder / "out") == []
    assert "wr0ng" not in done.err + done.out
    assert found("wr0ng-password", folder / "out") == []


def test_no_password_is_told_where_to_give_one(shopper) -> None:
    with Website(behind(walls.basic())) as site:
        done = shopper("observe", site.url)
    assert done.code == 1 and "SHOPPER_HTTP_CREDENTIALS" in done.err


def test_credentials_are_not_given_to_another_host(shopper, folder: Path) -> None:
    """A picture of another host, which is on the allowlist, asks for them as well."""
    with Website(behind(walls.basic(password="another"))) as other:
        pages = {"/": f'<h1>Shop</h1><img src="{other.url}/mug"><a href="{other.url}/">There</a>'}
        with Website(behind(walls.basic(), pages)) as site:
            done = shopper(
                "observe", site.url, "--allow", f"127.0.0.1:{other.port}",
                SHOPPER_HTTP_CREDENTIALS=f"{USER}:{PASSWORD}",
            )  # fmt: skip
    assert done.code == 0, done.err
    assert other.requests and not any("authorization" in r.headers for r in other.requests)


def test_a_header_is_not_carried_to_another_host(shopper, folder: Path) -> None:
    with Website({"/": "<h1>Elsewhere</h1>"}) as other:
        away = Reply("", 302, headers={"Location": f"{other.url}/"})
        pages = {**SHOP, "/away": away}
        with Website(behind(walls.header("X-Gate", TOKEN), pages)) as site:
            done = shopper(
                "observe", f"{site.url}/away", "--allow", f"127.0.0.1:{other.port}",
                "--header", "X-Gate=env:GATE", GATE=TOKEN,
            )  # fmt: skip
    assert done.code == 0, done.err
    assert "Elsewhere" in done.out
    assert TOKEN not in str([r.headers for r in other.requests])


def test_a_header_that_a_gate_wants(shopper, folder: Path) -> None:
    pages = {**SHOP, **echoing({})}
    with Website(behind(walls.header("X-Gate", TOKEN), pages)) as site:  # type: ignore[arg-type]
        done = shopper(*run(folder, site.url), "--header", "X-Gate=env:GATE", GATE=TOKEN)
    assert done.code == 0, done.err
    assert len(visits(folder / "out")) == 2
    assert {r.headers["x-gate"] for r in site.requests} == {TOKEN}
    assert found(TOKEN, folder / "out") == []


def test_a_cookie_forces_a_variant(shopper, folder: Path) -> None:
    def variant(request: object) -> str:
        told = request.headers.get("cookie", "")  # type: ignore[attr-defined]
        return f"<h1>Variant {'B' if 'variant=B' in told else 'A'}</h1>"

    with Website({"/": variant}) as site:  # type: ignore[dict-item]
        assert "Variant A" in shopper("observe", site.url).out
        assert "Variant B" in shopper("observe", site.url, "--cookie", "variant=B").out


def test_both_sides_get_the_same(shopper, folder: Path) -> None:
    def site() -> Website:
        return Website(behind(walls.header("X-Gate", TOKEN)))

    with site() as a, site() as b:
        done = shopper(
            *run(folder, a.url, b.url, customers=1), "--header", "X-Gate=env:GATE", GATE=TOKEN
        )
    assert done.code == 0, done.err
    for side in "ab":
        assert [s.end for s in visits(folder / "out" / side)] == ["terminate"]
    assert found(TOKEN, folder / "out") == []


@contextmanager
def members(**settings: object) -> Iterator[tuple[Members, Website]]:
    own = Members(**settings)  # type: ignore[arg-type]
    with Website(own.pages()) as site:
        yield own, site


WHO = {"SHOPPER_USER": USER, "SHOPPER_PASSWORD": PASSWORD}


def test_a_script_logs_in_before_each_visit(shopper, folder: Path) -> None:
    with members() as (own, site):
        done = shopper(*run(folder, site.url), "--setup", folder / "login.json", **WHO)
        assert done.code == 0, done.err
        assert own.logins == 3  # once to see that it works, then for each visit
    for session in visits(folder / "out"):
        assert session.started_from == "setup login.json"
        assert len(session.steps) == len(LOOK)
        assert session.steps[0].url == f"{site.url}/"
    for secret in (USER, PASSWORD):
        assert found(secret, folder / "out") == []


def test_a_wrong_password_of_a_script_is_said_once_with_a_picture(shopper, folder: Path) -> None:
    with members() as (own, site):
        done = shopper(
            *run(folder, site.url, customers=5), "--setup", folder / "login.json",
            SHOPPER_USER=USER, SHOPPER_PASSWORD="wr0ng-password",
        )  # fmt: skip
        assert (own.failed, own.logins) == (1, 0)
    assert done.code == 1
    assert done.err.count("did not log in") == 1
    assert (folder / "out" / "login-failed.jpg").read_bytes()[:2] == b"\xff\xd8"
    assert found("wr0ng-password", folder / "out") == []


def test_a_script_that_fails_at_its_third_action_says_which(shopper, folder: Path) -> None:
    steps = [LOG_IN[0], {**LOG_IN[1], "type": "input"}, {"type": "click", "name": "*sign_up_here*"}]
    (folder / "login.json").write_text(json.dumps(steps))
    with members() as (_, site):
        done = shopper(*run(folder, site.url), "--setup", folder / "login.json", **WHO)
    assert done.code == 1
    assert "failed at action 3 of 3" in done.err and "sign_up_here" in done.err
    picture = folder / "out" / "login-failed.jpg"
    assert str(picture) in done.err and picture.stat().st_size > 1000
    assert PASSWORD not in done.err


def test_one_time_codes(shopper, folder: Path) -> None:
    """The site takes each code once, and is visited by two customers all the same."""
    key = pyotp.random_base32()
    code = {"type": "type_and_submit", "name": "*code*", "text": "{{totp}}"}
    (folder / "login.json").write_text(
        json.dumps([LOG_IN[0], {**LOG_IN[1], "type": "input"}, code])
    )
    with members(code=lambda: pyotp.TOTP(key).now()) as (own, site):
        done = shopper(
            *run(folder, site.url), "--setup", folder / "login.json", **WHO, SHOPPER_TOTP_SECRET=key
        )
    assert done.code == 0, done.err
    assert own.logins == 1
    assert len(visits(folder / "out")) == 2
    for secret in (key, PASSWORD, *own.used):
        assert found(secret, folder / "out") == []


@pytest.fixture
def kept(shopper, folder: Path):
    """A file with a login that a script has made."""

    def keep(site: Website) -> Path:
        state = folder / "state.json"
        done = shopper("login", site.url, "--setup", folder / "login.json", "--out", state, **WHO)
        assert done.code == 0, done.err
        assert state.stat().st_mode & 0o777 == 0o600
        return state

    return keep


def test_visits_start_from_a_kept_login(shopper, folder: Path, kept) -> None:
    with members() as (own, site):
        state = kept(site)
        done = shopper(*run(folder, site.url), "--storage-state", state)
        assert done.code == 0, done.err
        assert own.logins == 1
    assert {s.started_from for s in visits(folder / "out")} == {"storage state state.json"}
    (cookie,) = json.loads(state.read_text())["cookies"]
    assert found(cookie["value"], folder / "out") == []
    (told,) = read_card(RunFolder(folder / "out")).arguments["access"]  # type: ignore[misc]
    assert told.startswith("storage state state.json, ")


def test_a_login_that_ended_at_the_site_is_said_once(shopper, folder: Path, kept) -> None:
    with members() as (own, site):
        state = kept(site)
        own.left.clear()
        done = shopper(*run(folder, site.url, customers=5), "--storage-state", state)
    assert done.code == 1
    assert done.err.count("the login in state.json does not let anyone in") == 1
    assert visits(folder / "out") == []


def test_a_login_that_ends_in_the_middle_of_a_run(shopper, folder: Path, kept) -> None:
    """The first visit loses it at its third page: it ends with that cause, and nobody else comes."""
    with members() as (own, site):
        state = kept(site)
        for name in own.left:
            own.left[name] = 1 + 3  # one to see that it works, three in the visit
        done = shopper(*run(folder, site.url, customers=5), "--storage-state", state)
    assert done.code == 1
    (session,) = visits(folder / "out")
    assert session.end is not None
    assert session.end.startswith("error: the site ended the login: ")
    assert "/login asks to log in" in session.end
    assert len(session.steps) == 3
    assert done.err.count("the site ended the login") == 1
    assert done.err.count("does not let anyone in") == 1
    (note,) = [n for n in read_card(RunFolder(folder / "out")).notes if "login" in n]
    assert note.startswith("one visit ended because the site ended the login")
    assert "--resume" in done.err


def test_a_customer_who_logs_out_has_not_lost_the_login(shopper, folder: Path, kept) -> None:
    steps = [{"type": "click", "name": "*log_out*"}, {"type": "click", "name": "*home*"}, LOOK[-1]]
    (folder / "look.json").write_text(json.dumps(steps))
    own = Members()
    start = '<h1>Shop</h1><a href="/bye">Log out</a>'
    shop = {**own.pages({**SHOP, "/": start}), "/bye": f"{walls.FORM % ''}<a href='/cup'>Home</a>"}
    with Website(shop) as site:
        done = shopper(*run(folder, site.url, customers=1), "--storage-state", kept(site))
    assert done.code == 0, done.err
    assert [s.end for s in visits(folder / "out")] == ["terminate"]


@pytest.fixture(scope="module")
def ca() -> trustme.CA:
    return trustme.CA()


def secure(ca: trustme.CA, clients: bool = False) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert("127.0.0.1").configure_cert(context)
    if clients:
        context.verify_mode = ssl.CERT_REQUIRED
        ca.configure_trust(context)
    return context


def test_an_authority_and_a_client_certificate_of_one_s_own(shopper, folder: Path, ca) -> None:
    mine = ca.issue_cert("customer@shop.example")
    pem = private(folder / "me.pem", mine.private_key_and_cert_chain_pem.bytes())
    authority = folder / "ca.pem"
    authority.write_bytes(ca.cert_pem.bytes())
    wall = walls.header("X-Gate", TOKEN)
    with SecureSite(behind(wall), secure(ca, clients=True)) as site:
        words = run(folder, site.url, "--header", "X-Gate=env:GATE", "--ca", authority)
        done = shopper(*words, "--client-cert", pem, GATE=TOKEN)
        assert done.code == 0, done.err
        assert "client certificate" in shopper("observe", site.url, "--ca", authority).err
    assert found(TOKEN, folder / "out") == []
    key = pem.read_text().splitlines()[1]
    assert found(key, folder / "out") == []
    with SecureSite(SHOP, secure(ca)) as site:
        untrusted = shopper("observe", site.url)
        assert untrusted.code == 1 and "--ca" in untrusted.err
        assert shopper("observe", site.url, "--ca", authority).code == 0


def test_credentials_within_tls_of_one_s_own(shopper, folder: Path, ca) -> None:
    authority = folder / "ca.pem"
    authority.write_bytes(ca.cert_pem.bytes())
    with SecureSite(behind(walls.digest()), secure(ca)) as site:
        done = shopper(
            "observe", site.url, "--ca", authority, SHOPPER_HTTP_CREDENTIALS=f"{USER}:{PASSWORD}"
        )
    assert done.code == 0, done.err


def test_a_proxy_that_asks_who_is_there(shopper, folder: Path) -> None:
    with Website(SHOP) as site, Website(SHOP) as other:
        with walls.forward_proxy(ForwardProxy("me", "pr0xy-password")) as company:
            address = f"http://me:pr0xy-password@127.0.0.1:{company.port}"
            done = shopper(*run(folder, site.url), "--proxy", "env:COMPANY", COMPANY=address)
            assert done.code == 0, done.err
            assert all(f"127.0.0.1:{site.port}" in asked for asked in company.asked)
            wrong = address.replace("pr0xy-password", "wr0ng")
            refused = shopper("observe", site.url, "--proxy", "env:COMPANY", COMPANY=wrong)
            assert "does not accept the user name" in refused.err
            aside = shopper(
                "observe", other.url, "--proxy", "env:COMPANY", COMPANY=wrong, NO_PROXY="127.0.0.1"
            )
            assert aside.code == 0
    assert found("pr0xy-password", folder / "out") == []
    down = shopper(
        *run(folder, site.url, customers=5),
        "--out",
        folder / "down",
        "--proxy",
        "http://127.0.0.1:9",
    )
    assert down.err.count("the proxy 127.0.0.1:9 cannot be reached") == 1


def test_a_secret_that_a_customer_types(shopper, folder: Path) -> None:
    """The policy writes the placeholder; only the site gets the number."""
    heard = []

    def account(request: object) -> str:
        heard.append(request.body.decode())  # type: ignore[attr-defined]
        return f"<h1>Card {heard[-1]}</h1><a href='/'>Home</a>"

    form = '<h1>Card</h1><form method="post" action="/card"><label>Staff number <input name="n"></label></form>'
    steps = [{"type": "type_and_submit", "name": "*staff*", "text": "{{staff}}"}, LOOK[-1]]
    (folder / "look.json").write_text(json.dumps(steps))
    with Website({"/": form, "/card": account}) as site:  # type: ignore[dict-item]
        done = shopper(*run(folder, site.url), "--secret", "staff=env:STAFF", STAFF="S-4711-0815")
    assert done.code == 0, done.err
    assert heard[0] == "n=S-4711-0815"
    assert found("S-4711-0815", folder / "out") == []
    assert "{{staff}}" in (folder / "out" / "sessions" / "customer-0001.jsonl").read_text()


def test_a_study_gets_in_as_well(shopper, folder: Path) -> None:
    with members() as (_, site):
        (folder / "study.toml").write_text(
            f'title = "A study"\nsite = "{site.url}"\npolicy = "scripted:{folder / "look.json"}"\n'
            "[population]\ncustomers = 1\n[questions]\nseq = false\nsus = false\n"
            '[[tasks]]\nid = "look"\ntext = "Find the cup."\nsuccess = {url = "*/cup"}\n'
        )
        done = shopper(
            "study",
            folder / "study.toml",
            "--out",
            folder / "out",
            "--setup",
            folder / "login.json",
            **WHO,
        )
    assert done.code == 0, done.err
    assert [s.started_from for s in visits(folder / "out")] == ["setup login.json"]
    for secret in (USER, PASSWORD):
        assert found(secret, folder / "out") == []


def test_on_a_cluster_too(folder: Path) -> None:
    pytest.importorskip("ray")
    with members() as (own, site):
        words = ["--cluster", "local", "--workers", "1", "--setup", folder / "login.json"]
        done = in_a_process(*run(folder, site.url), *words, **WHO)
        assert done.returncode == 0, done.stderr
        assert own.logins == 3
        wrong = {"SHOPPER_USER": USER, "SHOPPER_PASSWORD": "wr0ng-password"}
        refused = in_a_process(*run(folder, site.url), "--out", folder / "wrong", *words, **wrong)
    assert refused.returncode == 1
    assert refused.stderr.count("did not log in") == 1, refused.stderr
    assert {s.started_from for s in visits(folder / "out")} == {"setup login.json"}
    for secret in (USER, PASSWORD, "wr0ng-password"):
        assert found(secret, folder) == []


def in_a_process(*words: object, **environ: str) -> subprocess.CompletedProcess[str]:
    """The command by itself: a cluster wants a process of its own."""
    command = [sys.executable, "-m", "shopper", *map(str, words)]
    env = {**os.environ, **environ}
    return subprocess.run(
        command, capture_output=True, text=True, timeout=170, check=False, env=env
    )


def test_a_secret_in_the_folder_s_name_is_refused(shopper, folder: Path) -> None:
    done = shopper(
        "run",
        "http://127.0.0.1:9",
        "--out",
        folder / PASSWORD,
        SHOPPER_HTTP_CREDENTIALS=f"a:{PASSWORD}",
    )
    assert done.code == 2
    assert "--out holds one of the secrets" in done.err and PASSWORD not in done.err
    assert not (folder / PASSWORD).exists()


def test_robots_txt_behind_a_wall(shopper, folder: Path) -> None:
    pages = {
        **SHOP,
        "/robots.txt": Reply("User-agent: *\nDisallow: /mug", content_type="text/plain"),
    }
    for kind in ("basic", "digest"):
        with Website(behind(getattr(walls, kind)(), pages)) as site:
            done = shopper(
                *run(folder, site.url, customers=1), "--out", folder / kind, "--respect-robots",
                SHOPPER_HTTP_CREDENTIALS=f"{USER}:{PASSWORD}",
            )  # fmt: skip
            assert done.code == 0 or "failed" in done.err
            assert not any(r.path == "/mug" for r in site.requests), kind


def test_how_old_a_login_is_told(shopper, folder: Path, kept) -> None:
    with members() as (_, site):
        state = kept(site)
        long_ago = time.time() - 3 * 86400
        os.utime(state, (long_ago, long_ago))
        done = shopper(*run(folder, site.url, customers=1), "--storage-state", state)
    assert done.code == 0, done.err
    assert read_card(RunFolder(folder / "out")).arguments["access"] == [
        "storage state state.json, 3 days old"
    ]
