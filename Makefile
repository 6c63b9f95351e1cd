# Merx: `make run` starts it with sample data, `make test` checks everything, `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run build dev test test-full bench fmt lint setup clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

run: build ## Build the release and run it with sample data on SQLite
	@.ci/demo

build: ## Build the release: one binary, target/release/merx
	@.ci/setup build
	@.ci/build

dev: ## Rebuild and reload while you edit, on a development database
	@.ci/setup build
	@mkdir -p target/dev
	@source .ci/env && DATABASE_URL="$${DATABASE_URL:-sqlite://$$PWD/target/dev/merx.db}" cargo leptos watch

test: ## Format, lint, build, Rust tests on SQLite and PostgreSQL, client and browser tests
	@.ci/test

test-full: ## The same, with client and browser tests on PostgreSQL too
	@.ci/test --full

bench: build ## Measure start, memory, requests per second and download sizes against the targets
	@.ci/setup bench
	@.ci/bench

fmt: ## Format the code
	@cargo fmt

lint: ## Clippy on server and browser side, warnings are errors
	@.ci/setup build
	@source .ci/env && cargo clippy --locked --features ssr --all-targets -- -D warnings
	@source .ci/env && cargo clippy --locked --features hydrate --lib --target wasm32-unknown-unknown -- -D warnings

setup: ## Install what build and tests need, and nothing else
	@.ci/setup

clean: ## Remove everything that was built here, demo data included
	@rm -rf target
