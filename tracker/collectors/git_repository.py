"""Where a repository's history is read: a local clone as it is, or a bare copy of a remote in the cache."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlsplit

from tracker.collectors.git_process import Git
from tracker.domain.errors import FetchError
from tracker.domain.outcomes import Outcome
from tracker.http.addresses import is_public
from tracker.http.dialling import Resolve, system_resolve
from tracker.http.targets import Policy, blocked, judge

MAX_BYTES = 4 << 30
FETCH_SECONDS = 1800.0

_TRACKED = "refs/heads/tracked"
_BLOB_PATHS = {"github.com": "blob", "huggingface.co": "blob", "gitlab.com": "-/blob", "codeberg.org": "src/commit"}


@dataclass(frozen=True, slots=True)
class Repository:
    """A folder that git can read, and the commit whose first-parent history is told. `name` is the same for a remote and
    for every clone of it.
    """

    folder: Path
    head: str
    name: str

    def page(self, commit: str, path: str) -> str:
        """The address at which people can look at a file's revision, or nothing where the host is not known."""
        host = self.name.partition("/")[0]
        if host not in _BLOB_PATHS:
            return ""
        return f"https://{self.name}/{_BLOB_PATHS[host]}/{commit}/{quote(path)}"


def canonical_name(address: str) -> str | None:
    """`host/owner/name` of a remote's address in any of git's spellings; `None` for what names no host."""
    if "://" not in address and "@" in address:  # git@host:owner/name
        host, _, path = address.rpartition("@")[2].partition(":")
    else:
        try:
            parts = urlsplit(address)
        except ValueError:
            return None
        if parts.scheme not in ("http", "https", "ssh", "git"):
            return None
        host, path = parts.hostname or "", parts.path
    path = path.strip("/").removesuffix(".git")
    return f"{host.lower()}/{path}" if host and path else None


def open_local(address: str) -> Repository:
    """Raises `FetchError` when there is no repository or it has no commit."""
    folder = Path(address).expanduser()
    git = Git()
    if git.ask(folder, "rev-parse", "--git-dir") is None:
        raise FetchError("there is no git repository", outcome=Outcome.GONE, where=address, hint="check the path")
    origin = (git.ask(folder, "config", "--get", "remote.origin.url") or b"").decode("utf-8", "replace").strip()
    name = canonical_name(origin) or folder.resolve().name.removesuffix(".git")
    return Repository(folder, _commit(git, folder, "HEAD", address), name)


def fetch_remote(
    address: str,
    cache: Path,
    *,
    protocols: Collection[str] = ("https",),
    max_bytes: int = MAX_BYTES,
    resolve: Resolve = system_resolve,
) -> Repository:
    """Bring the remote's default branch into a bare repository under `cache`, which later calls only bring up to date.

    Raises `FetchError`; a repository that grew beyond the bound is taken off the disk again.
    """
    scheme = address.partition("://")[0]
    if scheme not in protocols:
        raise FetchError(
            f"repositories are fetched by {' or '.join(protocols)}, not by {scheme[:20]!r}",
            outcome=Outcome.POLICY_BLOCKED,
            where=address[:200],
            hint="clone it yourself and give the folder",
        )
    name = canonical_name(address) or address
    folder = cache / "git" / hashlib.sha256(address.encode()).hexdigest()[:32]
    try:
        git = Git(protocols, _guard(address, resolve) if scheme == "https" else ())
        if not (folder / "HEAD").exists():
            folder.mkdir(parents=True, exist_ok=True)
            git.run(folder, "init", "--quiet", "--bare", "--template=", seconds=60, max_bytes=max_bytes)
        fetch = ("fetch", "--quiet", "--force", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head")
        git.run(folder, *fetch, "--", address, f"+HEAD:{_TRACKED}", seconds=FETCH_SECONDS, max_bytes=max_bytes)
    except FetchError as error:
        if error.outcome is Outcome.TOO_LARGE:
            shutil.rmtree(folder, ignore_errors=True)
        raise FetchError(error.what, outcome=error.outcome, where=address[:200], hint=error.hint) from None
    return Repository(folder, _commit(git, folder, _TRACKED, address), name)


def _commit(git: Git, folder: Path, revision: str, address: str) -> str:
    found = git.ask(folder, "rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}")
    if found is None:
        raise FetchError("the repository has no commit", outcome=Outcome.GONE, where=address)
    return found.decode("ascii").strip()


def _guard(address: str, resolve: Resolve) -> tuple[tuple[str, str], ...]:
    """The same rules as for every other address, by git's own means: the host is resolved once, every address it has
    must be public, and git is told to dial one of those.
    """
    target = judge(address, Policy(ports=(443,)))
    try:
        addresses = resolve(target.host, target.port)
    except OSError as error:
        raise FetchError(f"the host is not known: {error}", outcome=Outcome.HTTP_ERROR) from None
    if not addresses or not all(is_public(one) for one in addresses):
        raise blocked("the host resolves to an address that is not public", address)
    literal = addresses[0]
    dialled = f"[{literal}]" if ":" in literal else literal
    return (("http.curloptResolve", f"{target.host}:{target.port}:{dialled}"),)
