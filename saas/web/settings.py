"""What the web process is told by its environment."""

import os
import secrets
from dataclasses import dataclass, field

from saas.kernel.errors import DomainError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class SettingsUnsafe(DomainError):
    """The process would start in a way that is not safe; it does not."""

    status = 500
    code = "settings_unsafe"


@dataclass(frozen=True)
class Settings:
    """Settings of one web process.

    `dev` honours the X-Tenant header and shows the demo's pages, on loopback alone. `public_port`
    is part of every link and of the cookies' names, so that two demos live side by side.
    """

    secret_key: str
    dev: bool = False
    https: bool = True
    public_port: int | None = None
    trusted_proxies: int = 0
    body_limit: int = 1024 * 1024
    demo_dir: str = ""
    extra: dict[str, str] = field(default_factory=dict)

    def cookie(self, name: str) -> str:
        """Return the cookie's name: tied to the host by its prefix under HTTPS, to the port in the demo."""
        suffix = f"_{self.public_port}" if self.dev and self.public_port else ""
        return f"{'__Host-' if self.https else ''}needlepoint_{name}{suffix}"

    def url(self, host: str, path: str = "/") -> str:
        """Return the absolute address of *path* on *host*."""
        port = f":{self.public_port}" if self.public_port else ""
        return f"{'https' if self.https else 'http'}://{host}{port}{path}"


def from_environment() -> Settings:
    """Read the settings; SettingsUnsafe without a secret key outside development."""
    dev = os.environ.get("SAAS_DEV") == "1"
    secret_key = os.environ.get("SAAS_SECRET_KEY", "")
    if not secret_key and not dev:
        raise SettingsUnsafe(
            "SAAS_SECRET_KEY is not set; give every web process the same long random string."
        )
    port = os.environ.get("SAAS_PUBLIC_PORT", "")
    if port and not port.isdecimal():
        raise SettingsUnsafe(f"SAAS_PUBLIC_PORT is {port!r}; it takes a port's number.")
    return Settings(
        secret_key=secret_key or secrets.token_hex(32),
        dev=dev,
        https=not dev and os.environ.get("SAAS_HTTPS", "1") != "0",
        public_port=int(port) if port else None,
        trusted_proxies=int(os.environ.get("SAAS_TRUSTED_PROXIES", "0")),
        demo_dir=os.environ.get("SAAS_DEMO_DIR", "") if dev else "",
    )


def require_safe_address(address: str, dev: bool) -> None:
    """Raise SettingsUnsafe where development mode would listen on anything but loopback."""
    if dev and address not in LOOPBACK:
        raise SettingsUnsafe(
            f"SAAS_DEV=1 trusts the X-Tenant header, so it listens on loopback only, not on {address}."
        )
