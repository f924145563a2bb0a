#!/usr/bin/env bash
# Answers the project's own conformance cases with the runner, and compares the verdicts on SAML
# messages with what the cases expect. tests/*_corpus.rs and tests/saml judge the answers in full.
set -euo pipefail
cd "$(dirname "$0")/.."
cargo build --quiet --release --all-features --example conformance
runner=${CARGO_TARGET_DIR:-target}/release/examples/conformance

for pair in c14n:tests/data/c14n.jsonl filter:tests/data/scim/filter.jsonl \
    patch:tests/data/scim/patch.jsonl saml:tests/data/saml/cases.jsonl \
    saml:tests/data/saml/logout.jsonl; do
    kind=${pair%%:*}
    file=${pair#*:}
    answers=$("$runner" "$kind" "$file")
    cases=$(grep -vc '^{"setup"' "$file")
    answered=$(wc -l <<<"$answers")
    panics=$(grep -c '"verdict":"panic"' <<<"$answers" || true)
    wrong=0
    if [ "$kind" = saml ]; then
        expected=$(grep -oE '"expect": ?"[a-z-]+"' "$file" | cut -d'"' -f4)
        found=$(grep -oE '"verdict":"[a-z]+"' <<<"$answers" | cut -d'"' -f4)
        wrong=$(paste <(echo "$expected") <(echo "$found") |
            grep -cE '^(accept\sreject|reject\saccept)$' || true)
    fi
    echo "$kind: $answered of $cases answered, $wrong wrong, $panics panics ($file)"
    test "$answered" -eq "$cases"
    test "$wrong" -eq 0
    test "$panics" -eq 0
done
