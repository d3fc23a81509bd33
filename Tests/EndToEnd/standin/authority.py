"""A private certificate authority that makes a certificate for each host name at the moment a client asks for it."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import threading
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

LIFETIME = datetime.timedelta(days=30)


class CertificateAuthority:
    """Signs leaf certificates; clients trust `ca_file`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.ca_file = directory / "ca.pem"
        self._ca_key = ec.generate_private_key(ec.SECP256R1())
        # One key serves every leaf: making keys is the slow part.
        self._leaf_key = ec.generate_private_key(ec.SECP256R1())
        self._ca = self._sign_authority()
        self.ca_file.write_bytes(self._ca.public_bytes(serialization.Encoding.PEM))
        self._contexts: dict[str, ssl.SSLContext] = {}
        self._lock = threading.Lock()

    def server_context(self) -> ssl.SSLContext:
        """A TLS server context that answers with a certificate for whatever name the client says."""
        context = self._context_for("localhost")
        outer = self._new_context("localhost")

        def choose(socket: ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> None:
            socket.context = self._context_for(name) if name else context

        outer.sni_callback = choose
        return outer

    def context_for(self, host: str, lifetime: datetime.timedelta = LIFETIME) -> ssl.SSLContext:
        """A TLS server context for one host; with a negative lifetime its certificate has expired."""
        return self._new_context(host, lifetime)

    def self_signed(self, host: str) -> ssl.SSLContext:
        """A TLS server context whose certificate nobody but itself vouches for."""
        chain = self.directory / "self-signed.pem"
        builder = self._builder(host, host, self._leaf_key.public_key())
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        self._keep(chain, builder.sign(self._leaf_key, hashes.SHA256()))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        return context

    def _keep(self, chain: Path, certificate: x509.Certificate) -> None:
        key = self._leaf_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        chain.touch(mode=0o600)
        chain.write_bytes(certificate.public_bytes(serialization.Encoding.PEM) + key)

    def _context_for(self, host: str) -> ssl.SSLContext:
        host = host.lower()
        with self._lock:
            if host not in self._contexts:
                self._contexts[host] = self._new_context(host)
            return self._contexts[host]

    def _new_context(self, host: str, lifetime: datetime.timedelta = LIFETIME) -> ssl.SSLContext:
        chain = self.directory / f"{hash((host, lifetime)) & 0xFFFFFFFFFFFF:x}.pem"
        self._keep(chain, self._sign_leaf(host, lifetime))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        return context

    def _builder(
        self,
        subject: str,
        issuer: str,
        public_key: ec.EllipticCurvePublicKey,
        lifetime: datetime.timedelta = LIFETIME,
    ) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.timezone.utc)
        return (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject[:64])]))
            .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer)]))
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(min(now, now + lifetime) - datetime.timedelta(days=1))
            .not_valid_after(now + lifetime)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self._ca_key.public_key()), critical=False
            )
        )

    def _sign_authority(self) -> x509.Certificate:
        builder = self._builder(AUTHORITY_NAME, AUTHORITY_NAME, self._ca_key.public_key())
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        builder = builder.add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)
        return builder.sign(self._ca_key, hashes.SHA256())

    def _sign_leaf(self, host: str, lifetime: datetime.timedelta) -> x509.Certificate:
        names: list[x509.GeneralName] = [x509.DNSName(host)]
        if host == "localhost":
            names.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
        builder = self._builder(host, AUTHORITY_NAME, self._leaf_key.public_key(), lifetime)
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        builder = builder.add_extension(_key_usage(digital_signature=True), critical=True)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        return builder.sign(self._ca_key, hashes.SHA256())


AUTHORITY_NAME = "codeartifact-keyring tests"


def _key_usage(**wanted: bool) -> x509.KeyUsage:
    names = (
        "digital_signature content_commitment key_encipherment data_encipherment key_agreement "
        "key_cert_sign crl_sign encipher_only decipher_only"
    ).split()
    return x509.KeyUsage(**{name: wanted.get(name, False) for name in names})
