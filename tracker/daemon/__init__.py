"""What `tracker run` leaves running: a clock over a schedule that stands in the database."""

from tracker.daemon.lock import DaemonLock, holder
from tracker.daemon.notify import ServiceManager
from tracker.daemon.ports import Parts, Run
from tracker.daemon.service import Daemon, lock_path
from tracker.daemon.signals import serve

__all__ = ["Daemon", "DaemonLock", "Parts", "Run", "ServiceManager", "holder", "lock_path", "serve"]
