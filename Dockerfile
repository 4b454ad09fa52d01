# One image for web, worker, beat and one-off commands; docker-compose.yml says which is which.
FROM python:3.11-slim-bookworm AS packages
COPY requirements/production.txt /tmp/production.txt
RUN python -m venv /opt/venv \
    && /opt/venv/bin/pip install --no-cache-dir --require-hashes -r /tmp/production.txt

FROM python:3.11-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DJANGO_SETTINGS_MODULE=config.settings.production
RUN useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin tradepost
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY . .
# Collecting needs no server: these values are for this one command and stay out of the image.
RUN mkdir -p media var/exports \
    && SECRET_KEY=for-the-build-alone ALLOWED_HOSTS=localhost \
       FIELD_ENCRYPTION_KEYS=for-the-build BLIND_INDEX_KEY=for-the-build AUDIT_KEY=for-the-build \
       DATABASE_URL=postgres://localhost/none AUDIT_DATABASE_URL=postgres://localhost/record REDIS_URL=redis://localhost BROKER_URL=amqp://localhost \
       EMAIL_URL=smtp+tls://localhost DEFAULT_FROM_EMAIL=nobody@localhost \
       python manage.py collectstatic --no-input \
    && chown -R tradepost:tradepost media var
USER tradepost
EXPOSE 8000
CMD ["gunicorn", "--config", "python:config.gunicorn", "--bind", "0.0.0.0:8000"]
