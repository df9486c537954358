# Shopper with its browser and its embedded model, run by a user of its own: docs/ci.md says how.
FROM python:3.12-slim-bookworm

ENV PIP_NO_CACHE_DIR=1 \
    PIP_DISABLE_PIP_VERSION_CHECK=1 \
    PIP_CONSTRAINT=/opt/shopper/constraints.txt \
    PIP_BUILD_CONSTRAINT=/opt/shopper/constraints.txt \
    PYTHONUNBUFFERED=1 \
    PLAYWRIGHT_BROWSERS_PATH=/opt/browsers \
    SHOPPER_CACHE=/opt/cache \
    SHOPPER_SANDBOX=required \
    HOME=/home/shopper

WORKDIR /opt/shopper
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY shopper ./shopper
COPY agent ./agent
COPY envs ./envs
COPY trainer ./trainer
COPY eval ./eval

# The browser without a window, and the libraries that it wants of the system.
RUN pip install ".[mcp]" \
    && python -m playwright install --with-deps --only-shell chromium \
    && rm -rf /var/lib/apt/lists/*

# Whoever runs it, also under another number, may use the cache and write beside what is mounted.
RUN useradd --uid 10001 --create-home shopper \
    && install --directory --mode 1777 /shop /opt/cache \
    && chmod 1777 /home/shopper

USER shopper
RUN python -m agent.models fetch && chmod -R a+rwX /opt/cache

WORKDIR /shop
ENTRYPOINT ["shopper"]
CMD ["--help"]
