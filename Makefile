# A thin face of the npm scripts: every target is one of them. `make` alone lists them.
.DEFAULT_GOAL := help
FRONTEND_DIR := client
BACKEND_DIR := server

## Run
up: ## start the product on an embedded Postgres
	npm start
down: ## end, from another terminal, what runs here
	npm stop
dev: ## as up, with hot reload in client and server
	npm run dev
dev-frontend: ## the client's dev server alone
	npm run dev -w $(FRONTEND_DIR)
dev-backend: ## the server alone, restarted when a file changes
	npm run dev -w $(BACKEND_DIR)
logs: ## follow what server and worker write
	tail -n 50 -F .data/logs/server.log .data/logs/jobs.log
logs-api: ## follow what the server writes
	tail -n 50 -F .data/logs/server.log
logs-web: ## follow what the client's dev server writes
	tail -n 50 -F .data/logs/client.log

## Database
migrate: ## bring the local database up to date
	npm run migrate -- up
db-migrate: migrate ## the same
db-init: migrate seed ## a database that is up to date, with the demo people in it
db-shell: ## talk SQL to the local database (needs psql)
	npm run db:shell
seed: ## put the demo people into the local database
	npm run seed
schema-check: ## compare the local database with the expected schema
	npm run schema:check
db-reset: reset ## the same as reset
reset: ## forget the local data, after asking (CONFIRM=1 does not ask)
	npm run reset $(if $(CONFIRM),-- --yes)

## Quality
lint: ## what oxlint says, with types
	npm run lint
lint-frontend: ## the same for the client
	npm run lint -- $(FRONTEND_DIR)
lint-backend: ## the same for everything behind it
	npm run lint -- shared db $(BACKEND_DIR) jobs
format: ## put every file in form
	npm run format
fmt: format ## the same
format-frontend: ## the same for the client
	npm run format -- $(FRONTEND_DIR)
format-backend: ## the same for everything behind it
	npm run format -- shared db $(BACKEND_DIR) jobs
typecheck: ## does everything fit its type
	npm run typecheck
check: ## all but the browser
	npm run check
test: ## the whole proof
	npm test
test-long: ## the races and drills
	npm run test:long

## Deploy
doctor: ## what stands between this machine and a deploy
	npm run doctor
preflight: ## judge everything that a deploy stands on
	npm run preflight
secrets: ## make the secrets of a deploy that are not there yet
	npm run gen-secrets -- --write secrets
deploy: ## bring the pushed branch to the host
	npm run deploy
rollback: ## go back to what ran there before
	npm run deploy -- --rollback
deploy-logs: ## follow what the services on the host write
	npm run logs
verify: ## ask a running product whether it holds what it promises
	npm run verify
stack: ## the same services for a swarm, as stack.yaml
	npm run stack -- --write stack.yaml

## Utility
build: ## build the client
	npm run build
env-check: ## is .env.example complete, and docs/CONFIG.md
	npm run vitest -- --project ops test/mirrors
install-hooks: ## look at staged files before each commit
	npm run hooks
clean: ## forget what was built
	npm run clean
help: ## this list
	@awk -F ':.*## ' '/^## /{printf "\n%s\n", substr($$0, 4)} /^[a-z-]+:.*## /{printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: up down dev dev-frontend dev-backend logs logs-api logs-web migrate db-migrate db-init db-shell seed schema-check db-reset reset lint \
	lint-frontend lint-backend format fmt format-frontend format-backend typecheck check test test-long doctor preflight secrets \
	deploy rollback deploy-logs verify stack build env-check install-hooks clean help
