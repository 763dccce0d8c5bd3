# rnnviz as one image: docker build -t rnnviz . && docker run --read-only --tmpfs /tmp -p 8501:8501 rnnviz
# TORCH_INDEX: the address of an index with torch's builds for the processor alone; the usual one has those for graphics
# cards, which are gigabytes larger.
FROM python:3.12-slim AS builder
ARG TORCH_INDEX=
WORKDIR /app
COPY requirements.txt .
RUN python -m venv /venv \
    && /venv/bin/pip install --no-cache-dir ${TORCH_INDEX:+--index-url "$TORCH_INDEX"} "$(grep '^torch==' requirements.txt)" \
    && /venv/bin/pip install --no-cache-dir -r requirements.txt
COPY app.py pyproject.toml README.md LICENSE ./
COPY .streamlit .streamlit
COPY pages pages
COPY rnnviz rnnviz
COPY assets assets
# The file system is read-only when it runs: what Python would write beside the modules is written now.
RUN /venv/bin/python -m compileall -q /app /venv/lib

FROM python:3.12-slim
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin rnnviz
COPY --from=builder /venv /venv
COPY --from=builder /app /app
WORKDIR /app
ENV HOME=/tmp PYTHONUNBUFFERED=1 OMP_NUM_THREADS=1
USER rnnviz
EXPOSE 8501
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["/venv/bin/python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/_stcore/health', timeout=2)"]
CMD ["/venv/bin/streamlit", "run", "app.py", "--server.headless", "true", "--server.address", "0.0.0.0", "--server.port", "8501"]
