"""What `tracker run` leaves running: a clock over a schedule that stands in the database."""

from tracker.daemon.lock import DaemonLock, daemon_of, holder, lock_path
from tracker.daemon.notify import ServiceManager
from tracker.daemon.ports import Parts, Run
from tracker.daemon.service import Daemon
from tracker.daemon.signals import serve
from tracker.daemon.status import SourceStatus, statuses_of
from tracker.daemon.worker import Worker

__all__ = [
    "Daemon",
    "DaemonLock",
    "Parts",
    "Run",
    "ServiceManager",
    "SourceStatus",
    "Worker",
    "daemon_of",
    "holder",
    "lock_path",
    "serve",
    "statuses_of",
]
