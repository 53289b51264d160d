"""Processes: one arbiter that listens, watches and replaces, and the workers that answer."""

import gc
import logging
from typing import Any

from inkling.service.http.errors import BadSettings
from inkling.service.wsgi.listen_socket import hold_newcomers, listen
from server.observability.multiprocess import counted_together, folder_in_memory
from server.settings import Settings

HANG_SECONDS = 60
"""A worker whose loop has not turned for so long is replaced. Requests may take longer: they run beside the loop."""


def serve(settings: Settings) -> None:
    """Serve until told to stop. Raises BadSettings where that cannot begin."""
    if not settings.models_folder.is_dir():
        raise BadSettings(f"Expected a folder of models. Received {settings.models!r}, which is none.")
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s")
    listening = listen(settings.host, settings.port)
    with counted_together():
        _start(settings, listening.detach())


def _start(settings: Settings, descriptor: int) -> None:
    # only now: what is imported before the fork is shared by all workers, and prometheus_client finds its folder
    from gunicorn.app.base import BaseApplication
    from gunicorn.arbiter import Arbiter
    from prometheus_client.multiprocess import mark_process_dead

    from inkling.service.store.database import open_database
    from server.app import create_app
    from server.runtime.malloc import give_back_large_blocks
    from server.runtime.waitress_worker import DoorWorker

    class Holder(Arbiter):
        """gunicorn's arbiter, which lets no connection begin that the workers would not take any more."""

        def stop(self, graceful: bool = True) -> None:
            if self.reexec_pid == self.master_pid == 0:  # else another arbiter goes on with the same socket
                for listener in self.LISTENERS:
                    hold_newcomers(listener.sock)
            super().stop(graceful)

    class Arbited(BaseApplication):
        def load_config(self) -> None:
            chosen = _arbiter_settings(settings, descriptor)
            chosen |= {"worker_class": DoorWorker, "child_exit": lambda _, worker: mark_process_dead(worker.pid)}
            for name, value in chosen.items():
                if name in self.cfg.settings:  # older versions have no control socket
                    self.cfg.set(name, value)

        def load(self) -> Any:
            return create_app(settings)

        def run(self) -> None:
            Holder(self).run()

    give_back_large_blocks()
    open_database(settings.store).dispose()  # fails here, with a sentence, rather than in every worker
    gc.collect()
    gc.freeze()  # what is made by now is never collected, so that its pages stay shared
    Arbited().run()


def _arbiter_settings(settings: Settings, descriptor: int) -> dict[str, Any]:
    """gunicorn's settings. It reads none of its own, neither from files nor from the environment."""
    return {
        "bind": f"fd://{descriptor}",
        "workers": settings.workers,
        "timeout": HANG_SECONDS,
        "graceful_timeout": settings.graceful_timeout + 5,  # the workers keep to theirs; only then they are killed
        "worker_tmp_dir": folder_in_memory(),
        "control_socket_disable": True,
        "loglevel": "warning",
    }
