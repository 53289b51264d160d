# Two images from one file: `docker build --target server .` predicts, without TensorFlow; `--target trainer` fits and exports.
#   --build-arg EXTRA=gpu      makes the trainer's image with TensorFlow's CUDA packages
#   --build-arg REVISION=…     the commit, for the label
# Both run as user 10001 and write to named volumes and /tmp only, so that the root file system can be read-only.

FROM python:3.11-slim AS base
ENV PATH=/opt/inkling/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    XDG_CACHE_HOME=/var/cache \
    XDG_STATE_HOME=/var/lib \
    ORT_DISABLE_TELEMETRY=1
RUN groupadd --gid 10001 inkling \
    && useradd --uid 10001 --gid 10001 --home-dir /var/cache/inkling --no-create-home --shell /usr/sbin/nologin inkling \
    && install --directory --owner inkling --group inkling /models /runs /var/lib/inkling /var/cache/inkling
# A new named volume starts as a copy of the image's folder: with the models that the project brings.
COPY --chown=10001:10001 models /models


# The virtual environment gets no pip: the image's pip installs into it. Tests and C headers of packages are not needed to run.
# The dependencies come first and without the code, so that a change of code leaves their layer in the cache.
FROM base AS server-packages
ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /build
COPY pyproject.toml constraints.txt ./
RUN python -m venv --without-pip /opt/inkling \
    && python -c "import tomllib; print(*tomllib.load(open('pyproject.toml', 'rb'))['project']['dependencies'], sep='\n')" \
        > requirements.txt \
    && pip --python /opt/inkling/bin/python install --constraint constraints.txt --requirement requirements.txt \
    && find /opt/inkling -name '*.dist-info' -prune -o -type d '(' -name tests -o -name include ')' -prune -exec rm -rf '{}' +


FROM server-packages AS server-build
COPY README.md LICENSE ./
COPY inkling inkling
COPY server server
COPY web web
COPY models/digits.onnx models/digits.onnx
RUN pip --python /opt/inkling/bin/python install --no-deps . \
    && rm /opt/inkling/bin/trainer


FROM server-packages AS trainer-build
ARG EXTRA=trainer
RUN python -c "import sys, tomllib; extras = tomllib.load(open('pyproject.toml', 'rb'))['project']['optional-dependencies']; \
print(*(line for extra in ('trainer', sys.argv[1]) for line in extras[extra] if not line.startswith('inkling')), sep='\n')" \
        "$EXTRA" > requirements.txt \
    && pip --python /opt/inkling/bin/python install --constraint constraints.txt --requirement requirements.txt \
    && find /opt/inkling -name '*.dist-info' -prune -o -type d '(' -name tests -o -name include ')' -prune -exec rm -rf '{}' +
COPY README.md LICENSE ./
COPY inkling inkling
COPY trainer trainer
COPY models/digits.onnx models/digits.onnx
RUN pip --python /opt/inkling/bin/python install --no-deps .


FROM base AS server
COPY --from=server-build /opt/inkling /opt/inkling
WORKDIR /
ENV INKLING_HOST=0.0.0.0 \
    INKLING_PORT=8000 \
    INKLING_MODELS=/models
USER 10001:10001
VOLUME ["/models", "/var/lib/inkling", "/var/cache/inkling"]
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["python", "-c", "import os, urllib.request as u; u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:' + os.environ['INKLING_PORT'] + '/health/ready', timeout=2)"]
ARG REVISION=
LABEL org.opencontainers.image.title="Inkling server" \
      org.opencontainers.image.description="Reads handwriting from pictures: HTTP API and web page" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.licenses="MIT"
ENTRYPOINT ["server"]
CMD ["run"]


FROM base AS trainer
COPY --from=trainer-build /opt/inkling /opt/inkling
# Relative paths mean the volumes: `fit --run runs/mine`, `export runs/mine --out models/mine.onnx`.
WORKDIR /
ENV INKLING_TRAINER_HOST=0.0.0.0 \
    INKLING_TRAINER_PORT=8001 \
    INKLING_TRAINER_RUNS=/runs \
    INKLING_MODELS=/models
USER 10001:10001
VOLUME ["/models", "/runs", "/var/lib/inkling", "/var/cache/inkling"]
EXPOSE 8001
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
    CMD ["python", "-c", "import os, urllib.request as u; u.build_opener(u.ProxyHandler({})).open('http://127.0.0.1:' + os.environ['INKLING_TRAINER_PORT'] + '/health/live', timeout=2)"]
ARG REVISION=
LABEL org.opencontainers.image.title="Inkling trainer" \
      org.opencontainers.image.description="Fits networks that read handwriting, and exports them to ONNX: command line and HTTP API" \
      org.opencontainers.image.version="0.1.0" \
      org.opencontainers.image.revision="$REVISION" \
      org.opencontainers.image.licenses="MIT"
ENTRYPOINT ["trainer"]
CMD ["serve"]
