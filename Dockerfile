# Noodle in one container: `docker run -v noodle:/data -p 8080:8080 --env-file noodle.env noodle`.
FROM python:3.12-slim AS build
RUN pip install --no-cache-dir uv==0.13.9
WORKDIR /app
COPY pyproject.toml uv.lock README.md LICENSE ./
COPY bot bot
COPY core core
COPY providers providers
RUN UV_PROJECT_ENVIRONMENT=/venv uv sync --locked --no-dev --no-editable

FROM python:3.12-slim
# git fetches the sources that are built and tested.
RUN apt-get update && apt-get install -y --no-install-recommends git && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 10001 noodle && install -d -o noodle /data
COPY --from=build /venv /venv
ENV PATH=/venv/bin:$PATH NOODLE_HOME=/data NOODLE_HOST=0.0.0.0 PYTHONUNBUFFERED=1
USER noodle
VOLUME /data
EXPOSE 8080
HEALTHCHECK CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8080/healthz', timeout=3)"]
CMD ["noodle", "serve"]
