#!/bin/sh
# Contract tests of create_lead.sh; `crm-mocks run -- sh test.sh` has the mocks ready.
set -u
cd "$(dirname "$0")" || exit 2

export CONFIG_API_URL="$CRM_MOCKS_CONFIG_API_URL" CONFIG_API_KEY=demo-key
failed=0

expect() { # expect CODE FIRST_NAME LAST_NAME EMAIL
    wanted=$1
    shift
    sh create_lead.sh "$@" >/dev/null
    code=$?
    [ "$code" = "$wanted" ] && return
    echo "create_lead.sh $*: exit code $code, not $wanted" >&2
    failed=1
}

queue() { # queue JSON: prepare the next answer
    curl -sSf -o /dev/null "$CRM_MOCKS_URL/__admin/responses" -H 'content-type: application/json' \
        --data-raw "{\"session\": \"run\", \"operation\": \"config_api.createLead\", $1}"
}

expect 0 Max Mustermann max@example.com
expect 65 Max Mustermann max@example.com # known by now
expect 0 'Dwayne "The Rock"' Johnson dwayne@example.com
queue '"status": 500'
expect 75 Eva Muster eva@example.com
queue '"status": 200, "body": "<h1>Login</h1>", "headers": {"Content-Type": "text/html"}'
expect 75 Eva Muster eva@example.com
queue '"status": 429, "headers": {"Retry-After": "1"}'
expect 0 Eva Muster eva@example.com
exit $failed
