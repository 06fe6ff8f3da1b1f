"""The files an operator copies: they name commands, variables and promises that exist."""

from __future__ import annotations

import configparser
import re
from pathlib import Path

import pytest
import yaml

from tracker.config import DaemonSettings, ScheduleSettings
from tracker.config.settings import _VARIABLES

TOP = Path(__file__).parents[2]
VARIABLES = {*_VARIABLES, "TRACKER_HOME", "TRACKER_CONFIG"}
UNIT, WORKER, DOCKERFILE, COMPOSE = (
    (TOP / name).read_text(encoding="utf-8")
    for name in ("deploy/scoretrail.service", "deploy/scoretrail-worker@.service", "Dockerfile", "compose.yaml")
)


def service_of(text: str) -> configparser.SectionProxy:
    unit = configparser.RawConfigParser(strict=False)
    unit.optionxform = str  # type: ignore[assignment,method-assign]  # systemd's keys have capitals
    unit.read_string(text)
    return unit["Service"]


def test_the_daemon_is_reloaded_and_the_worker_is_restarted():
    assert service_of(UNIT)["ExecStart"].endswith("/tracker run")
    assert "-HUP" in service_of(UNIT)["ExecReload"]
    assert service_of(WORKER)["ExecStart"].endswith("/tracker worker")
    assert "ExecReload" not in service_of(WORKER)
    for text in (UNIT, WORKER):
        home = re.search(r"TRACKER_HOME=/var/lib/(\S+)", text)
        assert home is not None
        assert service_of(text)["StateDirectory"] == home[1]


@pytest.mark.parametrize("text", [UNIT, WORKER], ids=["daemon", "worker"])
def test_a_unit_is_notified_watched_and_locked_up(text):
    service = service_of(text)
    assert service["Type"] == "notify"
    assert service["RestartPreventExitStatus"] == "2 3"
    for key in ("NoNewPrivileges", "PrivateTmp", "DynamicUser", "RestrictNamespaces", "ProtectHome"):
        assert service[key] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert "AF_UNIX" in service["RestrictAddressFamilies"]


def test_only_variables_that_are_read_are_named():
    named = set(re.findall(r"TRACKER_[A-Z_]+[A-Z]", UNIT + WORKER + DOCKERFILE + COMPOSE))
    assert named <= VARIABLES


def test_the_image_runs_as_nobody_special_and_is_checked_where_it_listens():
    assert re.search(r"^USER (?!root)", DOCKERFILE, re.MULTILINE)
    port = re.search(r"TRACKER_HEALTH_PORT=(\d+)", DOCKERFILE)
    assert port is not None
    assert f"127.0.0.1:{port[1]}/healthz" in DOCKERFILE


def test_what_the_image_copies_is_there():
    for line in re.findall(r"^COPY (?!--)(.*)$", DOCKERFILE, re.MULTILINE):
        for name in line.split()[:-1]:
            assert (TOP / name).exists() or name == "constraints.txt", name


def test_compose_waits_for_the_database_and_holds_no_secret():
    services = yaml.safe_load(COMPOSE)["services"]
    assert services["tracker"]["depends_on"]["database"]["condition"] == "service_healthy"
    assert services["worker"]["command"] == ["worker"]
    for name in ("tracker", "worker"):
        assert services[name]["read_only"] is True
        assert services[name]["environment"]["TRACKER_DATABASE_URL"].endswith("@database/scoretrail")
    passwords = re.findall(r"PASSWORD: (.*)|scoretrail:([^@]*)@", COMPOSE)
    assert all("${POSTGRES_PASSWORD:?" in "".join(pair) for pair in passwords)


def test_operations_names_every_setting_of_the_daemon():
    text = (TOP / "docs" / "operations.md").read_text(encoding="utf-8")
    keys = {*ScheduleSettings.model_fields, *DaemonSettings.model_fields}
    assert sorted(key for key in keys if f"`{key}`" not in text) == []
