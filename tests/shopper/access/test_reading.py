"""From options, files and variables to what a run brings along; and everything that can be wrong
with them. No message may repeat a credential."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
import trustme

from envs.access import OPEN, Access, AccessError
from envs.gateway import SiteError
from shopper.access import AccessAsked, check_told, in_clear, read_access

SHOP = "https://staging.example.com/"
PASSWORD = "hunter22-of-shop"


def private(path: Path, text: str) -> Path:
    path.write_text(text)
    path.chmod(0o600)
    return path


def read(asked: AccessAsked, *urls: str | None, **environ: str) -> Access:
    return read_access(asked, urls or (SHOP,), environ)


def refused(asked: AccessAsked, *urls: str | None, **environ: str) -> str:
    with pytest.raises(AccessError) as error:
        read(asked, *urls, **environ)
    assert PASSWORD not in str(error.value)
    assert len(str(error.value).splitlines()) == 1
    return str(error.value)


def state(path: Path, domain: str = "staging.example.com", expires: float = -1) -> Path:
    cookie = {"name": "sid", "value": "s3ss10n-0123456789", "domain": domain, "path": "/"}
    cookie |= {"expires": expires, "httpOnly": True, "secure": True, "sameSite": "Lax"}
    return private(path, json.dumps({"cookies": [cookie], "origins": []}))


def test_nothing_is_brought_along_where_nothing_is_asked_for() -> None:
    assert read(AccessAsked()) == OPEN
    assert not OPEN.wall
    assert OPEN.started_from is None


def test_the_embedded_shop_is_open_to_everyone() -> None:
    assert (
        read(AccessAsked(), None, SHOPPER_HTTP_CREDENTIALS="a:b", HTTPS_PROXY="http://p:1") == OPEN
    )
    assert "name its URL" in refused(AccessAsked(header=["X-A=1"]), None)


def test_credentials_of_a_file_are_for_the_start_address(tmp_path: Path) -> None:
    file = private(
        tmp_path / "c", f"me:{PASSWORD}:x\n\nhttps://cdn.example.net:8443 you:{PASSWORD}\n"
    )
    access = read(AccessAsked(http_credentials_file=file))
    first = access.credentials_for("staging.example.com", 443)
    assert first is not None and (first.user, first.password) == ("me", f"{PASSWORD}:x")
    assert access.credentials_for("staging.example.com", 80) is None
    assert access.credentials_for("www.example.com", 443) is None
    assert access.credentials_for("cdn.example.net", 8443) is not None
    assert access.wall
    assert PASSWORD in " ".join(access.hidden)
    assert PASSWORD not in " ".join(access.described) + repr(access)


def test_credentials_of_the_variable() -> None:
    access = read(AccessAsked(), SHOPPER_HTTP_CREDENTIALS=f"me:{PASSWORD}")
    assert access.credentials[0].password == PASSWORD


def test_both_sides_of_a_comparison_get_the_same() -> None:
    access = read(
        AccessAsked(header=["X-Gate=env:GATE"]),
        "https://a.example/",
        "https://b.example/",
        GATE="1",
    )
    for host in ("a.example", "b.example"):
        assert access.passes.headers_for(host, 443) == ((b"x-gate", b"1"),)


@pytest.mark.parametrize(
    "content", ["", "\n \n", "nobody", f":{PASSWORD}", "me:", f"https://h.example {PASSWORD}"]
)
def test_a_file_without_credentials(tmp_path: Path, content: str) -> None:
    assert "USER:PASSWORD" in refused(
        AccessAsked(http_credentials_file=private(tmp_path / "c", content))
    )


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o666])
@pytest.mark.parametrize("what", ["http_credentials_file", "storage_state"])
def test_a_file_that_others_may_read(tmp_path: Path, mode: int, what: str) -> None:
    file = state(tmp_path / "f")
    file.chmod(mode)
    said = refused(AccessAsked(**{what: file}))
    assert f"{mode:04o}" in said and "chmod 600" in said


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    for what in ("http_credentials_file", "storage_state", "setup", "ca"):
        assert str(tmp_path / "none") in refused(AccessAsked(**{what: tmp_path / "none"}))


def test_headers_and_cookies_by_host() -> None:
    access = read(
        AccessAsked(header=["X-A=1", "api.example.com:8443/X-B=a=b"], cookie="variant=B"),
    )
    assert access.passes.headers_for("staging.example.com", 443) == ((b"x-a", b"1"),)
    assert access.passes.headers_for("api.example.com", 8443) == ((b"x-b", b"a=b"),)
    assert access.passes.headers_for("api.example.com", 443) == ()
    assert [(c.name, c.value) for c in access.cookies] == [("variant", "B")]
    assert access.described == (
        "header X-A for staging.example.com",
        "header X-B for api.example.com:8443",
        "cookie variant for staging.example.com",
    )


def test_a_flag_is_no_secret_and_a_token_is() -> None:
    access = read(
        AccessAsked(
            header=["X-Flag=new-checkout", "X-Gate=env:GATE", f"Authorization=Bearer {PASSWORD}"]
        ),
        GATE="gate",
    )
    assert "new-checkout" not in access.hidden
    assert {"gate", PASSWORD} <= set(access.hidden)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"header": ["X-A"]}, "NAME=VALUE"),
        ({"header": ["=1"]}, "NAME=VALUE"),
        ({"header": ["X A=1"]}, "not a name"),
        ({"header": [f"X-A={PASSWORD}\nX-B: 2"]}, "line break"),
        ({"header": [f"X-A={PASSWORD}\r"]}, "line break"),
        ({"header": ["X-A=\x00"]}, "control character"),
        ({"header": ["X-A=env:LINES"]}, "line break"),
        ({"header": ["Host=evil.example"]}, "the browser's own"),
        ({"header": ["Content-Length=0"]}, "the browser's own"),
        ({"header": ["Cookie=a=b"]}, "--cookie"),
        ({"header": ["X-A=env:NOWHERE"]}, "NOWHERE', which is not set"),
        ({"header": ["X-A=env:EMPTY"]}, "EMPTY', which is empty"),
        ({"header": ["*.com/X-A=1"]}, "not a host"),
        ({"cookie": ["a=b; c=d"]}, "no spaces"),
        ({"cookie": ["a"]}, "NAME=VALUE"),
        ({"secret": [f"pin={PASSWORD}"]}, "pin=env:VARIABLE"),
        ({"secret": ["pin=env:NOWHERE"]}, "not set"),
        ({"secret": ["totp=env:KEY"]}, "base32"),
        ({"proxy": f"socks5://me:{PASSWORD}@p.example:1"}, "socks5"),
        ({"proxy": "env:NOWHERE"}, "not set"),
        ({"proxy": "http://"}, "http://HOST:PORT"),
    ],
)  # fmt: skip
def test_what_cannot_be_used(asked: dict[str, object], told: str) -> None:
    environ = {"EMPTY": "", "LINES": f"{PASSWORD}\nX-B: 1", "KEY": PASSWORD}
    assert told in refused(AccessAsked(**asked), **environ)  # type: ignore[arg-type]


def test_a_state_is_taken_with_its_name_and_age(tmp_path: Path) -> None:
    access = read(AccessAsked(storage_state=state(tmp_path / "s.json")))
    assert access.started_from == "storage state s.json"
    assert access.described == ("storage state s.json, 0 min old",)
    assert "s3ss10n-0123456789" in access.hidden
    assert "s3ss10n" not in repr(access)


@pytest.mark.parametrize(
    ("domain", "usable"),
    [("staging.example.com", True), (".example.com", True), ("example.com", False), ("other.example", False)],
)  # fmt: skip
def test_a_state_for_another_site(tmp_path: Path, domain: str, usable: bool) -> None:
    asked = AccessAsked(storage_state=state(tmp_path / "s.json", domain))
    if usable:
        assert read(asked).state is not None
    else:
        assert "holds nothing for staging.example.com" in refused(asked)


def test_a_state_that_has_expired(tmp_path: Path) -> None:
    said = refused(AccessAsked(storage_state=state(tmp_path / "s.json", expires=time.time() - 60)))
    assert "has expired" in said and "shopper login https://staging.example.com" in said


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"cookies": 1}', '{"cookies": [], "origins": []}']
)
def test_a_file_that_is_no_state(tmp_path: Path, content: str) -> None:
    assert "shopper login" in refused(AccessAsked(storage_state=private(tmp_path / "s", content)))


def test_a_script_gets_its_secrets_from_variables(tmp_path: Path) -> None:
    file = tmp_path / "login.json"
    file.write_text(
        json.dumps([{"type": "input", "name": "*", "text": "{{user}} {{password}}{{pin}}"}])
    )
    asked = AccessAsked(setup=file, secret=["pin=env:PIN"])
    access = read(asked, SHOPPER_USER="me", SHOPPER_PASSWORD=PASSWORD, PIN="0815")
    assert {(s.name, s.value, s.host) for s in access.secrets} == {
        ("user", "me", "example.com"),
        ("password", PASSWORD, "example.com"),
        ("pin", "0815", "example.com"),
    }
    assert "me" not in access.hidden  # a word that pages are full of
    assert {PASSWORD, "0815"} <= set(access.hidden)
    assert access.started_from == "setup login.json"
    said = refused(asked, SHOPPER_USER="me", PIN="1")
    assert "action 1 types {{password}}" in said and "SHOPPER_PASSWORD" in said


@pytest.mark.parametrize(
    "content", ["", "{}", "[]", '{"steps": []}', '[{"type": "fly"}]', '[{"type": "click"}]']
)
def test_a_file_that_is_no_script(tmp_path: Path, content: str) -> None:
    file = tmp_path / "login.json"
    file.write_text(content)
    assert "is not a script" in refused(AccessAsked(setup=file))


def test_proxies_of_the_environment() -> None:
    access = read(
        AccessAsked(), HTTPS_PROXY=f"http://me:{PASSWORD}@p.example:3128", no_proxy="a.example"
    )
    assert access.passes.proxy_for("shop.example", 443, tls=True) is not None
    assert access.passes.proxy_for("shop.example", 80, tls=False) is None
    assert access.passes.proxy_for("a.example", 443, tls=True) is None
    assert not access.wall
    named = read(AccessAsked(proxy="http://q.example:1"), HTTPS_PROXY="http://p.example:2")
    assert [proxy.shown for proxy in named.passes.proxies] == ["q.example:1"]
    assert named.wall


def test_a_proxy_of_the_environment_that_is_not_spoken_to() -> None:
    assert "HTTPS_PROXY" in refused(
        AccessAsked(), HTTPS_PROXY=f"socks5://me:{PASSWORD}@p.example:1"
    )
    assert read(AccessAsked(), "http://127.0.0.1:8000/", HTTPS_PROXY="socks5://p.example:1") == OPEN


def test_the_words_of_a_flag_are_no_secrets() -> None:
    access = read(AccessAsked(header=["X-Flag=new checkout", "X-Gate=Bearer env:not-a-variable"]))
    assert "checkout" not in access.hidden
    assert "Bearer env:not-a-variable" in access.hidden


def certificate(folder: Path, ca: trustme.CA) -> Path:
    made = ca.issue_cert("me@shop.example")
    return private(folder / "me.pem", made.private_key_and_cert_chain_pem.bytes().decode())


def test_a_client_certificate_in_pem_and_in_pkcs12(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives.serialization import (
        BestAvailableEncryption,
        load_pem_private_key,
    )
    from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
    from cryptography.x509 import load_pem_x509_certificate

    pem = certificate(tmp_path, trustme.CA())
    access = read(AccessAsked(client_cert=str(pem)))
    (shown,) = access.passes.certificates
    assert shown.place.covers("staging.example.com", 443)
    data = pem.read_bytes()
    key = load_pem_private_key(data[: data.index(b"-----BEGIN CERT")], None)
    packed = serialize_key_and_certificates(
        b"me",
        key,
        load_pem_x509_certificate(shown.chain),
        None,
        BestAvailableEncryption(PASSWORD.encode()),
    )  # type: ignore[arg-type]
    p12 = tmp_path / "me.p12"
    p12.touch(0o600)
    p12.write_bytes(packed)
    asked = AccessAsked(client_cert=[f"pay.example.com={p12}"])
    (other,) = read(asked, SHOPPER_CLIENT_CERT_PASSWORD=PASSWORD).passes.certificates
    assert other.place.covers("pay.example.com", 443)
    assert other.key == shown.key
    assert "password of its key" in refused(asked)
    assert "password of its key is wrong" in refused(asked, SHOPPER_CLIENT_CERT_PASSWORD="no")


def test_a_client_certificate_that_is_none(tmp_path: Path) -> None:
    assert "no certificate" in refused(AccessAsked(client_cert=str(private(tmp_path / "x", "x"))))
    whole = certificate(tmp_path, trustme.CA()).read_text()
    alone = private(tmp_path / "alone.pem", whole[whole.index("-----BEGIN CERT") :])
    assert "no private key" in refused(AccessAsked(client_cert=str(alone)))
    key = private(tmp_path / "key.pem", whole[: whole.index("-----BEGIN CERT")])
    assert read(AccessAsked(client_cert=f"{alone},{key}")).passes.certificates


def test_an_authority_that_is_none(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("no certificate")
    assert "holds no certificates" in refused(AccessAsked(ca=file))
    file.write_bytes(trustme.CA().cert_pem.bytes())
    assert read(AccessAsked(ca=file)).passes.opens("any.example", 443)


def test_secrets_in_what_is_kept_as_it_is(tmp_path: Path) -> None:
    access = read(AccessAsked(), SHOPPER_HTTP_CREDENTIALS=f"me:{PASSWORD}")
    check_told(access, {"--out": tmp_path / "fine", "--intent": None})
    for told in (tmp_path / PASSWORD, f"x-{PASSWORD}-y", f"log in with {PASSWORD}"):
        with pytest.raises(AccessError, match=r"^--out holds one of the secrets") as error:
            check_told(access, {"--out": told})
        assert PASSWORD not in str(error.value)


def test_short_secrets_in_paths_are_found_where_they_stand_alone(tmp_path: Path) -> None:
    access = read(AccessAsked(header=["X-A=env:A"]), A="runs")
    check_told(access, {"--out": tmp_path / "reruns"})
    with pytest.raises(AccessError):
        check_told(access, {"--out": Path("runs/monday")})


def test_what_stands_on_the_command_line_is_said() -> None:
    asked = AccessAsked(
        header=["X-Flag=B", f"X-Api-Key={PASSWORD}"],
        cookie=["variant=B"],
        proxy=f"http://a:{PASSWORD}@p:1",
    )
    told = in_clear(asked)
    assert len(told) == 2
    assert "X-Api-Key=env:VARIABLE" in told[0] and "--proxy env:VARIABLE" in told[1]
    assert PASSWORD not in " ".join(told)
    assert PASSWORD not in repr(asked)


def test_an_address_with_a_password_is_refused_without_repeating_it() -> None:
    with pytest.raises(SiteError) as error:
        read(AccessAsked(), f"https://me:{PASSWORD}@staging.example.com/")
    assert PASSWORD not in str(error.value)
    assert "--http-credentials-file" in str(error.value)
