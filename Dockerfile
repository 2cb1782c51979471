# Needlepoint for production: one image for web, worker and migrations. See docs/operators.md.
ARG PYTHON=python:3.11-slim-bookworm

# ---- what is built: the assets with the locked Node, then the wheel -------------------------------
FROM ${PYTHON} AS build
WORKDIR /build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements/demo.txt requirements/
RUN pip install --require-hashes -r requirements/demo.txt
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN node assets/build.mjs \
 && pip wheel --no-deps --no-build-isolation -w /wheels . \
 && python -m venv /app \
 && /app/bin/pip install --require-hashes -r requirements/runtime.txt \
 && /app/bin/pip install --no-deps --no-index /wheels/*.whl

# ---- what runs --------------------------------------------------------------------------------
FROM ${PYTHON}
RUN useradd --system --uid 10001 --home-dir /srv/needlepoint --create-home needlepoint \
 && install -d -o needlepoint -g needlepoint /srv/needlepoint/files
COPY --from=build /app /app
ENV PATH=/app/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 SAAS_FILES_DIR=/srv/needlepoint/files
USER needlepoint
WORKDIR /srv/needlepoint
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["saas", "serve", "--host", "0.0.0.0", "--port", "8000"]
