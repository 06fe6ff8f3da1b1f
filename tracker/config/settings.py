"""The settings: a TOML file, overridden by `TRACKER_*` variables. Unknown keys are errors with their path."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, field_validator

from tracker.config.files import bundled, home_folder
from tracker.domain.errors import ConfigError
from tracker.domain.sources import Source, Tier

Option = str | int | bool | tuple[str, ...]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class HttpSettings(_Section):
    """One polite client's bounds. Sizes in bytes, times in seconds."""

    user_agent: str = "scoretrail/0.1 (benchmark score tracker; +https://github.com/scoretrail/scoretrail)"
    host_delay_seconds: Annotated[float, Field(ge=0, le=3600)] = 2.0
    deadline_seconds: Annotated[float, Field(gt=0, le=600)] = 60.0
    connect_seconds: Annotated[float, Field(gt=0, le=60)] = 10.0
    max_bytes: Annotated[int, Field(gt=0, le=200_000_000)] = 20_000_000
    max_redirects: Annotated[int, Field(ge=0, le=10)] = 5
    allowed_ports: tuple[int, ...] = (80, 443, 8080, 8443)
    allow_hosts: tuple[str, ...] = ()
    """`host:port` pairs exempt from the address guard (the demo world and tests on loopback)."""
    proxy: SecretStr | None = None


class RedditSettings(_Section):
    """Application-only credentials. Without both, Reddit is read through its public feed."""

    client_id: str | None = None
    client_secret: SecretStr | None = None
    oauth_url: str = "https://oauth.reddit.com"
    reddit_url: str = "https://www.reddit.com"

    @property
    def complete(self) -> bool:
        return bool(self.client_id and self.client_secret)


class SourceSettings(_Section):
    """One configured source; `kind` names a collector's entry point."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
    kind: str
    address: str
    tier: Tier = Tier.COMMUNITY
    organisation: str | None = None
    interval_seconds: Annotated[int, Field(ge=60)] = 3600
    enabled: bool = True
    options: dict[str, Option] = Field(default_factory=dict)

    def source(self) -> Source:
        return Source(
            name=self.name,
            kind=self.kind,
            address=self.address,
            tier=self.tier,
            organisation=self.organisation,
            interval_seconds=self.interval_seconds,
            options=dict(self.options),
        )


class ScheduleSettings(_Section):
    """The clock's beats, in seconds, and the adaptive cadence's bounds as factors of a source's interval."""

    tick_seconds: Annotated[float, Field(gt=0)] = 5.0
    deliver_seconds: Annotated[float, Field(gt=0)] = 5.0
    sweep_seconds: Annotated[float, Field(gt=0)] = 3600.0
    digest_seconds: Annotated[float, Field(gt=0)] = 86400.0
    jitter: Annotated[float, Field(ge=0, le=0.5)] = 0.1
    slowest_factor: Annotated[float, Field(ge=1)] = 8.0
    fastest_factor: Annotated[float, Field(gt=0, le=1)] = 0.5
    workers: Annotated[int, Field(ge=1, le=32)] = 4


class DaemonSettings(_Section):
    """`health_port`: serve /healthz and /metrics on 127.0.0.1 (not at all without it; 0 takes a free port).

    `keep_runs_days`: how long it is remembered how each look at a source went.
    `queue`: only queue looks, for workers to make; by default on PostgreSQL where the queue's engine is installed.
    `stalled_seconds`: a worker that gave no sign of life for so long is dead.
    """

    health_port: Annotated[int, Field(ge=0, le=65535)] | None = None
    keep_runs_days: Annotated[int, Field(ge=1, le=36_500)] = 90
    queue: bool | None = None
    stalled_seconds: Annotated[float, Field(ge=1, le=3600)] = 30.0


class ChannelSettings(_Section):
    """Where alerts go; `kind` names a channel's entry point. `address` may hold a secret (an Apprise URL)."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
    kind: str
    address: SecretStr = SecretStr("")
    secret: SecretStr | None = None
    options: dict[str, Option] = Field(default_factory=dict)


class RuleSettings(_Section):
    """One alert rule, as written in TOML; `tracker.alerts.rules` gives its keys a meaning and checks their values."""

    model_config = ConfigDict(frozen=True, extra="allow")

    name: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
    channels: tuple[str, ...] = ()


class AlertSettings(_Section):
    channels: tuple[ChannelSettings, ...] = ()
    rules: tuple[RuleSettings, ...] = ()


class Settings(_Section):
    """Everything that can be configured. `home` holds the database, the archive and the cache unless told otherwise."""

    home: Path
    database_url: SecretStr | None = None
    archive_url: str | None = None
    names_folder: Path | None = None
    http: HttpSettings = HttpSettings()
    reddit: RedditSettings = RedditSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    daemon: DaemonSettings = DaemonSettings()
    sources: tuple[SourceSettings, ...] = ()
    alerts: AlertSettings = AlertSettings()

    @field_validator("sources")
    @classmethod
    def _names_are_unique(cls, sources: tuple[SourceSettings, ...]) -> tuple[SourceSettings, ...]:
        seen: set[str] = set()
        for source in sources:
            if source.name in seen:
                raise ValueError(f"two sources are called {source.name!r}")
            seen.add(source.name)
        return sources

    @property
    def database(self) -> str:
        """The SQLAlchemy URL of the database."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.home / 'tracker.sqlite3'}"

    @property
    def archive(self) -> str:
        """The folder or fsspec URL of the snapshot archive."""
        return self.archive_url or str(self.home / "archive")

    @property
    def cache(self) -> Path:
        return self.home / "cache"

    @property
    def names(self) -> Path:
        return self.names_folder or bundled("config") / "names"


_VARIABLES: Mapping[str, tuple[str, ...]] = {
    "TRACKER_DATABASE_URL": ("database_url",),
    "TRACKER_ARCHIVE_URL": ("archive_url",),
    "TRACKER_NAMES": ("names_folder",),
    "TRACKER_USER_AGENT": ("http", "user_agent"),
    "TRACKER_HEALTH_PORT": ("daemon", "health_port"),
    "TRACKER_REDDIT_CLIENT_ID": ("reddit", "client_id"),
    "TRACKER_REDDIT_CLIENT_SECRET": ("reddit", "client_secret"),
}


def load_settings(environ: Mapping[str, str], path: Path | None = None) -> Settings:
    """Read `path`, else `TRACKER_CONFIG`, else `<home>/tracker.toml`, else the bundled configuration.

    Raises `ConfigError` naming the file and the key.
    """
    home = home_folder(environ)
    chosen = path or (Path(environ["TRACKER_CONFIG"]) if environ.get("TRACKER_CONFIG") else None)
    if chosen is None:
        own = home / "tracker.toml"
        chosen = own if own.is_file() else bundled("config") / "tracker.toml"
    values = _read(chosen)
    values.setdefault("home", home)
    if environ.get("TRACKER_HOME"):
        values["home"] = home
    for variable, keys in _VARIABLES.items():
        if environ.get(variable):
            _put(values, keys, environ[variable])
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigError(_explain(error), where=str(chosen), hint="see docs/configuration.md for every key") from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(path), hint="check the path") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"is not valid TOML: {error}", where=str(path), hint="mend the line named") from None


def _put(values: dict[str, Any], keys: tuple[str, ...], value: str) -> None:
    for key in keys[:-1]:
        values = values.setdefault(key, {})
    values[keys[-1]] = value


def _explain(error: ValidationError) -> str:
    lines = []
    for problem in error.errors(include_url=False, include_input=False):
        place = ".".join(str(part) for part in problem["loc"]) or "the file"
        lines.append(f"{place}: {problem['msg']}")
    return "; ".join(lines)
