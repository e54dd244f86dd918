# Functions that take one thing for granted each, as people write them: fuzzing finds out. Each has the name of a
# weakness, and puts its own function in place of one of create_lead.sh.

# weakness: two_spellings (header names)
# A header is looked for in the spellings that servers mostly use, and `set -e` ends the script where there is none:
# only Retry-After may be missing.
# fixed by: header in create_lead.sh
two_spellings() {
    header() {
        case "$1" in
            content-type) name='[Cc]ontent-[Tt]ype' ;;
            retry-after) name='[Rr]etry-[Aa]fter' ;;
        esac
        sed -n "s/^$name: *//p" "$headers" | tr -d '\r' | grep . || [ "$1" = retry-after ]
    }
}

# weakness: status_is_all (empty body)
# The lead was created if the status is 200: there is no need to look at the answer.
# fixed by: is_answer in create_lead.sh
status_is_all() {
    is_answer() {
        :
    }
}

# weakness: id_is_enough (truncated body)
# What has an id, or the code of an error, is taken for an answer, but it may be the first half of one.
# fixed by: is_answer in create_lead.sh
id_is_enough() {
    is_answer() {
        grep -Eq '"(id|errorCode)"' "$answer"
    }
}

# weakness: json_if_it_says_so (page of a proxy)
# What does not call itself JSON is taken for a text to be read by people, and not looked at.
# fixed by: is_answer in create_lead.sh
json_if_it_says_so() {
    is_answer() {
        case "$1" in
            *json*) tr -d ' \t\r\n' <"$answer" | grep -q '^{.*}$' ;;
        esac
    }
}

# weakness: no_limit (hang)
# curl has no time limit of its own.
# fixed by: transfer in create_lead.sh
no_limit() {
    transfer() {
        curl -sS -D "$headers" -o "$answer" -w '%{http_code}' "$@" </dev/null
    }
}
