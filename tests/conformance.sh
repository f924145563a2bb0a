#!/usr/bin/env bash
# Answers the project's own conformance cases and counts the answers that are not as expected.
# The expectations themselves are judged by tests/*_corpus.rs; this shows that the runner works.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet --release --all-features --example conformance
runner=target/release/examples/conformance
for pair in c14n:tests/data/c14n.jsonl filter:tests/data/scim/filter.jsonl \
    patch:tests/data/scim/patch.jsonl saml:tests/data/saml/cases.jsonl \
    saml:tests/data/saml/logout.jsonl; do
    kind=${pair%%:*}
    file=${pair#*:}
    answers=$("$runner" "$kind" "$file")
    cases=$(grep -vc '^{"setup"' "$file")
    answered=$(printf '%s\n' "$answers" | wc -l)
    panics=$(printf '%s\n' "$answers" | grep -c '"verdict":"panic"' || true)
    echo "$kind: $answered of $cases answered, $panics panics ($file)"
    test "$answered" -eq "$cases"
    test "$panics" -eq 0
done
