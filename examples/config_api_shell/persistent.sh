#!/bin/sh
# The program as one process for many runs: persistent.sh FIRST_NAME LAST_NAME EMAIL
#
# Prints "ready", does what create_lead.sh does for each line "run" that it reads, and prints "ready" with the exit
# code. WEAKNESS has it use one of the functions of create_lead_weaknesses.sh.
here=$(dirname "$0")
. "$here/create_lead.sh"
set +e # but for the runs

if [ -n "${WEAKNESS-}" ]; then
    . "$here/create_lead_weaknesses.sh"
    if ! grep -qF "# weakness: $WEAKNESS (" "$here/create_lead_weaknesses.sh"; then
        echo "there is no weakness '$WEAKNESS' in create_lead_weaknesses.sh" >&2
        exit 2
    fi
    "$WEAKNESS"
fi

echo ready
while read -r line; do
    [ "$line" = run ] || continue
    (
        set -e
        main "$@"
    )
    echo "ready $?"
done
