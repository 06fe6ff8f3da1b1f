# Scoretrail in a container: `docker build -t scoretrail .`, then see compose.yaml.

FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY tracker tracker
COPY config config
COPY alembic alembic
RUN python -m venv /opt/scoretrail \
    && /opt/scoretrail/bin/pip install --no-cache-dir --constraint constraints.txt ".[scale]"

FROM python:3.13-slim
# git reads model-card repositories.
RUN apt-get update \
    && apt-get install --yes --no-install-recommends git \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin scoretrail \
    && install --directory --owner scoretrail --mode 0700 /data
COPY --from=build /opt/scoretrail /opt/scoretrail
ENV PATH=/opt/scoretrail/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    TRACKER_HOME=/data \
    TRACKER_HEALTH_PORT=9464
USER scoretrail
WORKDIR /data
VOLUME /data
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=1m --timeout=10s --start-period=1m \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9464/healthz', timeout=5)"]
ENTRYPOINT ["tracker"]
CMD ["run"]
