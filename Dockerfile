# The server alone; Neo4j runs beside it (docker-compose.yml).
FROM node:24-slim
WORKDIR /opt/portolan
COPY package.json package-lock.json ./
# The optional packages are Node 24 itself, which this image has.
RUN npm ci --omit=dev --omit=optional --ignore-scripts && npm cache clean --force
COPY . .
RUN install -d -o node -g node -m 0700 /var/lib/portolan
USER node
ENV NODE_ENV=production PORTOLAN_HOME=/var/lib/portolan PORTOLAN_HOST=127.0.0.1 PORTOLAN_PORT=4000
# For the command line inside: docker compose exec portolan clients/cli/portolan tour
ENV PORTOLAN_CLIENT_HOME=/var/lib/portolan/demo
VOLUME /var/lib/portolan
HEALTHCHECK --interval=10s --timeout=3s --start-period=60s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORTOLAN_PORT}/health`).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "server/start.ts"]
