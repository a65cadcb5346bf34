import { parse } from 'yaml'

/** A compose file that promises everything, to be broken in one place at a time. */
const TEXT = `
x-hardened: &hardened
  read_only: true
  cap_drop: [ALL]
  security_opt: [no-new-privileges:true]
  mem_limit: 512m
  cpus: 1
  pids_limit: 200
  restart: unless-stopped
  healthcheck: { test: [CMD, 'true'] }
x-server: &server
  <<: *hardened
  image: latchkey:\${IMAGE_TAG:?}
  networks: [edge, data]
  depends_on: { migrate: { condition: service_completed_successfully } }
  environment: &environment
    ENV: \${ENV:-prod}
    PUBLIC_URL: https://\${WEBSITE_DOMAIN}
    DATABASE_URL_FILE: /run/secrets/database_url
    MIGRATION_DATABASE_URL_FILE: /run/secrets/migration_database_url
    REDIS_URL_FILE: /run/secrets/redis_url
    SESSION_SECRET_FILE: /run/secrets/session_secret
    TOKEN_PEPPER_FILE: /run/secrets/token_pepper
    ENCRYPTION_KEYS_FILE: /run/secrets/encryption_keys
    SMTP_PASS_FILE: \${SMTP_PASS_FILE:-}
    LOG_LEVEL:
  secrets: &secrets [database_url, migration_database_url, redis_url, session_secret, token_pepper, encryption_keys]
services:
  traefik:
    <<: *hardened
    image: traefik:v3.6
    ports: ['80:80', '443:443']
    networks: [edge]
  server-a: *server
  server-b: *server
  jobs:
    <<: *server
    networks: [data]
  migrate:
    <<: *hardened
    image: latchkey:\${IMAGE_TAG:?}
    networks: [data]
    restart: 'no'
    environment: *environment
    secrets: *secrets
    depends_on: { postgres: { condition: service_healthy } }
  postgres:
    <<: *hardened
    image: postgres:17
    networks: [data]
  redis:
    <<: *hardened
    image: redis:8
    networks: [data]
networks:
  edge: {}
  data: { internal: true }
secrets:
  database_url: { file: ./secrets/database_url }
  migration_database_url: { file: ./secrets/migration_database_url }
  redis_url: { file: ./secrets/redis_url }
  session_secret: { file: ./secrets/session_secret }
  token_pepper: { file: ./secrets/token_pepper }
  encryption_keys: { file: ./secrets/encryption_keys }
`

export type Broken = {
  services: Record<string, Record<string, unknown>>
  networks: Record<string, Record<string, unknown>>
  secrets: Record<string, unknown>
}

/** A copy without shared parts, so that what is broken in one service is broken there alone. */
export const aCompose = (): Broken => structuredCloneOf(parse(TEXT, { merge: true }))

const structuredCloneOf = (value: unknown): Broken => JSON.parse(JSON.stringify(value)) as Broken
