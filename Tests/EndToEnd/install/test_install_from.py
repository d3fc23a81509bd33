"""install.sh --from: a release from a directory or an https:// address, and never without its checksum."""

from __future__ import annotations

import http.server
import json
import re
import shutil
import threading
from functools import partial

import pytest
from harness.documents import blocks, page
from harness.environments import ROOT
from harness.fake_releases import NAME, checksum, release_tarball
from harness.fake_system import FakeSystem
from standin.authority import CertificateAuthority


class Handler(http.server.SimpleHTTPRequestHandler):
    """The files of a directory; below /elsewhere/ it sends to the address that the test says."""

    def do_GET(self):
        self.server.asked.append(self.path)
        if self.path.startswith("/elsewhere/"):
            self.send_response(302)
            self.send_header("Location", self.server.elsewhere + self.path.removeprefix("/elsewhere"))
            self.end_headers()
        else:
            super().do_GET()

    def log_message(self, *_):
        pass


class Server(http.server.ThreadingHTTPServer):
    def __init__(self, directory, context=None):
        super().__init__(("127.0.0.1", 0), partial(Handler, directory=directory))
        self.asked, self.elsewhere = [], ""
        if context:
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.address = f"{'https' if context else 'http'}://localhost:{self.server_address[1]}"

    def handle_error(self, *_):
        pass


@pytest.fixture
def releases(tmp_path):
    """A directory with a release for this machine and one for another, and their checksums."""
    directory = tmp_path / "releases"
    directory.mkdir()
    tarball = release_tarball(directory, "1.2.3")
    other = directory / f"{NAME}-1.2.3-linux-other.tar.gz"
    other.write_text("for another machine")
    (directory / "SHA256SUMS").write_text("".join(f"{checksum(file)}  {file.name}\n" for file in (other, tarball)))
    return directory


@pytest.fixture
def authority(tmp_path):
    (tmp_path / "authority").mkdir()
    return CertificateAuthority(tmp_path / "authority")


@pytest.fixture
def serve():
    running = []

    def serve(*arguments):
        server = Server(*arguments)
        running.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server

    yield serve
    for server in running:
        server.shutdown()
        server.server_close()


@pytest.fixture
def server(releases, serve, authority):
    return serve(releases, authority.context_for("localhost"))


@pytest.fixture
def user(bare_home, authority):
    """A user who trusts the server, and has no proxy."""
    for name in [name for name in bare_home.env if name.lower().endswith("_proxy")]:
        del bare_home.env[name]
    bare_home.env["CURL_CA_BUNDLE"] = str(authority.ca_file)
    return bare_home


@pytest.fixture
def install(user, tmp_path):
    user.write(".curlrc", "insecure\nproxy = http://127.0.0.1:9\n")

    def install(release, *, by=(ROOT / "install.sh",), text=None):
        options = ["--from", release, "--prefix", tmp_path / "prefix", "--no-configure"]
        return user.run(*by, *options, text=text)

    return install


def refused(result, tmp_path, *words, code=1):
    assert result.returncode == code
    (line,) = result.stderr.splitlines()
    for word in words:
        assert word in line
    assert not (tmp_path / "prefix").exists()


@pytest.fixture
def tarball(releases):
    (found,) = releases.glob("*-1.2.3-linux-[!o]*.tar.gz")
    return found


@pytest.mark.parametrize("what", ["directory", "directory/", "tarball", "tarball?signature=a/b.c#sha256="])
def test_an_address(install, server, tarball, tmp_path, what, bare_home):
    rest = {
        "directory": "",
        "directory/": "/",
        "tarball": f"/{tarball.name}",
        "tarball?signature=a/b.c#sha256=": f"/{tarball.name}?signature=a/b.c#sha256={checksum(tarball)}",
    }[what]
    install(server.address + rest).ok()
    assert bare_home.run(tmp_path / f"prefix/bin/{NAME}", "--version").stdout == "1.2.3\n"
    if "#" in what:
        assert server.asked == [f"/{tarball.name}?signature=a/b.c"]
    else:
        assert server.asked == ["/SHA256SUMS", f"/{tarball.name}"]


def test_one_line_in_an_image(install, server, tmp_path, bare_home):
    install(server.address, by=("bash", "-s", "--"), text=(ROOT / "install.sh").read_text()).ok()
    assert bare_home.run(tmp_path / f"prefix/bin/{NAME}", "--version").stdout == "1.2.3\n"


def test_a_directory(install, releases, tmp_path, bare_home):
    install(releases).ok()
    assert bare_home.run(tmp_path / f"prefix/bin/{NAME}", "--version").stdout == "1.2.3\n"


def test_a_directory_that_has_none_for_this_machine(install, releases, tarball, tmp_path):
    lines = (releases / "SHA256SUMS").read_text().splitlines(keepends=True)
    (releases / "SHA256SUMS").write_text(lines[0])
    refused(install(releases), tmp_path, "names no release for ")


def test_an_address_that_has_none_for_this_machine(install, releases, server, tmp_path):
    lines = (releases / "SHA256SUMS").read_text().splitlines(keepends=True)
    (releases / "SHA256SUMS").write_text(lines[0])
    refused(install(server.address), tmp_path, "names no release for ")


@pytest.mark.parametrize("way", ["directory", "tarball", "checksum"])
def test_a_wrong_checksum(install, server, tarball, tmp_path, way):
    known = checksum(tarball)
    tarball.write_bytes(tarball.read_bytes() + b"\0")
    rest = {"directory": "", "tarball": f"/{tarball.name}", "checksum": f"/{tarball.name}#sha256={known}"}[way]
    refused(install(server.address + rest), tmp_path, "does not match its checksum in")


@pytest.mark.parametrize("content", [b"not a tarball\n", b"", None], ids=["text", "empty", "truncated"])
def test_a_tarball_that_cannot_be_unpacked(install, releases, tarball, tmp_path, content):
    (releases / "SHA256SUMS").unlink()
    tarball.write_bytes(tarball.read_bytes()[:-9] if content is None else content)
    result = install(tarball)
    refused(result, tmp_path, "could not be unpacked: ")
    assert result.stderr.partition("could not be unpacked: ")[2].strip(), "with the reason"


@pytest.mark.parametrize("sums", [None, "", "0  other.tar.gz\n"])
def test_an_address_without_a_checksum(install, server, releases, tarball, tmp_path, sums):
    (releases / "SHA256SUMS").unlink()
    if sums is not None:
        (releases / "SHA256SUMS").write_text(sums)
    refused(install(f"{server.address}/{tarball.name}"), tmp_path, "SHA256SUMS")
    assert server.asked == ["/SHA256SUMS"]


@pytest.mark.parametrize(
    "name", ["../../x-linux-{}.tar.gz", "/etc/x-linux-{}.tar.gz", "other-1-linux-{}.tar.gz", "a b"]
)
def test_names_in_the_checksums_that_are_not_releases(install, server, releases, tarball, tmp_path, name):
    machine = tarball.name.removesuffix(".tar.gz").rpartition("-")[2]
    (releases / "SHA256SUMS").write_text(f"{'0' * 64}  {name.format(machine)}\n")
    refused(install(server.address), tmp_path, "names no release for ")


def test_plain_http_is_not_asked(install, serve, releases, tmp_path):
    server = serve(releases)
    refused(install(server.address), tmp_path, "a path or an https:// address", code=2)
    refused(install(server.address.replace("http", "ftp")), tmp_path, "a path or an https:// address", code=2)
    assert server.asked == []


def test_a_redirect_to_plain_http_is_not_followed(install, serve, server, releases, tmp_path):
    plain = serve(releases)
    server.elsewhere = plain.address
    refused(install(f"{server.address}/elsewhere"), tmp_path, "could not be downloaded")
    assert plain.asked == []


def test_another_https_address_is_followed(install, serve, server, authority, releases, tmp_path):
    """As a release on GitHub is somewhere else."""
    server.elsewhere = serve(releases, authority.context_for("localhost")).address
    install(f"{server.address}/elsewhere").ok()


def test_an_untrusted_certificate(install, server, bare_home, tmp_path):
    """Whatever ~/.curlrc says."""
    del bare_home.env["CURL_CA_BUNDLE"]
    refused(install(server.address), tmp_path, "could not be downloaded", "certificate")
    assert server.asked == []


def test_a_refused_connection(install, server, tmp_path):
    server.shutdown()
    server.server_close()
    refused(install(server.address), tmp_path, "could not be downloaded")


@pytest.mark.parametrize("rest", ["#sha256=0", "/x.tar.gz#md5=0", "/x.tar.gz#"])
def test_an_address_with_another_fragment(install, server, tmp_path, rest):
    refused(install(server.address + rest), tmp_path, "#sha256=", code=2)
    assert server.asked == []


CONTAINERS = page("containers")
LINES = {
    "image": re.findall(r"^RUN (bash .*install.sh.*)$", CONTAINERS, re.MULTILINE),
    "devcontainer": [
        json.loads(f"{{{line}}}")["postCreateCommand"]
        for line in re.findall(r'^ *("postCreateCommand": .*),$', CONTAINERS, re.MULTILINE)
    ],
    "CodeBuild": re.findall(r"^ +- (curl .*install.sh.*)$", CONTAINERS, re.MULTILINE),
    "by hand": [text.split("\n", 1)[1] for text in blocks("sh", "RELEASE=", "| bash -s -- --from")],
}


@pytest.mark.parametrize("manager", ["apt-get", "dnf"])
@pytest.mark.parametrize("place", LINES)
def test_the_lines_of_the_pages(user, server, releases, tmp_path, place, manager):
    """Each in an image as slim as they are: python:3-slim has no curl, Amazon Linux no tar, and nothing has libsecret."""
    (line,) = LINES[place]
    shutil.copy(ROOT / "install.sh", releases)
    system = FakeSystem(user, tmp_path, manager)
    system.put("sudo", '#!/bin/sh\n[ "$1" != -n ] || shift\nexec "$@"\n')
    needed = ["tar", "gzip"] if manager == "dnf" else []
    line = line.replace("/tmp/install.sh", str(tmp_path / "install.sh"))
    if place == "image":
        # What ADD does.
        shutil.copy(ROOT / "install.sh", tmp_path)
        needed.append("curl")
        system.brings(*needed)
    else:
        system.brings(*needed, "curl")
        system.put("curl", '#!/bin/sh\nexec /usr/bin/curl "$@"\n')
    user.env["RELEASE"] = server.address
    user.run("sh", "-euc", line).ok()
    shown = user.run(user.directory / f".local/bin/{NAME}", "--version")
    assert shown.stdout == "1.2.3\n"
    installed = [word for told in system.told if "install" in told for word in told.split()]
    assert set(needed) <= set(installed)
    assert {"apt-get": "libcurl4", "dnf": "libcurl"}[manager] in installed
