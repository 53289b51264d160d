"""GunicornApp: gunicorn's arbiter process, which listens, starts the workers and replaces those that die."""

import gc
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from inkling.service.http.errors import InvalidSettings
from inkling.service.malloc import set_malloc_thresholds
from inkling.service.observability.log_format import configure_logging
from inkling.service.store.database import open_database
from inkling.service.wsgi.listen_socket import drop_new_connections, open_listen_socket
from inkling.service.wsgi.open_files import raise_open_files_limit
from server.observability.multiprocess import memory_folder, multiprocess_metrics
from server.settings import Settings

HANG_SECONDS = 60
"""A worker whose event loop has not run for so long is replaced. Requests that may take long run in other threads."""

GRACE_SECONDS = 5
"""Time beyond the graceful timeout after which the arbiter kills a worker."""


class GracefulArbiter(Arbiter):  # type: ignore[misc]  # gunicorn is untyped
    """gunicorn's arbiter; when it stops, it lets the kernel drop connection attempts that no worker would accept."""

    def stop(self, graceful: bool = True) -> None:
        is_only_arbiter = self.reexec_pid == self.master_pid == 0  # after SIGUSR2, another one serves the same socket
        if is_only_arbiter:
            for listener in self.LISTENERS:
                drop_new_connections(listener.sock)
        super().stop(graceful)


class GunicornApp(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
    """Configures gunicorn from our settings only, not from its own files or environment variables."""

    def __init__(self, settings: Settings, listen_descriptor: int):
        from prometheus_client import Counter

        self.settings, self.listen_descriptor = settings, listen_descriptor
        self.worker_exits = Counter(
            "inkling_worker_exits", "Worker processes that ended; each is replaced unless the server stops.", registry=None
        )
        super().__init__()

    def load_config(self) -> None:
        for name, value in self._config().items():
            if name in self.cfg.settings:  # gunicorn before 25 has no control socket
                self.cfg.set(name, value)

    def load(self) -> Any:
        """Create the app; gunicorn calls it in each worker."""
        from server.app import create_app

        return create_app(self.settings)

    def run(self) -> None:
        GracefulArbiter(self).run()

    def _config(self) -> dict[str, Any]:
        from server.runtime.waitress_worker import WaitressWorker

        return {
            "bind": f"fd://{self.listen_descriptor}",
            "workers": self.settings.workers,
            "worker_class": WaitressWorker,
            "pre_fork": lambda _, worker: worker.tmp.notify(),  # the first heartbeat: a worker may hang before its own
            "child_exit": self._on_worker_exit,
            "timeout": HANG_SECONDS,
            "graceful_timeout": self.settings.graceful_timeout + GRACE_SECONDS,
            "worker_tmp_dir": memory_folder(),
            "control_socket_disable": True,
            "loglevel": "warning",
        }

    def _on_worker_exit(self, _: Arbiter, worker: Worker) -> None:
        from prometheus_client.multiprocess import mark_process_dead

        mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]  # it lacks hints
        self.worker_exits.inc()


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises InvalidSettings if the model folder, the address or the database is unusable."""
    if not settings.models_folder.is_dir():
        raise InvalidSettings(
            f"The model folder {settings.models!r} does not exist. Create it or set another one with --models."
        )
    configure_logging(settings.log_format)
    raise_open_files_limit(settings.max_connections)
    listen_socket = open_listen_socket(settings.host, settings.port)
    # multiprocess_metrics sets a variable that prometheus_client reads when it is imported
    with listen_socket, multiprocess_metrics():
        import server.app  # noqa: F401 imported before the fork, its memory is shared by all workers

        set_malloc_thresholds()
        open_database(settings.store).dispose()  # to fail once here instead of in every worker
        app = GunicornApp(settings, listen_socket.detach())
        gc.collect()
        gc.freeze()  # else the garbage collector would write to the shared memory and thereby copy it
        app.run()
