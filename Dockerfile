# MediaNest without the embedded servers: PostgreSQL, Redis and the object store run beside it (docker-compose.yml).
FROM python:3.13-slim AS build

RUN python -m venv /opt/medianest
ENV PATH=/opt/medianest/bin:$PATH
WORKDIR /build

COPY requirements-prod.lock .
RUN pip install --no-cache-dir --requirement requirements-prod.lock
COPY . .
RUN pip install --no-cache-dir --no-deps .


FROM python:3.13-slim

# /data is open to everyone, so that it fits whatever user the container is started as.
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ffmpeg \
 && rm -rf /var/lib/apt/lists/* \
 && groupadd --gid 1000 medianest \
 && useradd --uid 1000 --gid 1000 medianest \
 && install --directory --mode=0777 /data

COPY --from=build /opt/medianest /opt/medianest

ENV PATH=/opt/medianest/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    MEDIANEST_HOST=0.0.0.0 \
    MEDIANEST_PORT=8000 \
    MEDIANEST_DATA_DIR=/data \
    MEDIANEST_LOG_FORMAT=json

USER 1000:1000
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=60s \
  CMD ["python", "-c", "from urllib.request import urlopen; from medianest.settings import load_settings; s = load_settings(); urlopen(f'http://127.0.0.1:{s.port}{s.base_path}/health/live', timeout=4)"]

ENTRYPOINT ["medianest"]
CMD ["serve"]
