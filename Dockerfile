# docker build -t crm-mocks .
# docker run --rm -p 4010:4010 crm-mocks
#
# docs/image.md says more. No step depends on the processor: `docker buildx build --platform linux/amd64,linux/arm64`.
ARG PYTHON=3.13

FROM python:${PYTHON}-slim AS build
# Packages to add, such as [fuzz,verify]; PIP_INDEX_URL names another index.
ARG EXTRAS=""
ARG PIP_INDEX_URL
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
WORKDIR /src
COPY . .
RUN python -m venv /opt/crm-mocks \
    && /opt/crm-mocks/bin/pip install --quiet ".${EXTRAS}" \
    && /opt/crm-mocks/bin/python -m compileall -q -j 0 /opt/crm-mocks/lib

FROM python:${PYTHON}-slim
LABEL org.opencontainers.image.title="crm-mocks" \
      org.opencontainers.image.description="Mock CRM servers for contract testing" \
      org.opencontainers.image.licenses="MIT"
# Process 1 forwards signals and reaps children. Its version is that of the base image's Debian release.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends tini \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/crm-mocks /opt/crm-mocks
ENV PATH=/opt/crm-mocks/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN useradd --uid 10001 --create-home --home-dir /data mocks
USER 10001
WORKDIR /data
EXPOSE 4010
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:4010/__admin/health', timeout=2)"]
ENTRYPOINT ["tini", "--", "crm-mocks"]
CMD ["serve", "--host", "0.0.0.0", "--log", "text"]
