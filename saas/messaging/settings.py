"""How mail leaves, and where its links lead, as the worker's environment says."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """`smtp_url` in production, `folder` (a Maildir's parent) in the demo; `sender` overrides the clinic's own."""

    smtp_url: str = ""
    folder: str = ""
    sender: str = ""
    https: bool = True
    public_port: int | None = None

    def url(self, host: str, path: str = "/") -> str:
        """Return the absolute address of *path* on a clinic's *host*."""
        port = f":{self.public_port}" if self.public_port else ""
        return f"{'https' if self.https else 'http'}://{host}{port}{path}"


def from_environment() -> Settings:
    """Read the settings; the demo's folder counts in development alone."""
    dev = os.environ.get("SAAS_DEV") == "1"
    port = os.environ.get("SAAS_PUBLIC_PORT", "")
    return Settings(
        smtp_url=os.environ.get("SAAS_SMTP_URL", ""),
        folder=os.environ.get("SAAS_DEMO_DIR", "") if dev else "",
        sender=os.environ.get("SAAS_MAIL_FROM", ""),
        https=not dev and os.environ.get("SAAS_HTTPS", "1") != "0",
        public_port=int(port) if port else None,
    )
