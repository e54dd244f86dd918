#!/bin/sh
# Create a lead: create_lead.sh FIRST_NAME LAST_NAME EMAIL
#
# Needs CONFIG_API_URL and CONFIG_API_KEY. Prints the answer. The exit code is one of sysexits.h: 0 if the lead was
# created, 65 if it was refused, 75 if the CRM is to be tried again later, 77 if the key is refused. After 429 it waits
# as it is told, and tries once more.
#
# MISTAKE (form, key_in_query, member_name, path) has it get something wrong, to see that it is caught.
set -eu

text() { # a JSON string
    printf '"%s"' "$(printf %s "$1" | sed 's/[\\"]/\\&/g')"
}

first_name=firstname
[ "${MISTAKE-}" = member_name ] && first_name=first_name
body="{\"leadCustomer\": {\"$first_name\": $(text "$1"), \"lastname\": $(text "$2"), \"email\": $(text "$3")}}"

answer=$(mktemp)
headers=$(mktemp)
trap 'rm -f "$answer" "$headers"' EXIT

send() { # prints the status
    url="$CONFIG_API_URL/v1/leads/create"
    set -- -H "x-api-key: $CONFIG_API_KEY" -H 'content-type: application/json' --data-raw "$body"
    case "${MISTAKE-}" in
        form) set -- -H "x-api-key: $CONFIG_API_KEY" --data-raw "$body" ;;
        key_in_query) shift 2 && url="$url?x-api-key=$CONFIG_API_KEY" ;;
        path) url="$CONFIG_API_URL/v1/lead/create" ;;
    esac
    curl -sS --max-time 10 -D "$headers" -o "$answer" -w '%{http_code}' "$@" "$url"
}

status=$(send) || exit 75
if [ "$status" = 429 ]; then
    sleep "$(tr -d '\r' <"$headers" | sed -n 's/^[Rr]etry-[Aa]fter: *//p' | grep . || echo 1)"
    status=$(send) || exit 75
fi
cat "$answer"
echo
case "$status" in
    200) exit 0 ;;
    401 | 403) exit 77 ;;
    409 | 429 | 5*) exit 75 ;;
    *) exit 65 ;;
esac
