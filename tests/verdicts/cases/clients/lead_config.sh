# Reads the lead config with curl, tries twice. MISTAKE=... picks a slip in what it does after an error.
get() { curl -sS -m 60 -o /dev/null -w '%{http_code}' "$CRM_MOCKS_CONFIG_API_URL$1" -H "$2"; }
path=/v1/leads/config key='x-api-key: demo-key'
for attempt in 1 2; do
  status=$(get $path "$key" 2>/dev/null) || status=none
  case $status in
    200) [ "$MISTAKE" = failed-success ] && [ $attempt = 2 ] && exit 70; exit 0 ;;
    401) [ "$MISTAKE" = tolerant ] && exit 0; exit 65 ;;
    403) exit 77 ;;
    429) [ "$MISTAKE" = hurry ] || sleep 1.1 ;;
  esac
  [ "$MISTAKE" = wrong-path ] && path=/v1/lead/config
  [ "$MISTAKE" = no-key ] && key='accept: */*'
done
exit 75
