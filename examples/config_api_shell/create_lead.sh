#!/bin/sh
# Create a lead: create_lead.sh FIRST_NAME LAST_NAME EMAIL
#
# Needs CONFIG_API_URL and CONFIG_API_KEY; CONFIG_API_SECONDS is how long an answer may take, 10 if it is not set.
# Prints the answer. The exit code is one of sysexits.h: 0 if the lead was created, 65 if it was refused, 75 if the CRM
# is to be tried again later, 77 if the key is refused. After 429 it waits as it is told, and tries once more.
#
# MISTAKE (form, key_in_query, member_name, path) has it get something wrong, to see that it is caught.
set -eu

text() { # a JSON string
    printf '"%s"' "$(printf %s "$1" | sed 's/[\\"]/\\&/g')"
}

lead() { # lead FIRST_NAME LAST_NAME EMAIL: prints the body
    first_name=firstname
    [ "${MISTAKE-}" = member_name ] && first_name=first_name
    printf '{"leadCustomer": {"%s": %s, "lastname": %s, "email": %s}}' \
        "$first_name" "$(text "$1")" "$(text "$2")" "$(text "$3")"
}

send() { # sends $body; the status goes to $status, the headers to the file $headers, the answer to the file $answer
    url="$CONFIG_API_URL/v1/leads/create"
    set -- -H "x-api-key: $CONFIG_API_KEY" -H 'content-type: application/json' --data-raw "$body"
    case "${MISTAKE-}" in
        form) set -- -H "x-api-key: $CONFIG_API_KEY" --data-raw "$body" ;;
        key_in_query) shift 2 && url="$url?x-api-key=$CONFIG_API_KEY" ;;
        path) url="$CONFIG_API_URL/v1/lead/create" ;;
    esac
    : >"$answer" # curl leaves a file as it is if the body is empty
    status=$(transfer "$@" "$url")
}

transfer() { # prints the status; fails if the whole answer does not come in time
    curl -sS --max-time "${CONFIG_API_SECONDS:-10}" --max-filesize 4000000 \
        -D "$headers" -o "$answer" -w '%{http_code}' "$@" </dev/null
}

header() { # header NAME, in lower case: prints its value, the last if there are several
    tr -d '\r' <"$headers" | tr '[:upper:]' '[:lower:]' | sed -n "s/^$1:[[:space:]]*//p" | tail -n 1
}

seconds_to_wait() { # as Retry-After says; 1 if it does not come, or is a date
    seconds=$(header retry-after)
    case "$seconds" in
        '' | *[!0-9]*) echo 1 ;;
        *) echo "$seconds" ;;
    esac
}

is_answer() { # is_answer TYPE: tells whether $answer is a whole JSON object, with an id if the lead was created
    case "$1" in
        application/json | application/json[\;\ ]*) ;;
        *) return 1 ;;
    esac
    content=$(tr -d ' \t\r\n\000' <"$answer")
    case "$content" in
        '{'*'}') ;; # one that was cut off lacks its brace
        *) return 1 ;;
    esac
    [ "$status" != 200 ] || printf %s "$content" | LC_ALL=C grep -Eq '"id":-?[0-9]+[,}]'
}

later() { # later REASON
    echo "to be tried again later: $1" >&2
    exit 75
}

main() { # main FIRST_NAME LAST_NAME EMAIL
    answer=$(mktemp)
    headers=$(mktemp)
    trap 'rm -f "$answer" "$headers"' EXIT
    body=$(lead "$@")
    send || later 'no whole answer'
    if [ "$status" = 429 ]; then
        seconds=$(seconds_to_wait)
        [ "${#seconds}" -le 2 ] || later "not before $seconds s are over"
        sleep "$seconds"
        send || later 'no whole answer'
    fi
    type=$(header content-type)
    is_answer "$type" || later "answered $status with what is no answer of the CRM"
    cat "$answer"
    echo
    case "$status" in
        200) exit 0 ;;
        401 | 403) exit 77 ;;
        409 | 429 | 5*) exit 75 ;;
        *) exit 65 ;;
    esac
}

case "$0" in
    *create_lead.sh) main "$@" ;;
esac
